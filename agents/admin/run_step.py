"""The tool calls of a run in the admin: which, what came of each, and who allowed it.

Neither arguments nor results: they may hold what is nobody's but the person's and the model's. The timeline
has the masked lines.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.db.models.functions import Length
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agents.models import RunStep


class RunStepInline(admin.TabularInline):
    model = RunStep
    fields = readonly_fields = (
        *("round", "name", "state", "decision", "always", "decided_by", "decided_at", "reason"),
        *("created_at", "ended_at", "characters"),
    )
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[RunStep]:
        steps = super().get_queryset(request).select_related("decided_by")
        return steps.defer("arguments", "result").annotate(length=Length("result"))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("characters of the result"))
    def characters(self, step: Any) -> int:
        return int(step.length)
