"""Usage in the admin: what was used by whom, on which days."""

import csv
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agents.models import UsageTotal
from agents.prices import currency
from agents.usage import By, UsageRow, total_of, usage_by

#: Days shown where none are asked for, and rows of one table; the download has all.
DAYS = 30
MOST_ROWS = 100
#: Days that a calendar can count on from, in any time zone.
WITHIN = (MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(9000, 1, 1)))
TITLES: dict[By, Any] = {"day": _("Day"), "person": _("Person"), "agent": _("Agent"), "model": _("Model")}


class DayInput(forms.DateInput):
    """The browser's own calendar, which reads and writes ISO dates in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class RangeForm(forms.Form):
    """Two days, both included; each may be left out."""

    first = forms.DateField(label=_("From"), required=False, widget=DayInput, validators=WITHIN)
    last = forms.DateField(label=_("To"), required=False, widget=DayInput, validators=WITHIN)

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if "first" in values and "last" in values:
            today = timezone.localdate(timezone=timezone.get_default_timezone())
            values["last"] = values["last"] or max(today, values["first"] or today)
            values["first"] = values["first"] or values["last"] - timedelta(days=DAYS - 1)
            if values["first"] > values["last"]:
                self.add_error("last", _("This day is before the first."))
        return values


@admin.register(UsageTotal)
class UsageAdmin(admin.ModelAdmin):
    """A page in place of a list. Staff see what everybody used, and no word of what was said."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is None and bool(request.user.is_active and getattr(request.user, "is_staff", False))

    has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        form, usual = RangeForm(request.GET), RangeForm({})
        days = form.cleaned_data if form.is_valid() else usual.cleaned_data if usual.is_valid() else {}
        if (by := request.GET.get("csv")) in TITLES and form.is_valid():
            return _download(by, days)
        tables = {key: usage_by(key, **days) for key in TITLES}
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(self.model._meta.verbose_name_plural),
            "opts": self.model._meta,
            "form": RangeForm(days) if form.is_valid() else form,
            "media": self.media,
            "total": total_of(tables["day"]),
            "currency": currency(),
            "days": days,
            "tables": [
                {"by": key, "title": TITLES[key], "rows": rows[:MOST_ROWS], "left_out": len(rows) - MOST_ROWS}
                for key, rows in tables.items()
            ],
        }
        return TemplateResponse(request, "admin/agents/usage/page.html", context)


def _download(by: By, days: dict[str, date]) -> HttpResponse:
    """All rows of one table; the money with all its digits."""
    name = f"usage-by-{by}-{days['first']}-{days['last']}.csv"
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(answer)
    counts = ("runs", "prompt_tokens", "completion_tokens", "cost", "currency", "runs_without_price")
    writer.writerow((by, *counts))
    writer.writerows(_cells(row) for row in usage_by(by, **days))
    return answer


def _cells(row: UsageRow) -> tuple[Any, ...]:
    counts = (row.runs, row.prompt_tokens, row.completion_tokens, f"{row.cost.normalize():f}")
    return (_inert(str(row.key or "")), *counts, currency(), row.unpriced)


def _inert(text: str) -> str:
    """A name that a spreadsheet would take for a formula is written behind an apostrophe."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
