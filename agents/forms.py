"""The form of an agent, for page and admin. What its values may be is decided by ``agents.changes``."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.models import Group
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.groups import groups_for
from agents.changes import FIELDS, MAX_PROMPT, AgentChanges, check_changes
from agents.errors import Invalid
from agents.models import Agent
from agents.models.agent import MAX_STARTERS, Visibility
from agents.policy_choices import PoliciesField, ToolChoice, tool_choices
from agents.providers.registry import OFFLINE, is_configured
from agents.tool_groups import NO_OVERRIDES, RemoteChoice, ToolGroup, tool_groups, tools_not_here
from agents.tools.policies import default_policy
from agents.tools.registry import TOOLS, available_tools
from agents.tools.remote_names import is_remote

if TYPE_CHECKING:
    from accounts.models import User

#: The voices every speech endpoint of the usual kind has; others can be typed.
VOICES = ("alloy", "echo", "fable", "onyx", "nova", "shimmer")
#: Languages that are offered; others can be typed.
LANGUAGES = (
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "pt-BR",
    "nl",
    "pl",
    "tr",
    "ru",
    "zh",
    "ja",
    "ko",
    "ar",
    "hi",
)

LABELS = {
    "name": _("Name"),
    "description": _("Description"),
    "system_prompt": _("Instructions"),
    "model": _("Model"),
    "temperature": _("Temperature"),
    "history_messages": _("History"),
    "context_tokens": _("Context"),
    "voice": _("Voice"),
    "language": _("Language"),
    "visibility": _("Who can talk with it"),
}
HELP_TEXTS = {
    "description": _("One line for the list of agents."),
    "system_prompt": _("What it is, what it does and how. Every saved wording is kept as a version."),
    "model": _("Empty for the configured one."),
    "temperature": _("0 is predictable, 2 is wild."),
    "history_messages": _("Messages sent along each time."),
    "context_tokens": _("Tokens; what does not fit is left out, oldest first."),
    "voice": _("For answers read aloud."),
    "language": _("Of speech, such as “de” or “pt-BR”; empty: found out each time."),
}
NO_GUESSING = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
WIDGETS = {
    "system_prompt": forms.Textarea(attrs={"rows": 14, "maxlength": MAX_PROMPT}),
    "model": forms.TextInput(attrs={"list": "model-names", **NO_GUESSING}),
    "temperature": forms.NumberInput(attrs={"step": "0.1"}),
    "voice": forms.TextInput(attrs={"list": "voice-names", **NO_GUESSING}),
    "language": forms.TextInput(attrs={"list": "language-names", **NO_GUESSING}),
    "visibility": forms.RadioSelect,
}


class LinesField(forms.Field):
    """A list of short texts, one on each line; empty lines do not count."""

    widget = forms.Textarea(attrs={"rows": MAX_STARTERS})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: str | None) -> list[str]:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: list[str] | None, data: str | None) -> bool:
        return (initial or []) != self.to_python(data)


class ToolsField(forms.MultipleChoiceField):
    """Its choices are our own tools; those of other servers are taken by any name that could be one's."""

    def valid_value(self, value: Any) -> bool:
        return super().valid_value(value) or is_remote(str(value))


