"""Agents, their prompts and their runs in the admin. Runs and versions are only read there."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.db import transaction
from django.db.models import Count, DurationField, ExpressionWrapper, F, Model, QuerySet
from django.db.models.functions import Left
from django.forms import ChoiceField
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agents.eventlog import read
from agents.forms import AgentForm
from agents.http_toolset_forms import HttpToolsetForm, fetched_text
from agents.mcp_forms import McpServerForm
from agents.mcp_looks import look_at_now
from agents.models import Agent, Budget, HttpToolset, McpServer, PromptVersion, Run, RunUsage
from agents.models.agent import Visibility
from agents.prices import money
from agents.remote_tools import address_of, interface_of
from agents.selectors import impact_of
from agents.services.agents import remove_agent, save_agent
from agents.timeline import timeline
from agents.tool_groups import all_choices
from agents.tools.base import ToolProblem
from agents.usage_admin import BudgetAdmin, UsageAdmin

EXCERPT = 120
#: Rows of a timeline on one page; more take a browser seconds to lay out.
MOST_ROWS = 1000
#: On a request: why the document it names could not be fetched.
PROBLEM = "problem_of_document"


class ReadOnlyAdmin(admin.ModelAdmin):
    """What only services write: it can be searched and looked at."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def filtered_list(name: str, text: object, **lookup: object) -> SafeString:
    """A link to the rows of an admin list, ``name`` as in its URL, that the lookup leaves."""
    query = "&".join(f"{key}={value}" for key, value in lookup.items())
    return format_html('<a href="{}?{}">{}</a>', reverse(f"admin:{name}_changelist"), query, text)


class ValuesFilter(admin.AllValuesFieldListFilter):
    """The values a text field has; the empty one has a name too, or its link could not be seen."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or _("(none)")}


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


admin.site.register(RunUsage, UsageAdmin)
admin.site.register(Budget, BudgetAdmin)


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
                    *("tools", "tool_policies", "voice"),
                )
            },
        ),
        (_("Who"), {"fields": ("owner", "visibility", "runs", "created_at", "updated_at")}),
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
        }
        return [str(agent) for agent in agents], counts, set(), []


class ToolSourceAdmin(admin.ModelAdmin):
    """Superusers only: whoever adds a server decides where the words of conversations go."""

    list_filter = ("enabled", "audience")
    filter_horizontal = ("people",)
    prepopulated_fields = {"slug": ("name",)}  # noqa: RUF012 (as Django has it)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission


@admin.register(McpServer)
class McpServerAdmin(ToolSourceAdmin):
    form = McpServerForm
    list_display = ("name", "slug", "where", "enabled", "audience", "state")
    search_fields = ("name", "slug", "address")
    readonly_fields = ("state", "listing", "checked_at", "created_at", "updated_at")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        form = self.form(instance=obj)
        there = [name for name in ("address", "command", "headers", "forget_headers") if name in form.fields]
        who = ("enabled", "audience", "people", "trusts_hints")
        found = ("state", "listing", "checked_at", "created_at", "updated_at")
        return (
            (None, {"fields": ("name", "slug", *there)}),
            (_("Who"), {"fields": who}),
            *(((_("What it offers"), {"fields": found}),) if obj else ()),
        )

    def save_model(self, request: HttpRequest, obj: McpServer, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        # After the commit: a look takes its time, and SQLite has one writer.
        transaction.on_commit(lambda: self._look(request, obj))

    def _look(self, request: HttpRequest, server: McpServer) -> None:
        if not server.enabled:
            return
        look_at_now(server)
        server.refresh_from_db()
        level = messages.WARNING if server.problem else messages.SUCCESS
        self.message_user(request, f"{server.name}: {self.state(server)}", level)

    @admin.display(description=_("where"))
    def where(self, server: McpServer) -> str:
        return server.address or server.command

    @admin.display(description=_("state"))
    def state(self, server: McpServer) -> str:
        if problem := address_of(server).problem or server.problem:
            return problem
        if server.checked_at is None:
            return str(_("Nobody has looked yet."))
        return ngettext("%(n)d tool", "%(n)d tools", len(server.tools)) % {"n": len(server.tools)}

    @admin.display(description=_("tools"))
    def listing(self, server: McpServer) -> SafeString:
        return render_to_string("admin/agents/mcpserver/listing.html", {"server": server})


@admin.register(HttpToolset)
class HttpToolsetAdmin(ToolSourceAdmin):
    form = HttpToolsetForm
    list_display = ("name", "slug", "base_address", "enabled", "audience", "state")
    search_fields = ("name", "slug", "base_address")
    readonly_fields = ("state", "notes", "created_at", "updated_at")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        chosen = ("chosen",) if obj and obj.tools else ()
        return (
            (None, {"fields": ("name", "slug", "document_url", "document", "base_address")}),
            (_("Credential"), {"fields": ("credential", "credential_name", "secret")}),
            (_("Who"), {"fields": ("enabled", "audience", "people")}),
            *(((_("What it offers"), {"fields": (*chosen, *self.readonly_fields)}),) if obj else ()),
        )

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Fetches the document first: what follows is one transaction, and SQLite has one writer."""
        if request.method == "POST" and self.has_module_permission(request):
            self._fetch(request)
        return super().changeform_view(request, *args, **kwargs)

    def _fetch(self, request: HttpRequest) -> None:
        given = request.POST.copy()
        if given.get("document", "").strip() or not (url := given.get("document_url", "").strip()):
            return
        try:
            given["document"] = fetched_text(url)
        except ToolProblem as problem:
            setattr(request, PROBLEM, str(problem))
        request.POST = given  # type: ignore[assignment]  # a copy, with the document in it

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.problem_of_document = getattr(request, PROBLEM, "")
        return form

    @admin.display(description=_("state"))
    def state(self, toolset: HttpToolset) -> str:
        if problem := interface_of(toolset).problem:
            return problem
        return ngettext("%(n)d tool", "%(n)d tools", len(toolset.chosen)) % {"n": len(toolset.chosen)}


