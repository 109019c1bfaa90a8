"""The models a person can choose from, as far as the provider tells."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agents.engine.errors import ProviderError
from agents.providers.registry import OFFLINE, is_configured, list_models


@dataclass(frozen=True)
class ModelChoices:
    """``note`` says why there are no names, and what can be done; empty when there are."""

    names: Sequence[str]
    note: str = ""


async def model_choices() -> ModelChoices:
    """What the endpoint lists, then the offline model. Never raises: any name can be typed."""
    if not is_configured():
        return ModelChoices(
            [OFFLINE], _("No provider is set up, so the offline model answers whatever stands here.")
        )
    try:
        names = await list_models()
    except ProviderError as error:
        return ModelChoices([OFFLINE], _why(error))
    note = "" if names else _("The provider lists no models. Type the name of one.")
    return ModelChoices([*names, OFFLINE], note)


def _why(error: ProviderError) -> str:
    if error.kind == "timeout":
        return _("The provider did not list its models in time. Type the name of one.")
    if error.kind == "rate_limit":
        return _("The provider is too busy to list its models. Type the name of one.")
    if error.kind == "service_unavailable":
        return _("The provider refused to list its models: check its key and address. Type the name of one.")
    return _("The provider could not list its models. Type the name of one.")
