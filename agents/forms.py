"""The form of an agent, for page and admin. What its values may be is decided by ``agents.changes``."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.changes import FIELDS, MAX_PROMPT, AgentChanges, check_changes
from agents.errors import Invalid
from agents.models import Agent
from agents.models.agent import MAX_STARTERS
from agents.providers.registry import OFFLINE, is_configured
from agents.tools.registry import TOOLS

#: The voices every speech endpoint of the usual kind has; others can be typed.
VOICES = ("alloy", "echo", "fable", "onyx", "nova", "shimmer")

LABELS = {
    "name": _("Name"),
    "description": _("Description"),
    "system_prompt": _("Instructions"),
    "model": _("Model"),
    "temperature": _("Temperature"),
    "history_messages": _("History"),
    "context_tokens": _("Context"),
    "voice": _("Voice"),
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
}
NO_GUESSING = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
WIDGETS = {
    "system_prompt": forms.Textarea(attrs={"rows": 14, "maxlength": MAX_PROMPT}),
    "model": forms.TextInput(attrs={"list": "model-names", **NO_GUESSING}),
    "temperature": forms.NumberInput(attrs={"step": "0.1"}),
    "voice": forms.TextInput(attrs={"list": "voice-names", **NO_GUESSING}),
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


class AgentForm(forms.ModelForm):
    """``changes`` has the checked values once the form is valid."""

    changes: AgentChanges

    starters = LinesField(
        label=_("Conversation starters"),
        required=False,
        help_text=_("Up to four, one on each line. They are offered where a conversation begins."),
    )

    tools = forms.MultipleChoiceField(
        label=_("Tools"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(tool.name, gettext(tool.about)) for tool in TOOLS.values()],
    )

    class Meta:
        model = Agent
        fields = FIELDS
        labels = LABELS
        help_texts = HELP_TEXTS
        widgets = WIDGETS

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        given: Any = {name: value for name, value in values.items() if name in FIELDS}
        try:
            self.changes = check_changes(given)
        except Invalid as refused:
            for field, reasons in refused.fields.items():
                self.add_error(field, list(reasons))
        else:
            values |= self.changes
        return values


class AgentPageForm(AgentForm):
    """The form in the look of the pages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        configured = settings.OPENAI_MODEL if is_configured() else OFFLINE
        self.fields["model"].widget.attrs["placeholder"] = configured
        if self.instance.owner_id is None and not self.instance._state.adding:
            del self.fields["visibility"]  # private to nobody would be visible to nobody
        for name, field in self.fields.items():
            if name not in ("visibility", "tools"):
                field.widget.attrs["class"] = "input"


class UnsavedAgentForm(AgentForm):
    """The part of the form that shows in an answer. Once it is valid, ``instance`` is such an agent."""

    SHOWN = frozenset(
        {"name", "system_prompt", "model", "temperature", "history_messages", "context_tokens", "tools"}
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
