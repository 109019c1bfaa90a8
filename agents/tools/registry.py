"""The tools there are. A new one is a file with a ``TOOL``, and a line here."""

from agents.tools import (
    ask_agent,
    calculator,
    current_time,
    fetch_page,
    list_files,
    read_file,
    update_plan,
    web_search,
    write_file,
)
from agents.tools.base import Tool

#: By name, in the order a person reads them.
TOOLS: dict[str, Tool] = {
    module.TOOL.name: module.TOOL
    for module in (
        update_plan,
        calculator,
        current_time,
        web_search,
        fetch_page,
        list_files,
        read_file,
        write_file,
        ask_agent,
    )
}


def available_tools() -> list[Tool]:
    """Those that have here what they need."""
    return [tool for tool in TOOLS.values() if tool.is_available()]
