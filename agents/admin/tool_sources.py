"""Servers elsewhere whose tools agents can have: MCP servers and HTTP interfaces."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agents.http_toolset_forms import HttpToolsetForm, fetched_text
from agents.mcp_forms import McpServerForm
from agents.mcp_looks import look_at_now
from agents.models import HttpToolset, McpServer
from agents.remote_tools import address_of, interface_of
from agents.tools.base import ToolProblem

#: On a request: why the document it names could not be fetched.
PROBLEM = "problem_of_document"


class ToolSourceAdmin(admin.ModelAdmin):
    """Superusers only: whoever adds a server decides where the words of conversations go."""

    list_filter = ("enabled", "audience")
    filter_horizontal = ("people",)
    prepopulated_fields = {"slug": ("name",)}  # noqa: RUF012 (as Django has it)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission


@admin.register(McpServer)
class McpServerAdmin(ToolSourceAdmin):
    form = McpServerForm
    list_display = ("name", "slug", "where", "enabled", "audience", "state")
    search_fields = ("name", "slug", "address")
    readonly_fields = ("state", "listing", "checked_at", "created_at", "updated_at")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        form = self.form(instance=obj)
        there = [name for name in ("address", "command", "headers", "forget_headers") if name in form.fields]
        who = ("enabled", "audience", "people", "trusts_hints")
        found = ("state", "listing", "checked_at", "created_at", "updated_at")
        return (
            (None, {"fields": ("name", "slug", *there)}),
            (_("Who"), {"fields": who}),
            *(((_("What it offers"), {"fields": found}),) if obj else ()),
        )

    def save_model(self, request: HttpRequest, obj: McpServer, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        # After the commit: a look takes its time, and SQLite has one writer.
        transaction.on_commit(lambda: self._look(request, obj))

    def _look(self, request: HttpRequest, server: McpServer) -> None:
        if not server.enabled:
            return
        look_at_now(server)
        server.refresh_from_db()
        level = messages.WARNING if server.problem else messages.SUCCESS
        self.message_user(request, f"{server.name}: {self.state(server)}", level)

    @admin.display(description=_("where"))
    def where(self, server: McpServer) -> str:
        return server.address or server.command

    @admin.display(description=_("state"))
    def state(self, server: McpServer) -> str:
        if problem := address_of(server).problem or server.problem:
            return problem
        if server.checked_at is None:
            return str(_("Nobody has looked yet."))
        return ngettext("%(n)d tool", "%(n)d tools", len(server.tools)) % {"n": len(server.tools)}

    @admin.display(description=_("tools"))
    def listing(self, server: McpServer) -> SafeString:
        return render_to_string("admin/agents/mcpserver/listing.html", {"server": server})


@admin.register(HttpToolset)
class HttpToolsetAdmin(ToolSourceAdmin):
    form = HttpToolsetForm
    list_display = ("name", "slug", "base_address", "enabled", "audience", "state")
    search_fields = ("name", "slug", "base_address")
    readonly_fields = ("state", "notes", "created_at", "updated_at")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        chosen = ("chosen",) if obj and obj.tools else ()
        return (
            (None, {"fields": ("name", "slug", "document_url", "document", "base_address")}),
            (_("Credential"), {"fields": ("credential", "credential_name", "secret")}),
            (_("Who"), {"fields": ("enabled", "audience", "people")}),
            *(((_("What it offers"), {"fields": (*chosen, *self.readonly_fields)}),) if obj else ()),
        )

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Fetches the document first: what follows is one transaction, and SQLite has one writer."""
        if request.method == "POST" and self.has_module_permission(request):
            self._fetch(request)
        return super().changeform_view(request, *args, **kwargs)

    def _fetch(self, request: HttpRequest) -> None:
        given = request.POST.copy()
        if given.get("document", "").strip() or not (url := given.get("document_url", "").strip()):
            return
        try:
            given["document"] = fetched_text(url)
        except ToolProblem as problem:
            setattr(request, PROBLEM, str(problem))
        request.POST = given  # type: ignore[assignment]  # a copy, with the document in it

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.problem_of_document = getattr(request, PROBLEM, "")
        return form

    @admin.display(description=_("state"))
    def state(self, toolset: HttpToolset) -> str:
        if problem := interface_of(toolset).problem:
            return problem
        return ngettext("%(n)d tool", "%(n)d tools", len(toolset.chosen)) % {"n": len(toolset.chosen)}
