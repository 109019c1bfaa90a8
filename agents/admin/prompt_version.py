"""Prompts in the admin: all versions, and those of an agent on its page. They are only read there."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.db.models.functions import Left
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agents.admin.lists import ReadOnlyAdmin
from agents.models import PromptVersion

EXCERPT = 120


class PromptVersionInline(admin.TabularInline):
    model = PromptVersion
    fields = readonly_fields = ("number", "excerpt", "author", "created_at")
    extra = 0
    can_delete = False
    show_change_link = True
    verbose_name_plural = _("Versions of the prompt, the newest is in use")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PromptVersion]:
        versions = super().get_queryset(request).select_related("agent", "author")
        return versions.defer("system_prompt").annotate(start=Left("system_prompt", EXCERPT))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("begins with"))
    def excerpt(self, version: Any) -> str:
        return str(version.start)


@admin.register(PromptVersion)
class PromptVersionAdmin(ReadOnlyAdmin):
    list_display = ("agent", "number", "author", "created_at")
    list_filter = (("author", admin.RelatedOnlyFieldListFilter), "created_at")
    list_select_related = ("agent", "author")
    search_fields = ("agent__name", "system_prompt")
    ordering = ("-created_at",)
