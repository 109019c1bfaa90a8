"""Reads the file of prices: what a model costs, by its name or the beginning of its name."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from config.env import WrongSetting

#: The most that a million tokens may cost, and the digits behind the point: so every cost fits its column.
MOST, PLACES = Decimal(1_000_000), 4


class Price(NamedTuple):
    """For a million tokens each, in the currency of the file."""

    prompt: Decimal
    completion: Decimal


class Prices(NamedTuple):
    """``models`` by name, or by the beginning of a name with ``*`` behind it."""

    currency: str
    models: dict[str, Price]


NONE = Prices("", {})


def prices_from(path: Path, *, required: bool) -> Prices:
    """The prices in ``path``; none where there is no such file and none is ``required``.

    Raises WrongSetting, in one line, for a file that cannot be read or says what makes no sense.
    """
    if not required and not path.exists():
        return NONE
    try:
        # Every value stays a text: 0.15 must not become a binary fraction on its way.
        data = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (makes texts only)
    except (OSError, UnicodeDecodeError):
        raise WrongSetting("PRICES", "a file that can be read", str(path)) from None
    except yaml.YAMLError:
        raise _wrong(path, "YAML") from None
    if not isinstance(data, dict) or set(data) != {"currency", "models"}:
        raise _wrong(path, "a file with currency and models")
    return Prices(_currency(path, data["currency"]), _models(path, data["models"]))


def _currency(path: Path, code: Any) -> str:
    if not (isinstance(code, str) and len(code) == len("EUR") and code.isascii() and code.isupper()):
        raise _wrong(path, "a file whose currency is a code such as EUR")
    return code


def _models(path: Path, models: Any) -> dict[str, Price]:
    if not isinstance(models, dict):
        raise _wrong(path, "a file whose models are names with prices")
    return {str(name): _price(path, str(name), price) for name, price in models.items()}


def _price(path: Path, name: str, price: Any) -> Price:
    if not name or "*" in name[:-1] or not isinstance(price, dict) or set(price) != {"prompt", "completion"}:
        raise _wrong(path, "a file with prompt and completion for each model, * only at the end", name)
    return Price(_amount(path, name, price["prompt"]), _amount(path, name, price["completion"]))


def _amount(path: Path, name: str, text: Any) -> Decimal:
    try:
        amount = Decimal(text)
    except (InvalidOperation, TypeError, ValueError):
        amount = Decimal("NaN")
    if not (amount.is_finite() and 0 <= amount <= MOST and amount == round(amount, PLACES)):
        may_be = f"a file with prices from 0 to {MOST} with at most {PLACES} digits behind the point"
        raise _wrong(path, may_be, f"{name}: {text}")
    return amount


def _wrong(path: Path, may_be: str, value: str | None = None) -> WrongSetting:
    return WrongSetting(f"PRICES ({path})", may_be, value)
