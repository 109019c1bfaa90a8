"""What a model costs by its name, and how an amount is written."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from agents.prices import money, price_of
from config.prices import NONE, Price, Prices

ONE, TWO, THREE = (Price(Decimal(n), Decimal(10 * n)) for n in (1, 2, 3))


@pytest.fixture(autouse=True)
def prices(settings):
    settings.PRICES = Prices("USD", {"gpt": ONE, "gpt-*": TWO, "gpt-mini-*": THREE})


@pytest.mark.parametrize(
    ("asked_for", "model", "cost"),
    [
        ("gpt", "gpt", "0.00021"),
        ("gpt", "gpt-2026", "0.00042"),
        ("gpt", "gpt-mini-2026", "0.00063"),
        ("gpt", "an alias of the provider", "0.00021"),
        ("other", "other", None),
        ("", "", None),
        ("gp", "gp", None),
    ],
)
def test_the_exact_name_wins_then_the_longest_beginning_then_what_was_asked_for(asked_for, model, cost):
    assert price_of(asked_for)(model, 10, 20) == (None if cost is None else Decimal(cost))


def test_costs_are_exact(settings):
    settings.PRICES = Prices("USD", {"m": Price(Decimal("0.0001"), Decimal("0.15"))})
    assert price_of("m")("m", 1, 1) == Decimal("0.0000001501")


def test_the_offline_model_costs_nothing_whatever_it_is_called():
    assert price_of("gpt", free=True)("gpt", 10, 20) == 0


def test_without_prices_nothing_has_a_cost(settings):
    settings.PRICES = NONE
    assert price_of("gpt")("gpt", 1, 1) is None


@pytest.mark.parametrize(
    ("language", "code", "amount", "text"),
    [
        ("en", "USD", "1234.5", "$1,234.50"),
        ("en", "USD", "0.00213", "$0.0021"),
        ("en", "USD", "0.00000213", "< $0.0001"),
        ("en", "USD", "0", "$0.00"),
        ("de", "EUR", "12.5", "12,50 €"),
        ("de", "EUR", "0.0021", "0,0021 €"),
        ("de", "SEK", "3", "3,00 SEK"),
        ("en", "", "3", "3.00"),
    ],
)
def test_money_is_written_as_in_the_language(settings, language, code, amount, text):
    settings.PRICES = Prices(code, {})
    with override(language):
        assert money(Decimal(amount)).replace("\N{NO-BREAK SPACE}", " ") == text
