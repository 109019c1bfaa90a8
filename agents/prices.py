"""What the tokens of a model cost, by the prices in the settings."""

from decimal import Decimal
from functools import partial

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import pgettext

from agents.engine.account import PriceOf

MILLION = 1_000_000
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CHF": "CHF"}
#: Below this an amount has four digits behind the point, and below the last of them it is only said to be so.
SMALL, LEAST = Decimal(1), Decimal("0.0001")


def currency() -> str:
    """The code of the currency all costs are in; empty without prices."""
    return str(settings.PRICES.currency)


def money(amount: Decimal) -> str:
    """The amount with its currency, written as in the language now active: ``$0.0021``, ``12,50 €``."""
    places = 4 if 0 < amount < SMALL else 2
    number = number_format(max(amount, LEAST) if amount else amount, places, force_grouping=True)
    sign = SIGNS.get(currency(), currency())
    if sign.isalpha():
        text = f"{number}\N{NO-BREAK SPACE}{sign}"
    else:
        # Translators: an amount of money; change the order and the space where your language does.
        text = pgettext("money", "%(sign)s%(number)s") % {"sign": sign, "number": number}
    return f"<\N{NO-BREAK SPACE}{text}" if 0 < amount < LEAST else text.strip()


def price_of(asked_for: str, *, free: bool = False) -> PriceOf:
    """The price function of one run, whose model was ``asked_for``; a ``free`` one costs nothing.

    A model is charged under the name it gives itself, and where that has no price under the one asked for.
    """
    return _nothing if free else partial(_cost, asked_for)


def _nothing(model: str, prompt_tokens: int, completion_tokens: int) -> Decimal | None:
    return Decimal(0)


def _cost(asked_for: str, model: str, prompt_tokens: int, completion_tokens: int) -> Decimal | None:
    name = _priced(model) or _priced(asked_for)
    if name is None:
        return None
    price = settings.PRICES.models[name]
    return (price.prompt * prompt_tokens + price.completion * completion_tokens) / MILLION


def _priced(model: str) -> str | None:
    """The name in the file that stands for the model: the exact one, then the longest beginning."""
    names = settings.PRICES.models
    if model in names:
        return model
    begun = (name for name in names if name.endswith("*") and model.startswith(name[:-1]))
    return max(begun, key=len, default=None)
