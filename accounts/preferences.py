"""What a person sees their pages in: language and time zone, chosen or what the browser says."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from accounts.models import User

#: The cookie in which the page's script puts the browser's time zone.
ZONE_COOKIE = "tz"


def language_for(person: User | AnonymousUser, accepted: str = "") -> str:
    """A code of ``LANGUAGES``: the person's, else the first in ``Accept-Language`` that we speak."""
    chosen = getattr(person, "language", "")
    for code in (chosen, *(code for code, _quality in parse_accept_lang_header(accepted))):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def zone_for(person: User | AnonymousUser, said_by_browser: str = "") -> ZoneInfo:
    """The person's time zone, else the browser's, else the server's; names that are none are passed over."""
    for name in (getattr(person, "time_zone", ""), said_by_browser):
        if name in zone_names():  # taken as a path, a name could reach other files
            return ZoneInfo(name)
    return ZoneInfo(settings.TIME_ZONE)


@cache
def zone_names() -> frozenset[str]:
    return frozenset(available_timezones() - {"localtime"})
