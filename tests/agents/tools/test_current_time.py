"""The time is told in the zone asked for, or the person's."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from agents.tools.base import ToolProblem
from agents.tools.current_time import current_time


@pytest.mark.parametrize(("zone", "named"), [("Asia/Tokyo", "Asia/Tokyo"), ("", "America/Lima")])
async def test_the_time_is_told_with_weekday_and_offset(zone, named):
    with timezone.override("America/Lima"):
        told = await current_time(zone)
    weekday, _, rest = told.partition(", ")
    spelled, _, name = rest.partition(" (")
    moment = datetime.fromisoformat(spelled)
    assert name == f"{named})"
    assert f"{moment:%A}" == weekday
    assert abs(moment - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "zone", ["Berlin", "../../etc/passwd", "/etc/passwd", "localtime", "x" * 10_000, "\0"]
)
async def test_a_name_that_is_no_zone_is_refused(zone):
    with pytest.raises(ToolProblem, match="There is no time zone"):
        await current_time(zone)
