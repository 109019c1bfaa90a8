"""What the templates draw and say alike: icons, marks, lengths of time, days."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agents.fallbacks import fallback_for
from agents.prices import money
from chat.message_view import hue_of, mark_of

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """The drawing ``name`` of icons/sprite.svg; hidden from screen readers, so what holds it needs a name."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons/sprite.svg"), name
    )


@register.simple_tag
def mark(letter: str, hue: int, kind: str = "") -> SafeString:
    """A letter in one of six colours; ``kind`` holds modifiers of .mark such as ``person`` or ``large``."""
    modifiers = "".join(f" mark--{modifier}" for modifier in (str(hue), *kind.split()))
    return format_html('<span class="mark{}" aria-hidden="true">{}</span>', modifiers, letter)


@register.simple_tag
def mark_for(name: object, key: UUID | str, kind: str = "") -> SafeString:
    """The mark of an agent or a person by name and id."""
    return mark(mark_of(str(name)), hue_of(key if isinstance(key, UUID) else UUID(key)), kind)


@register.simple_tag
def voice_on() -> bool:
    """Whether one can speak here: asked for where partials are drawn for a socket, without a request."""
    return settings.VOICE


@register.simple_tag
def fallback(key: str) -> str:
    """What a person reads when something fails, of `agents.fallbacks`."""
    return fallback_for(key)


@register.filter
def length_in_seconds(seconds: float) -> str:
    """Seconds as people say them: ``0.3``, ``2``, ``12``; tenths below ten."""
    tenths = round(seconds * 10)
    return number_format(tenths / 10 if tenths < 100 and tenths % 10 else round(seconds))  # noqa: PLR2004


@register.filter
def as_money(amount: Decimal) -> str:
    """An amount in the currency of the prices, as people write it."""
    return money(amount)


@register.filter
def seconds_of_ms(milliseconds: int) -> str:
    return length_in_seconds(milliseconds / 1000)


@register.filter
def day_name(day: date) -> str:
    """Today, Yesterday, or the date with its weekday."""
    days_ago = (timezone.localdate() - day).days
    if days_ago in (0, 1):
        return (_("Today"), _("Yesterday"))[days_ago]
    return f"{date_format(day, 'l')}, {date_format(day, 'DATE_FORMAT')}"
