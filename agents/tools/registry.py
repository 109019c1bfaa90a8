"""The tools there are. A new one is a file with a ``TOOL``, and a line here."""

from agents.tools import calculator, current_time, fetch_page, update_plan
from agents.tools.base import Tool

#: By name, in the order a person reads them.
TOOLS: dict[str, Tool] = {
    module.TOOL.name: module.TOOL for module in (update_plan, calculator, current_time, fetch_page)
}
