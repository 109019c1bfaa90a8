"""McpServer: a server of tools that speaks the Model Context Protocol."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models.tool_source import ToolSource

MAX_ADDRESS = 500


class McpServer(ToolSource):
    """At ``address`` over streamable HTTP, or the program that ``MCP_STDIO_COMMANDS`` has under ``command``.

    ``problem`` is why the last look at it failed, empty where it did not; ``notes`` are what of its list
    could not be used.
    """

    address = models.CharField(_("address"), max_length=MAX_ADDRESS, blank=True)
    command = models.CharField(_("program"), max_length=100, blank=True)
    trusts_hints = models.BooleanField(
        _("believe what it says of its tools"),
        default=False,
        help_text=_("Tools that it marks as reading only are then called without asking."),
    )
    checked_at = models.DateTimeField(_("last looked at"), null=True, editable=False)
    problem = models.TextField(_("problem"), blank=True, editable=False)
    notes = models.TextField(_("left out"), blank=True, editable=False)

    class Meta(ToolSource.Meta):
        verbose_name = _("MCP server")
        verbose_name_plural = _("MCP servers")
