"""What time it is, which no model knows by itself."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext_noop

from accounts.preferences import zone_names
from agents.tools.base import Tool, ToolProblem


async def current_time(zone: str = "") -> str:
    """Tells the date, the weekday and the time of day, now, in a time zone.

    zone: a name of the IANA time zone database, such as `Europe/Berlin` or `UTC`; leave it empty for where the person is
    """  # noqa: E501 (a parameter is described on one line)
    name = zone.strip() or get_current_timezone_name()
    if name not in zone_names():  # taken as a path, a name could reach other files
        raise ToolProblem(f"There is no time zone {name[:100]!r}. Give a name such as 'Asia/Tokyo' or 'UTC'.")
    now = datetime.now(ZoneInfo(name))
    return f"{now:%A}, {now.isoformat(sep=' ', timespec='seconds')} ({name})"


TOOL = Tool(current_time, about=gettext_noop("Knows the date and the time, anywhere"), timeout_s=5)
