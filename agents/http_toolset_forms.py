"""The form of an HTTP interface in the admin. Its secret goes in and is never shown again."""

from dataclasses import asdict
from typing import Any

from asgiref.sync import async_to_sync
from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.mcp_forms import HEADER_NAME, HEADER_VALUE, checked_address, free_slug
from agents.models import HttpToolset, McpServer
from agents.models.http_toolset import Credential
from agents.models.tool_source import Audience
from agents.sealing import Unreadable, seal, unseal
from agents.tools.addresses import or_inside
from agents.tools.base import ToolProblem
from agents.tools.openapi import NOT_OURS, Document, read_document

NAMED = (Credential.HEADER, Credential.QUERY)
MAX_SECRET = 4_000
FIRST_BAD = 400


class HttpToolsetForm(forms.ModelForm):
    """``problem_of_document`` is why the document at the given address could not be had."""

    problem_of_document = ""

    secret = forms.CharField(
        label=gettext_lazy("Secret"),
        required=False,
        max_length=MAX_SECRET,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("Operations"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = HttpToolset
        fields = (
            *("name", "slug", "document_url", "document", "base_address"),
            *("credential", "credential_name", "enabled", "audience", "people", "chosen"),
        )
        widgets = {"document": forms.Textarea(attrs={"rows": 12, "spellcheck": "false"})}  # noqa: RUF012 (as Django has it)
        help_texts = {  # noqa: RUF012 (as Django has it)
            "document_url": gettext_lazy("Fetched when the document below is empty."),
            "document": gettext_lazy("OpenAPI 3.0 or 3.1, as JSON or YAML."),
            "base_address": gettext_lazy("Empty for the first server that the document names."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        saved = gettext_lazy("Saved and not shown. Leave this empty to keep it.")
        new = gettext_lazy("For user name and password: name:password. It is encrypted, and not shown again.")
        self.fields["secret"].help_text = saved if self.instance.sealed else new
        if self.instance._state.adding or not self.instance.tools:
            self.fields.pop("chosen", None)  # nothing to choose from yet: all of them
        elif "chosen" in self.fields:
            choices = [(tool["name"], f"{tool['method']} {tool['path']}") for tool in self.instance.tools]
            self.fields["chosen"] = forms.MultipleChoiceField(
                label=self.fields["chosen"].label,
                required=False,
                choices=choices,
                widget=forms.CheckboxSelectMultiple,
            )

    def clean_slug(self) -> str:
        return free_slug(self.cleaned_data["slug"], McpServer)

    def clean_base_address(self) -> str:
        return checked_address(self.cleaned_data["base_address"])

    def clean_document_url(self) -> str:
        return checked_address(self.cleaned_data["document_url"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("audience") == Audience.CHOSEN and not values.get("people"):
            self.add_error("people", _("Choose at least one person."))
        if "slug" in values:
            self._read_document(values)
        self._check_credential(values)
        if not self.errors:
            self._take_secret(values)
        return values

    def _read_document(self, values: dict[str, Any]) -> None:
        if self.problem_of_document:
            self.add_error("document_url", self.problem_of_document)
            return
        try:
            self._take_document(values, read_document(values.get("document", ""), values["slug"]))
        except ValueError as problem:
            self.add_error("document", str(problem))

    def _take_document(self, values: dict[str, Any], document: Document) -> None:
        if not document.operations:
            reasons = document.problems or (_("The document has no operations."),)
            self.add_error("document", list(reasons))
            return
        values["base_address"] = values.get("base_address") or document.base
        if not values["base_address"] and "base_address" not in self.errors:
            self.add_error("base_address", _("The document names no server in full, so give its address."))
        # Names change with the short name, so what is chosen is known by the name in the document.
        chosen = set(values.get("chosen", ()))
        before = {tool["remote"]: tool["name"] in chosen for tool in self.instance.tools}
        values["chosen"] = [one.name for one in document.operations if before.get(one.remote, True)]
        self.instance.tools = [asdict(operation) for operation in document.operations]
        self.instance.chosen = values["chosen"]
        self.instance.notes = "\n".join(document.problems)

    def _check_credential(self, values: dict[str, Any]) -> None:
        kind, name, secret = (values.get(key, "") for key in ("credential", "credential_name", "secret"))
        if kind in NAMED and not HEADER_NAME.fullmatch(name):
            self.add_error(
                "credential_name", _("Give the name of the header, or of the part of the address.")
            )
        elif kind == Credential.HEADER and name.lower() in NOT_OURS - {"authorization"}:
            self.add_error("credential_name", _("This header is set by Parley itself."))
        if secret and not HEADER_VALUE.fullmatch(secret):
            self.add_error("secret", _("A secret has printable ASCII characters only."))
        if secret and kind == Credential.BASIC and ":" not in secret:
            self.add_error("secret", _("Write name:password."))
        if kind != Credential.NONE and not secret and self._kind_before() != kind:
            self.add_error("secret", _("Enter the secret."))

    def _kind_before(self) -> str:
        return str(self.initial.get("credential", "")) if self.instance.sealed else ""

    def _take_secret(self, values: dict[str, Any]) -> None:
        address, secrets = values["base_address"], {"secret": values.get("secret", "")}
        if values["credential"] == Credential.NONE:
            secrets = {}
        elif not secrets["secret"]:
            try:
                secrets = unseal(self.instance.sealed, address=address)
            except Unreadable as problem:
                self.add_error("secret", str(problem))
                return
        self.instance.sealed = seal(secrets, address=address)


def fetched_text(url: str) -> str:
    """The document at an address. Raises ToolProblem."""
    from agents.tools.net import call_service  # brings an HTTP client along

    page = async_to_sync(call_service)("GET", url, allowed=or_inside(settings.TOOL_NETWORKS))
    if page.status >= FIRST_BAD:
        raise ToolProblem(_("The server answered with the status %(status)d.") % {"status": page.status})
    return page.body.decode("utf-8", "replace")
