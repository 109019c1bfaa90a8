"""HttpToolset: an HTTP interface whose operations, described by an OpenAPI document, are tools."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models.tool_source import ToolSource

MAX_ADDRESS = 500


class Credential(models.TextChoices):
    NONE = "none", _("None")
    BEARER = "bearer", _("Bearer token")
    BASIC = "basic", _("User name and password")
    HEADER = "header", _("A header")
    QUERY = "query", _("A part of the address")


class HttpToolset(ToolSource):
    """``tools`` are all operations of the document; ``chosen`` names those that agents can have."""

    document = models.TextField(_("OpenAPI document"), blank=True)
    document_url = models.CharField(_("address of the document"), max_length=MAX_ADDRESS, blank=True)
    base_address = models.CharField(_("address of the interface"), max_length=MAX_ADDRESS, blank=True)
    credential = models.CharField(
        _("credential"), max_length=10, choices=Credential.choices, default=Credential.NONE
    )
    credential_name = models.CharField(_("name of the header or part"), max_length=100, blank=True)
    chosen = models.JSONField(_("operations"), default=list, blank=True)
    notes = models.TextField(_("left out"), blank=True, editable=False)

    class Meta(ToolSource.Meta):
        verbose_name = _("HTTP interface")
        verbose_name_plural = _("HTTP interfaces")
