"""What several lists of the admin have in common: rows that are only read, links and filters."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _


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
