"""The files that agents have written, in the admin: where, how large, by which run. They are only listed."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agents.admin.lists import RangeFilter, ReadOnlyAdmin, filtered_list
from agents.models import WorkspaceFile


class SizeFilter(RangeFilter):
    title = _("size in bytes")
    parameter_name = "bytes"
    field = "size"
    bounds = (1000, 100_000, 1_000_000)


@admin.register(WorkspaceFile)
class WorkspaceFileAdmin(ReadOnlyAdmin):
    list_display = ("path", "bytes", "agent", "owner", "updated_at")
    list_filter = (SizeFilter, "updated_at")
    list_select_related = ("workspace__agent", "workspace__owner")
    search_fields = ("path", "workspace__chat_id", "workspace__agent__name", "workspace__owner__username")
    fields = readonly_fields = (
        *("path", "bytes", "sha256", "agent", "owner", "conversation", "run"),
        *("created_at", "updated_at"),
    )
    ordering = ("-updated_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkspaceFile]:
        return super().get_queryset(request).defer("content")

    @admin.display(description=_("size"), ordering="size")
    def bytes(self, file: WorkspaceFile) -> str:
        return filesizeformat(file.size)

    @admin.display(description=_("agent"), ordering="workspace__agent__name")
    def agent(self, file: WorkspaceFile) -> str:
        return str(file.workspace.agent)

    @admin.display(description=_("owner"), ordering="workspace__owner__username")
    def owner(self, file: WorkspaceFile) -> str:
        return str(file.workspace.owner)

    @admin.display(description=_("conversation"))
    def conversation(self, file: WorkspaceFile) -> SafeString:
        chat_id = file.workspace_id
        return filtered_list("chat_conversation", chat_id, id__exact=chat_id)

    @admin.display(description=_("run"))
    def run(self, file: WorkspaceFile) -> SafeString:
        return filtered_list("agents_run", file.run_id, id__exact=file.run_id)
