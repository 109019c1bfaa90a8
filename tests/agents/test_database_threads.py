"""Database work of the event loop is done in threads that speak as their caller does."""

from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from agents.database import in_database


async def test_a_thread_has_the_language_and_time_zone_of_its_caller() -> None:
    with translation.override("de"), timezone.override(ZoneInfo("Europe/Berlin")):
        assert await in_database(translation.get_language) == "de"
        assert await in_database(timezone.get_current_timezone_name) == "Europe/Berlin"


async def test_the_next_call_has_its_own() -> None:
    with translation.override("de"):
        await in_database(translation.get_language)
    with translation.override("en"), timezone.override(ZoneInfo("Asia/Tokyo")):
        assert await in_database(translation.get_language) == "en"
        assert await in_database(timezone.get_current_timezone_name) == "Asia/Tokyo"