class AgentForm(forms.ModelForm):
    """``changes`` has the checked values once the form is valid."""

    changes: AgentChanges

    speech_speed = forms.FloatField(
        label=_("Speed"),
        required=False,
        initial=1.0,
        help_text=_("Of speech, from 0.25 to 4; 1 is usual."),
        widget=forms.NumberInput(attrs={"step": "0.05", "min": "0.25", "max": "4"}),
    )

    starters = LinesField(
        label=_("Conversation starters"),
        required=False,
        help_text=_("Up to four, one on each line. They are offered where a conversation begins."),
    )

    tools = ToolsField(
        label=_("Tools"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(tool.name, gettext(tool.about)) for tool in available_tools()],
    )

    tool_policies = PoliciesField(label=_("What tools may do"), required=False)

    groups = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        label=_("Groups"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Agent
        fields = (*FIELDS, "groups")
        labels = LABELS
        help_texts = HELP_TEXTS
        widgets = WIDGETS

    def clean_speech_speed(self) -> float:
        """As it was where nothing is said."""
        given: float | None = self.cleaned_data["speech_speed"]
        return self.instance.speech_speed if given is None else given

    def clean_tools(self) -> list[str]:
        """What is ticked, and what the agent has that is not offered here now: it would be lost unseen."""
        offered = {tool.name for tool in available_tools()}
        unseen = [name for name in self.instance.tools if name in TOOLS.keys() - offered]
        return [*self.cleaned_data["tools"], *unseen]

    def tool_choices(self) -> list[ToolChoice]:
        """The tools as they stand in the form."""
        return tool_choices(self["tools"].value() or (), self["tool_policies"].value() or {})

    def clean_tool_policies(self) -> dict[str, str]:
        """With those that whoever sent the form was not asked about."""
        before: dict[str, str] = self.instance.tool_policies
        widget = self.fields["tool_policies"].widget
        if widget.value_omitted_from_data(self.data, self.files, self.add_prefix("tool_policies")):
            return before
        given: dict[str, str] = self.cleaned_data["tool_policies"]
        asked = widget.value_from_datadict(self.data, self.files, self.add_prefix("tool_policies"))
        kept = {name: policy for name, policy in before.items() if name not in asked}
        return kept | {name: policy for name, policy in given.items() if self._is_worth_keeping(name)}

    def _is_worth_keeping(self, name: str) -> bool:
        """A form asks about every tool of every server, and an agent has few of them."""
        return not is_remote(name) or name in self.cleaned_data.get("tools", ())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        given: Any = {name: value for name, value in values.items() if name in FIELDS}
        groups = values.get("groups")
        if groups is not None:
            given["groups"] = [group.name for group in groups]
            if values.get("visibility") == Visibility.GROUP and not groups:
                self.add_error("groups", _("Choose at least one group."))
        try:
            self.changes = check_changes(given)
        except Invalid as refused:
            for field, reasons in refused.fields.items():
                self.add_error(field, list(reasons))
        else:
            values |= {name: value for name, value in self.changes.items() if name in FIELDS}
        return values


class AgentPageForm(AgentForm):
    """The form in the look of the pages, for somebody: each sees the servers that they may use."""

    def __init__(self, person: "User", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person
        self.label_suffix = ""
        configured = settings.OPENAI_MODEL if is_configured() else OFFLINE
        self.fields["model"].widget.attrs["placeholder"] = configured
        if self.instance.owner_id is None and not self.instance._state.adding:
            del self.fields["visibility"]  # private to nobody would be visible to nobody
        self._offer_groups()
        for name, field in self.fields.items():
            if name not in ("visibility", "groups", "tools", "tool_policies"):
                field.widget.attrs["class"] = "input"

    def _offer_groups(self) -> None:
        """Those that the person may choose; where there are none, nobody is asked."""
        groups = groups_for(self._person)
        if groups.exists():
            cast(forms.ModelMultipleChoiceField, self.fields["groups"]).queryset = groups
            return
        del self.fields["groups"]
        visibility = cast("forms.ChoiceField | None", self.fields.get("visibility"))
        if visibility is not None and self.instance.visibility != Visibility.GROUP:
            visibility.choices = [one for one in Visibility.choices if one[0] != Visibility.GROUP]

    @cached_property
    def tool_groups(self) -> list[ToolGroup]:
        return tool_groups(
            self._person, self["tools"].value() or (), self["tool_policies"].value() or NO_OVERRIDES
        )

    def clean_tool_policies(self) -> dict[str, str]:
        """Without what is a tool's default, which may change with how far its server is trusted."""
        policies = super().clean_tool_policies()
        if not any(map(is_remote, policies)):
            return policies
        defaults = {one.name: default_policy(one) for group in self.tool_groups for one in group.choices}
        return {name: policy for name, policy in policies.items() if defaults.get(name) != policy}

    @cached_property
    def tools_not_here(self) -> list[RemoteChoice]:
        return tools_not_here(self.tool_groups, self["tools"].value() or ())


class UnsavedAgentForm(AgentForm):
    """The part of the form that shows in an answer. Once it is valid, ``instance`` is such an agent."""

    SHOWN = frozenset(
        {
            *("name", "system_prompt", "model", "temperature", "history_messages", "context_tokens"),
            *("tools", "tool_policies"),
        }
    )

    def __init__(self, given: Mapping[str, str | list[str]]) -> None:
        super().__init__(given)
        for name in self.fields.keys() - self.SHOWN:
            del self.fields[name]

    def refusal(self) -> str:
        """What is wrong, in one line."""
        return " ".join(
            f"{self[name].label}: {' '.join(map(str, reasons))}" for name, reasons in self.errors.items()
        )
