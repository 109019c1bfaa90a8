"""People, and what programs call as them, in the admin."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db import transaction
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import ApiKey, TokenFamily, User
from accounts.services.members import remove_people


@admin.register(User)
class PersonAdmin(UserAdmin):
    list_display = ("username", "display_name", "email", "is_staff", "is_active", "last_login")
    search_fields = ("username", "display_name", "email")
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        (_("Preferences"), {"fields": ("display_name", "theme", "language", "time_zone")}),
    )

    def response_action(self, *arguments: Any, **named: Any) -> HttpResponse | None:
        """As one: Django writes into the history who is deleted, and then begins to delete."""
        with transaction.atomic():
            return super().response_action(*arguments, **named)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Owners are for owners to delete."""
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        remove_people([obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        remove_people(list(queryset))

    def get_deleted_objects(self, objs: Iterable[User], request: HttpRequest) -> tuple[Any, ...]:
        """Counts what goes along: the default lists every message by name, and refuses because of runs."""
        people = list(objs)
        mine = User.objects.filter(pk__in=[person.pk for person in people])
        impact = mine.aggregate(
            agents=Count("agents", distinct=True), messages=Count("participant__messages", distinct=True)
        )
        counts = {_("people"): len(people), _("agents"): impact["agents"], _("messages"): impact["messages"]}
        lacking = set()
        if not all(self.has_delete_permission(request, person) for person in people):
            lacking.add(_("people"))
        if impact["agents"] and not request.user.has_perm("agents.delete_agent"):
            lacking.add(_("agents"))
        return [str(person) for person in people], counts, lacking, []


class ProgramAdmin(admin.ModelAdmin):
    """Looked at and revoked; made only by the person whose it is, who alone sees the secret, and once."""

    actions = ("revoke",)
    list_per_page = 50
    list_select_related = ("user",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return super().has_change_permission(request)

    @admin.action(description=_("Revoke"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[Model]) -> None:
        count = chosen.filter(revoked_at=None).update(revoked_at=timezone.now())
        self.message_user(
            request, ngettext("%(count)d revoked.", "%(count)d revoked.", count) % {"count": count}
        )


@admin.register(ApiKey)
class ApiKeyAdmin(ProgramAdmin):
    fields = ("user", "name", "prefix", "scopes", "created_at", "last_used_at", "expires_at", "revoked_at")
    list_display = ("name", "user", "prefix", "created_at", "last_used_at", "expires_at", "revoked_at")
    search_fields = ("user__username", "name", "prefix")


@admin.register(TokenFamily)
class TokenFamilyAdmin(ProgramAdmin):
    fields = ("user", "client", "created_at", "refreshed_at", "expires_at", "revoked_at")
    list_display = ("__str__", "user", "created_at", "refreshed_at", "expires_at", "revoked_at")
    search_fields = ("user__username", "client")
