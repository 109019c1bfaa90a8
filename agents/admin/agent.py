"""Agents in the admin: as in the form of the page, and whose they are."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms import ChoiceField
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agents.admin.lists import ValuesFilter, filtered_list
from agents.admin.prompt_version import PromptVersionInline
from agents.forms import AgentForm
from agents.models import Agent
from agents.models.agent import Visibility
from agents.selectors import impact_of
from agents.services.agents import remove_agent, save_agent
from agents.tool_groups import all_choices


class AgentAdminForm(AgentForm):
    """The form of the page with what only the admin may change: whose the agent is."""

    class Meta(AgentForm.Meta):
        fields = (*AgentForm.Meta.fields, "owner")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("ChoiceField", self.fields["tools"])
        ours: Any = field.choices
        field.choices = [*ours, *all_choices(self.instance.tools)]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("visibility") == Visibility.PRIVATE and not values.get("owner"):
            self.add_error("visibility", _("This agent belongs to nobody, so nobody could see it."))
        return values


@admin.register(Agent)
class AgentAdmin(admin.ModelAdmin):
    form = AgentAdminForm
    list_display = ("name", "owner", "model", "visibility", "conversation_count", "updated_at")
    list_filter = (
        "visibility",
        ("model", ValuesFilter),
        ("owner", admin.RelatedOnlyFieldListFilter),
        "updated_at",
    )
    list_select_related = ("owner",)
    list_per_page = 50
    search_fields = ("name", "description", "system_prompt", "owner__username")
    autocomplete_fields = ("owner",)
    readonly_fields = ("runs", "created_at", "updated_at")
    inlines = (PromptVersionInline,)
    fieldsets = (
        (None, {"fields": ("name", "description", "system_prompt", "starters")}),
        (
            _("Model"),
            {
                "fields": (
                    *("model", "temperature", "history_messages", "context_tokens"),
                    *("tools", "tool_policies", "voice", "speech_speed", "language"),
                )
            },
        ),
        (_("Who"), {"fields": ("owner", "visibility", "groups", "runs", "created_at", "updated_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agent]:
        return super().get_queryset(request).annotate(conversation_count=Count("conversations"))

    @admin.display(description=_("conversations"), ordering="conversation_count")
    def conversation_count(self, agent: Any) -> int:
        return int(agent.conversation_count)

    @admin.display(description=_("runs"))
    def runs(self, agent: Agent) -> SafeString | str:
        if agent._state.adding:
            return "-"
        return filtered_list("agents_run", agent.runs.count(), agent__id__exact=agent.pk)

    def save_model(self, request: HttpRequest, obj: Agent, form: Any, change: bool) -> None:
        save_agent(agent=obj, author=request.user)  # type: ignore[arg-type]  # whoever is here has an account

    def delete_model(self, request: HttpRequest, obj: Agent) -> None:
        remove_agent(agent=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Agent]) -> None:
        for agent in queryset:
            remove_agent(agent=agent)

    def get_deleted_objects(self, objs: Iterable[Agent], request: HttpRequest) -> tuple[Any, ...]:
        """Counts what goes along: the default would list every message and event by name."""
        agents = list(objs)
        impacts = [impact_of(agent, reader=request.user) for agent in agents]  # type: ignore[arg-type]  # as above
        counts = {
            _("agents"): len(agents),
            _("conversations"): sum(impact.conversations for impact in impacts),
            _("messages"): sum(impact.messages for impact in impacts),
            _("runs"): sum(impact.runs for impact in impacts),
            _("files"): sum(impact.files for impact in impacts),
            _("documents"): sum(impact.documents for impact in impacts),
        }
        return [str(agent) for agent in agents], counts, set(), []
