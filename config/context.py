"""What every page knows of the house."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from config import __version__
from config.models_that_answer import is_offline


def parley(_request: HttpRequest) -> dict[str, Any]:
    offline = is_offline()
    label = _("Offline model") if offline else settings.OPENAI_MODEL
    return {
        "parley": {
            "version": __version__,
            "offline_model": offline,
            "model_label": label,
            "personal": settings.PERSONAL,
        }
    }
