"""Conversations and what was said in them, to be found and read in the admin; only services write them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Left
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agents.admin import EXCERPT, ReadOnlyAdmin, filtered_list
from chat.models import Conversation, Membership, Message, Participant
from chat.services.conversations import remove_conversation


class MembershipInline(admin.TabularInline):
    model = Membership
    fields = readonly_fields = ("participant", "role", "pinned_at", "archived_at", "last_read_at")
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        memberships = super().get_queryset(request)
        return memberships.select_related("participant__user", "participant__agent", "conversation")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    """Can be deleted, with its messages, runs and files."""

    list_display = ("__str__", "agent", "created_by", "kind", "message_count", "last_message_at")
    list_filter = ("kind", ("agent", admin.RelatedOnlyFieldListFilter), "last_message_at")
    list_select_related = ("agent", "created_by")
    search_fields = ("title", "agent__name", "created_by__username", "id")
    fields = (
        "title",
        "kind",
        "agent",
        "created_by",
        "messages",
        "runs",
        "last_message_at",
        "created_at",
        "updated_at",
    )
    readonly_fields = ("messages", "runs")
    inlines = (MembershipInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        # Counted for the rows of a page; a join would count the messages of all before it cuts the page.
        counts = Message.objects.filter(conversation=OuterRef("pk")).order_by().values("conversation")
        count = Coalesce(Subquery(counts.annotate(count=Count("pk")).values("count")), 0)
        return super().get_queryset(request).annotate(message_count=count)

    @admin.display(description=_("messages"), ordering="message_count")
    def message_count(self, conversation: Any) -> int:
        return int(conversation.message_count)

    @admin.display(description=_("messages"))
    def messages(self, conversation: Any) -> SafeString:
        return filtered_list(
            "chat_message", conversation.message_count, conversation__id__exact=conversation.pk
        )

    @admin.display(description=_("runs"))
    def runs(self, conversation: Conversation) -> SafeString:
        return filtered_list("agents_run", _("Show"), chat_id__exact=conversation.pk)

    def delete_model(self, request: HttpRequest, obj: Conversation) -> None:
        remove_conversation(conversation=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Conversation]) -> None:
        for conversation in queryset:
            self.delete_model(request, conversation)

    def get_deleted_objects(self, objs: Iterable[Conversation], request: HttpRequest) -> tuple[Any, ...]:
        """Counts what goes along: the default would list every message by name."""
        conversations = list(objs)
        messages = Message.objects.filter(conversation__in=conversations).count()
        counts = {_("conversations"): len(conversations), _("messages"): messages}
        return [str(conversation) for conversation in conversations], counts, set(), []


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "sender", "excerpt", "status", "conversation")
    list_filter = ("role", "status", "kind", "active", "created_at")
    list_select_related = ("conversation", "sender__user", "sender__agent")
    search_fields = ("content", "conversation__title")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return super().get_queryset(request).annotate(start=Left("content", EXCERPT))

    @admin.display(description=_("content"))
    def excerpt(self, message: Any) -> str:
        return str(message.start)


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("conversation", "participant", "role", "pinned_at", "archived_at", "last_read_at")
    list_filter = ("role",)
    list_select_related = ("conversation", "participant__user", "participant__agent")
    search_fields = ("conversation__title", "participant__user__username", "participant__agent__name")


@admin.register(Participant)
class ParticipantAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "kind")
    list_filter = ("kind",)
    list_select_related = ("user", "agent")
    search_fields = ("user__username", "agent__name")
