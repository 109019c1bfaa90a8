"""The documents that agents were given, in the admin: of whom, how large, how far they are. Only listed."""

from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from agents.admin.lists import ReadOnlyAdmin
from agents.documents import problem_of
from agents.models import Document


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ("name", "agent", "format", "bytes", "status", "progress", "chunk_count", "created_at")
    list_filter = ("status", "format", "created_at")
    list_select_related = ("agent",)
    search_fields = ("name", "agent__name", "sha256")
    fields = readonly_fields = (
        *("name", "agent", "format", "bytes", "sha256", "status", "why", "progress", "pages", "chunk_count"),
        *("attempts", "worker", "heartbeat_at", "created_at", "updated_at"),
    )
    ordering = ("-id",)

    @admin.display(description=_("size"), ordering="size")
    def bytes(self, document: Document) -> str:
        return filesizeformat(document.size)

    @admin.display(description=_("problem"), ordering="problem")
    def why(self, document: Document) -> str:
        return problem_of(document)
