"""Forms about oneself."""

from typing import ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.preferences import zone_names


def languages() -> list[tuple[str, object]]:
    """Each in its own words, so that who cannot read this page finds theirs."""
    return [
        ("", _("Same as the browser")),
        *((code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES),
    ]


def zones() -> list[tuple[str, object]]:
    """All zones by name; those of no place, such as ``Etc/GMT+3``, are known but not offered."""
    places = sorted(
        name for name in zone_names() if name == "UTC" or ("/" in name and not name.startswith("Etc/"))
    )
    return [("", _("Same as the browser")), *((name, name.replace("_", " ")) for name in places)]


class PreferencesForm(forms.ModelForm):
    language = forms.ChoiceField(label=_("Language"), choices=languages, required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones, required=False)

    class Meta:
        model = User
        fields = ("display_name", "theme", "language", "time_zone")
        labels: ClassVar = {"display_name": _("Your name"), "theme": _("Theme")}
        help_texts: ClassVar = {"display_name": _("As others see it.")}
