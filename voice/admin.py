"""What was spoken and read aloud, to be found and heard in the admin; only services write it."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agents.admin import ReadOnlyAdmin
from voice.models import Recording, Speech
from voice.models.stored_sound import StoredSound


class SoundAdmin(ReadOnlyAdmin):
    """``listen`` leads to the bytes; the page itself has none of them."""

    @admin.display(description=_("sound"))
    def listen(self, sound: StoredSound) -> SafeString:
        return format_html('<a href="{}">{}</a>', sound.sound.url, _("Listen"))


@admin.register(Recording)
class RecordingAdmin(SoundAdmin):
    list_display = ("created_at", "owner", "seconds", "kind", "size", "message")
    list_filter = ("kind", ("message", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("owner", "message")
    search_fields = ("transcript", "owner__username", "path")
    ordering = ("-id",)
    fields = (
        *("owner", "conversation", "agent", "message", "transcript", "listen"),
        *("seconds", "size", "kind", "path", "client_id", "created_at"),
    )
    readonly_fields = ("listen",)


@admin.register(Speech)
class SpeechAdmin(SoundAdmin):
    list_display = ("created_at", "message", "voice", "seconds", "size")
    list_filter = ("voice", "created_at")
    list_select_related = ("message",)
    search_fields = ("path",)
    ordering = ("-id",)
    fields = ("message", "voice", "listen", "seconds", "size", "path", "created_at")
    readonly_fields = ("listen",)
