"""Agents as YAML text: one document an agent. Reading takes nothing but plain values, from any stranger.

Refused, with the line or the field: aliases (a few of them make gigabytes), tags, duplicate and unknown
fields, text over ``MAX_BYTES``, nesting without end, and whatever ``agents.changes`` refuses.
"""

from collections.abc import Hashable, Iterable
from typing import Any, cast

import yaml
from django.utils.translation import gettext as _

from agents.changes import FIELDS, AgentChanges, check_changes
from agents.errors import Invalid, Refused
from agents.models import Agent

MAX_BYTES = 1_048_576
_UNICODE_LINE_ENDS = {"\x85", "\u2028", "\u2029"}


class UnreadableFile(Refused):
    """The text holds no agents that can be taken; ``text`` says where and why."""

    status = 422
    key = "unreadable_file"


def write_agents(agents: Iterable[Agent]) -> str:
    """The agents as YAML documents, in the order given."""
    documents = [_document(agent) for agent in agents]
    return yaml.dump_all(
        documents,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=100,
        explicit_start=len(documents) > 1,
    )


def _document(agent: Agent) -> dict[str, Any]:
    """The fields, and the groups where there are any: a file from elsewhere need not know of them."""
    groups = [] if agent._state.adding else sorted(group.name for group in agent.groups.all())
    fields = {name: getattr(agent, name) for name in FIELDS}
    return fields | ({"groups": groups} if groups else {})


def read_agents(raw: bytes) -> list[AgentChanges]:
    """The values of every document, checked; each has at least a name. Raises UnreadableFile."""
    if len(raw) > MAX_BYTES:
        raise UnreadableFile(_("The file is larger than %(limit)d bytes.") % {"limit": MAX_BYTES})
    documents = [document for document in _load(raw) if document is not None]
    if not documents:
        raise UnreadableFile(_("The file holds no agent."))
    return [_agent(number, document) for number, document in enumerate(documents, start=1)]


def _load(raw: bytes) -> list[Any]:
    try:
        return list(yaml.load_all(raw.decode("utf-8-sig"), Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise UnreadableFile(
            _("Line %(line)d: %(problem)s") % {"line": line, "problem": error.problem or error.context}
        ) from None
    except RecursionError:
        raise UnreadableFile(_("The file is nested too deeply.")) from None
    except (
        yaml.YAMLError,
        ValueError,
    ) as error:  # such as bytes that are no text, and dates that do not exist
        raise UnreadableFile(_("The file is no YAML: %(problem)s") % {"problem": str(error)[:200]}) from None


def _agent(number: int, document: object) -> AgentChanges:
    if not isinstance(document, dict):
        raise UnreadableFile(
            _("Agent %(number)d: there must be fields such as “name: Librarian”.") % {"number": number}
        )
    unknown = [str(name)[:100] for name in document if name not in (*FIELDS, "groups")]
    if unknown:
        raise UnreadableFile(
            _("Agent %(number)d: unknown field “%(field)s”.") % {"number": number, "field": unknown[0]}
        )
    if "name" not in document:
        raise UnreadableFile(_("Agent %(number)d: the field “name” is missing.") % {"number": number})
    try:
        return check_changes(cast(AgentChanges, document))
    except Invalid as error:
        raise UnreadableFile(
            _("Agent %(number)d: %(problem)s") % {"number": number, "problem": error.text}
        ) from None


class _Loader(yaml.SafeLoader):
    """Plain values only, without aliases and duplicate fields."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem=_("aliases are not taken"), problem_mark=self.get_mark())
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        values = super().construct_mapping(node, deep)
        if len(values) != len(node.value):
            raise yaml.MarkedYAMLError(problem=_("a field is given twice"), problem_mark=node.start_mark)
        return values


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as a block, the way a person would."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_text(self, text: str) -> yaml.Node:
        style = "|" if "\n" in text else None
        # Line ends of Unicode: outside of quotes they are folded to a space when they are read.
        if not _UNICODE_LINE_ENDS.isdisjoint(text):
            style = '"'
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_multi_representer(str, _Dumper.represent_text)  # choices are kinds of str
_Dumper.add_representer(str, _Dumper.represent_text)
