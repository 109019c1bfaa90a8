"""What the fields of an agent may hold: read and checked in one place, whichever door the values came by."""

import math
import re
from collections.abc import Callable
from typing import Any, TypedDict, cast

from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.translation import gettext as _

from accounts.etags import digest
from agents.errors import Invalid
from agents.models import Agent
from agents.models.agent import MAX_STARTERS
from agents.tools.policies import POLICIES
from agents.tools.registry import TOOLS
from agents.tools.remote_names import is_remote

#: Characters; far above any useful prompt, and low enough to keep every version of it.
MAX_PROMPT = 100_000
MAX_STARTER = 300
MAX_TOOLS = 100
MAX_TOOL_NAME = 100
MAX_GROUPS = 100
MAX_GROUP_NAME = 150

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class AgentChanges(TypedDict, total=False):
    """Some or all of the values a person gives an agent; ``groups`` are names."""

    name: str
    description: str
    system_prompt: str
    model: str
    temperature: float
    history_messages: int
    context_tokens: int
    tools: list[str]
    tool_policies: dict[str, str]
    voice: str
    speech_speed: float
    language: str
    starters: list[str]
    visibility: str
    groups: list[str]


def check_changes(changes: AgentChanges) -> AgentChanges:
    """The values as they are stored: trimmed, line ends as ``\\n``.

    Raises Invalid with the reasons by field, also for a field that is no field of an agent.
    """
    checked: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for name, value in changes.items():
        try:
            if name not in _READERS:
                raise ValidationError(_("An agent has no such field."))
            checked[name] = _READERS[name](name, value)
        except ValidationError as error:
            wrong[name] = error.messages
    if wrong:
        raise Invalid(wrong)
    return cast(AgentChanges, checked)


def storable(text: str) -> str:
    """The text without NUL, which PostgreSQL refuses, and lone surrogates, which are no text in UTF-8."""
    return _UNSTORABLE.sub("", text)


def _by_the_model(name: str, value: object) -> object:
    """Length, range and choice as the model's field has them, in Django's own words and translations."""
    field = cast("Field[Any, Any]", Agent._meta.get_field(name))
    return field.clean(value, None)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise ValidationError(_("This must be text."))
    text = text_of(value)
    if _UNSTORABLE.search(text):
        raise ValidationError(_("This text contains characters that cannot be stored."))
    return text


def text_of(value: str) -> str:
    """Trimmed, with line ends as ``\\n``."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def _line(name: str, value: object) -> object:
    return _by_the_model(name, " ".join(_text(name, value).split()))


def _prompt(name: str, value: object) -> object:
    text = _text(name, value)
    if len(text) > MAX_PROMPT:
        raise ValidationError(_("A prompt has at most %(limit)d characters.") % {"limit": MAX_PROMPT})
    return _by_the_model(name, text)


def _decimal(name: str, value: object) -> object:
    # Every comparison with nan is false, so no range check would stop it.
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValidationError(_("This must be a number."))
    return _by_the_model(name, value)


def _whole(name: str, value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValidationError(_("This must be a whole number."))
    return _by_the_model(name, value)


def _list_of_lines(value: object, *, most: int, longest: int) -> list[str]:
    """Non-empty lines, each on its own; what is empty is left out."""
    if not isinstance(value, list):
        raise ValidationError(_("This must be a list of texts."))
    lines = [line for item in value if (line := " ".join(_text("", item).split()))]
    if len(lines) > most:
        raise ValidationError(_("At most %(limit)d are allowed here.") % {"limit": most})
    if any(len(line) > longest for line in lines):
        raise ValidationError(_("Each has at most %(limit)d characters.") % {"limit": longest})
    return lines


def _starters(name: str, value: object) -> list[str]:
    return _list_of_lines(value, most=MAX_STARTERS, longest=MAX_STARTER)


def _tools(name: str, value: object) -> list[str]:
    """The names, each once: ours in the order of the registry, then those of other servers as they came.

    Of the latter none is looked for: a server may be away, or be set up only after an agent has come by file.
    """
    names = dict.fromkeys(_tool_names(value))
    remote = [name for name in names if is_remote(name)]
    for unknown in sorted(names.keys() - TOOLS.keys() - set(remote)):
        raise ValidationError(_("There is no tool “%(name)s”.") % {"name": unknown})
    return [known for known in TOOLS if known in names] + remote


def _tool_names(value: object) -> list[str]:
    names = _list_of_lines(value, most=MAX_TOOLS, longest=MAX_TOOL_NAME)
    if isinstance(value, list) and len(names) < len(value):
        raise ValidationError(_("There is no tool “%(name)s”.") % {"name": ""})
    return names


def _tool_policies(name: str, value: object) -> dict[str, str]:
    """Policies by the name of a tool. The tool need not be there: it may be on a server that is away."""
    if not isinstance(value, dict):
        raise ValidationError(_("This must have “run”, “ask” or “never” by the name of a tool."))
    names = _tool_names(list(value))
    for policy in value.values():
        if policy not in POLICIES:
            shown = str(policy)[:MAX_TOOL_NAME]
            raise ValidationError(_("“%(policy)s” is not “run”, “ask” or “never”.") % {"policy": shown})
    return dict(sorted(zip(names, value.values(), strict=True)))


def _groups(name: str, value: object) -> list[str]:
    return sorted(set(_list_of_lines(value, most=MAX_GROUPS, longest=MAX_GROUP_NAME)))


_READERS: dict[str, Callable[[str, object], object]] = {
    "name": _line,
    "description": _line,
    "system_prompt": _prompt,
    "model": _line,
    "temperature": _decimal,
    "history_messages": _whole,
    "context_tokens": _whole,
    "tools": _tools,
    "tool_policies": _tool_policies,
    "voice": _line,
    "speech_speed": _decimal,
    "language": _line,
    "starters": _starters,
    "visibility": _line,
    "groups": _groups,
}
#: The names of all fields that are columns, in the order a person reads them.
FIELDS = tuple(name for name in _READERS if name != "groups")


def edition_of(agent: Agent) -> str:
    """Stands for all that people set of an agent; equal where that is equal (accounts/etags.py)."""
    return digest([getattr(agent, name) for name in FIELDS])
