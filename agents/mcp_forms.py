"""The form of an MCP server in the admin. Its headers go in and are never shown again."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models import HttpToolset, McpServer
from agents.models.tool_source import Audience, ToolSource
from agents.sealing import Unreadable, origin_of, seal, unseal

MAX_HEADERS = 20
MAX_VALUE = 4_000
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
HEADER_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
#: What is the transport's to say.
OURS = {
    "accept", "accept-encoding", "connection", "content-length", "content-type", "host", "mcp-session-id",
    "mcp-protocol-version", "transfer-encoding", "upgrade", "te", "trailer",
}  # fmt: skip
KEPT = gettext_lazy("Saved and not shown. Leave this empty to keep them.")
HELP = gettext_lazy(
    "One on each line, such as “Authorization: Bearer …”. They are encrypted, and not shown again."
)


class McpServerForm(forms.ModelForm):
    """``secrets`` are the headers once the form is valid, those that were kept included."""

    secrets: dict[str, str]

    headers = forms.CharField(
        label=gettext_lazy("Headers"),
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )
    forget_headers = forms.BooleanField(label=gettext_lazy("Remove the saved headers"), required=False)

    class Meta:
        model = McpServer
        fields = ("name", "slug", "address", "command", "enabled", "audience", "people", "trusts_hints")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["headers"].help_text = KEPT if self.instance.sealed else HELP
        if not self.instance.sealed:
            self.fields.pop("forget_headers", None)
        names = dict.fromkeys([*settings.MCP_STDIO_COMMANDS, self.instance.command])
        if any(names):
            choices = [("", "---------"), *((name, name) for name in names if name)]
            self.fields["command"] = forms.ChoiceField(
                label=gettext_lazy("Program"),
                required=False,
                choices=choices,
                help_text=_("A program of MCP_STDIO_COMMANDS, instead of an address."),
            )
        else:
            self.fields.pop("command", None)  # the admin has left it out already

    def clean_slug(self) -> str:
        return free_slug(self.cleaned_data["slug"], HttpToolset)

    def clean_address(self) -> str:
        return checked_address(self.cleaned_data["address"])

    def clean_headers(self) -> dict[str, str]:
        lines = [line for line in self.cleaned_data["headers"].splitlines() if line.strip()]
        if len(lines) > MAX_HEADERS:
            raise ValidationError(_("At most %(limit)d are allowed here.") % {"limit": MAX_HEADERS})
        return dict(_header(number, line) for number, line in enumerate(lines, start=1))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if bool(values.get("address")) == bool(values.get("command")) and "address" not in self.errors:
            self.add_error("address", _("Give an address, or choose a program: one of the two."))
        if values.get("audience") == Audience.CHOSEN and not values.get("people"):
            self.add_error("people", _("Choose at least one person."))
        if not self.errors:
            self._take_secrets(values)
        return values

    def _take_secrets(self, values: dict[str, Any]) -> None:
        self.secrets = {} if values.get("command") else values["headers"]
        if self.secrets or values.get("command") or values.get("forget_headers") or not self.instance.sealed:
            return
        try:
            self.secrets = unseal(self.instance.sealed, address=values["address"])
        except Unreadable as problem:
            self.add_error("headers", str(problem))

    def save(self, commit: bool = True) -> McpServer:
        self.instance.sealed = seal(self.secrets, address=self.instance.address) if self.secrets else ""
        saved: McpServer = super().save(commit)
        return saved


def checked_address(address: str) -> str:
    """An address of the web without user name and password, or none. Raises ValidationError."""
    if not address:
        return ""
    try:
        origin_of(address)
    except ValueError:
        raise ValidationError(_("An address begins with http:// or https:// and names a server.")) from None
    if "@" in address.partition("://")[2].partition("/")[0]:
        raise ValidationError(_("User name and password do not belong here, where they would be readable."))
    return address


def free_slug(slug: str, other: type[ToolSource]) -> str:
    """The short name, unless a source of the other kind has it. Raises ValidationError."""
    if other._default_manager.filter(slug=slug).exists():
        raise ValidationError(_("Another server of tools has this short name."))
    return slug


def _header(number: int, line: str) -> tuple[str, str]:
    """A header of a line. What the line says is not repeated: it may be a secret."""
    name, colon, value = line.partition(":")
    name, value = name.strip(), value.strip()
    if (
        not colon
        or not HEADER_NAME.fullmatch(name)
        or not HEADER_VALUE.fullmatch(value)
        or len(value) > MAX_VALUE
    ):
        raise ValidationError(
            _("Line %(number)d is no header such as “Authorization: Bearer …”.") % {"number": number}
        )
    if name.lower() in OURS:
        raise ValidationError(_("Line %(number)d: this header is set by Parley itself.") % {"number": number})
    return name, value
