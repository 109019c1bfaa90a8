"""What each tool may do, as a form asks about it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.tools.policies import POLICIES, default_policy, policy_of
from agents.tools.registry import TOOLS, available_tools

WORDS = {"run": _("by itself"), "ask": _("asks first"), "never": _("never")}


@dataclass(frozen=True)
class ToolChoice:
    """A tool in the form: whether the agent has it, and what it may do with it."""

    name: str
    about: str
    ticked: bool
    policy: str

    @property
    def policies(self) -> list[tuple[str, str]]:
        return policies_in_words()


def policies_in_words() -> list[tuple[str, str]]:
    return [(policy, str(WORDS[policy])) for policy in POLICIES]


def tool_choices(ticked: Collection[str], policies: Mapping[str, str]) -> list[ToolChoice]:
    """The tools of our own that there are, with what an agent has of them."""
    return [
        ToolChoice(tool.name, gettext(tool.about), tool.name in ticked, policy_of(tool, policies))
        for tool in available_tools()
    ]


class PoliciesWidget(forms.Widget):
    """A choice for each tool, in fields named ``tool_policies-<tool>``.

    The page draws each beside its tool (``agents/_tools.html``), the admin all of them in one place.
    """

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return render_to_string("agents/_policies.html", {"tools": tool_choices((), value or {})})

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, Any]:
        prefix = f"{name}-"
        return {key.removeprefix(prefix): data[key] for key in data if key.startswith(prefix)}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not self.value_from_datadict(data, files, name)


class PoliciesField(forms.Field):
    """What tools may do, by name; what is a tool's default is left out."""

    widget = PoliciesWidget

    def to_python(self, value: Mapping[str, str] | None) -> dict[str, str]:
        return {
            name: policy
            for name, policy in (value or {}).items()
            if name not in TOOLS or policy != default_policy(TOOLS[name])
        }