@admin.register(PromptVersion)
class PromptVersionAdmin(ReadOnlyAdmin):
    list_display = ("agent", "number", "author", "created_at")
    list_filter = (("author", admin.RelatedOnlyFieldListFilter), "created_at")
    list_select_related = ("agent", "author")
    search_fields = ("agent__name", "system_prompt")
    ordering = ("-created_at",)


class RangeFilter(SimpleListFilter):
    """Rows by a number's range. ``bounds`` are where one range ends and the next begins."""

    field: str
    bounds: tuple[Any, ...]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        texts = [str(getattr(bound, "seconds", bound)) for bound in self.bounds]
        inner = [_("%(low)s to %(high)s") % {"low": low, "high": high} for low, high in pairwise(texts)]
        return [(str(place), text) for place, text in enumerate([f"< {texts[0]}", *inner, f"≥ {texts[-1]}"])]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in dict(self.lookups(request, None)):
            return queryset
        place = int(self.value() or 0)
        if place > 0:
            queryset = queryset.filter(**{f"{self.field}__gte": self.bounds[place - 1]})
        if place < len(self.bounds):
            queryset = queryset.filter(**{f"{self.field}__lt": self.bounds[place]})
        return queryset


class DurationFilter(RangeFilter):
    title = _("duration in seconds")
    parameter_name = "seconds"
    field = "duration"
    bounds = tuple(timedelta(seconds=seconds) for seconds in (2, 10, 60))


class TokensFilter(RangeFilter):
    title = _("tokens of the answer")
    parameter_name = "tokens"
    field = "completion_tokens"
    bounds = (100, 1000, 10_000)


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "agent", "state", "error", "model", "tokens", "money", "duration")
    list_filter = (
        "state",
        ("model", ValuesFilter),
        ("provider", ValuesFilter),
        DurationFilter,
        TokensFilter,
        ("error", ValuesFilter),
        "created_at",
    )
    list_select_related = ("agent",)
    search_fields = ("id", "chat_id", "agent__name", "owner__username")
    fieldsets = (
        (None, {"fields": ("agent", "state", "error", "replay", "timeline")}),
        (
            _("Model"),
            {
                "fields": (
                    "provider",
                    "model",
                    "prompt_version",
                    "prompt_tokens",
                    "completion_tokens",
                    "money",
                )
            },
        ),
        (_("Where"), {"fields": ("conversation", "message_id", "answer_id", "owner", "parent")}),
        (
            _("Holding"),
            {
                "fields": (
                    *("attempt", "worker", "created_at", "started_at", "ended_at", "duration"),
                    *("heartbeat_at", "cancel_requested_at"),
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        lasted = ExpressionWrapper(F("ended_at") - F("started_at"), output_field=DurationField())
        # The transcript of a run can be large, and nothing here shows it.
        return super().get_queryset(request).defer("continue_from").annotate(duration=lasted)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("timeline", "conversation", "duration", "replay")

    @admin.display(description=_("tokens in + out"), ordering="completion_tokens")
    def tokens(self, run: Run) -> str:
        if run.completion_tokens is None:
            return ""
        return f"{'≈ ' if run.estimated else ''}{run.prompt_tokens} + {run.completion_tokens}"

    @admin.display(description=_("cost"), ordering="cost")
    def money(self, run: Run) -> str:
        return "" if run.cost is None else money(run.cost)

    @admin.display(description=_("duration"), ordering="duration")
    def duration(self, run: Any) -> str:
        if run.duration is None:
            return ""
        return _("%(n)s s") % {"n": number_format(run.duration.total_seconds(), 1)}

    @admin.display(description=_("conversation"))
    def conversation(self, run: Run) -> SafeString:
        return filtered_list("chat_conversation", run.chat_id, id__exact=run.chat_id)

    @admin.display(description=_("timeline"))
    def timeline(self, run: Run) -> SafeString:
        rows = timeline(read(run.pk))
        context = {"rows": rows[:MOST_ROWS], "left_out": rows[MOST_ROWS:]}
        return render_to_string("admin/agents/run/timeline.html", context)

    @admin.display(description=_("replay"))
    def replay(self, run: Run) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("chat:replay", args=[run.chat_id, run.pk]), _("Play")
        )
