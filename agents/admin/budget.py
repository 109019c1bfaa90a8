"""Budgets in the admin: how much one person, or one agent, may use."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agents.models import Budget


@admin.register(Budget)
class BudgetAdmin(admin.ModelAdmin):
    list_display = ("who", "period", "max_tokens", "max_cost", "updated_at")
    list_filter = ("period",)
    list_select_related = ("user", "agent")
    search_fields = ("user__username", "agent__name")
    autocomplete_fields = ("user", "agent")
    fieldsets = (
        (
            None,
            {
                "fields": ("user", "agent", "period", "max_tokens", "max_cost"),
                "description": _(
                    "For a person or for an agent; with neither, for each person who has no budget of their"
                    " own."
                ),
            },
        ),
    )

    @admin.display(description=_("who"))
    def who(self, budget: Any) -> str:
        return str(budget.user or budget.agent or _("each person"))
