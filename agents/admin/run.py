"""Runs in the admin, with what they did in the order they did it. They are only read there."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import DurationField, ExpressionWrapper, F, Model, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agents.admin.lists import RangeFilter, ReadOnlyAdmin, ValuesFilter, filtered_list
from agents.admin.run_step import RunStepInline
from agents.eventlog import read
from agents.models import Run
from agents.prices import money
from agents.timeline import timeline

#: Rows of a timeline on one page; more take a browser seconds to lay out.
MOST_ROWS = 1000


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
    inlines = (RunStepInline,)
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
