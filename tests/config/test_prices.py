"""The file of prices: what it may say, and how a wrong one stops the start."""

from decimal import Decimal
from pathlib import Path

import pytest

from config.env import WrongSetting, amount
from config.prices import NONE, Price, prices_from
from tests.config.manage import manage

EXAMPLE = Path(__file__).resolve().parents[2] / "prices.example.yaml"


@pytest.fixture
def written(tmp_path):
    def write(text: str | bytes) -> Path:
        path = tmp_path / "prices.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_amounts_are_exactly_what_the_file_says(written):
    path = written("currency: EUR\nmodels:\n  small: {prompt: 0.15, completion: 1e1}\n")
    prices = prices_from(path, required=True)
    assert prices.currency == "EUR"
    assert prices.models["small"] == Price(Decimal("0.15"), Decimal(10))


def test_the_example_is_a_file_of_prices():
    assert "gpt-4o-mini" in prices_from(EXAMPLE, required=True).models


def test_no_file_is_no_price_unless_one_is_named(tmp_path):
    assert prices_from(tmp_path / "none.yaml", required=False) == NONE
    with pytest.raises(WrongSetting, match="a file that can be read"):
        prices_from(tmp_path / "none.yaml", required=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "currency: EUR",
        "currency: EUR\nmodels: {}\nmore: 1",
        "currency: euro\nmodels: {}",
        "currency: [EUR]\nmodels: {}",
        "currency: EUR\nmodels: []",
        "currency: EUR\nmodels: {m: 1}",
        "currency: EUR\nmodels: {m: {prompt: 1}}",
        "currency: EUR\nmodels: {m: {prompt: 1, completion: -1}}",
        "currency: EUR\nmodels: {m: {prompt: 1, completion: nan}}",
        "currency: EUR\nmodels: {m: {prompt: 1, completion: much}}",
        "currency: EUR\nmodels: {m: {prompt: 1, completion: [1]}}",
        "currency: EUR\nmodels: {m: {prompt: 1, completion: 1e99}}",
        "currency: EUR\nmodels: {m: {prompt: 1, completion: 0.00001}}",
        "currency: EUR\nmodels: {'a*b': {prompt: 1, completion: 1}}",
        "currency: EUR\nmodels: {'': {prompt: 1, completion: 1}}",
        "currency: EUR\nmodels: {[a]: {prompt: 1, completion: 1}}",
        "{",
        "a: !!python/object:os.system x",
        b"\xff\xfe",
    ],
)
def test_a_wrong_file_is_named_in_one_line(written, text):
    path = written(text)
    with pytest.raises(WrongSetting, match=r"^PRICES .*must be") as wrong:
        prices_from(path, required=True)
    assert "\n" not in str(wrong.value)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(WrongSetting, match="a file that can be read"):
        prices_from(tmp_path, required=False)


def test_a_wrong_file_stops_the_start(tmp_path, written):
    path = written("currency: EUR\nmodels: {m: {prompt: cheap, completion: 1}}")
    ended = manage("serve", DATA_DIR=str(tmp_path), PRICES=str(path))
    assert ended.returncode == 2
    assert ended.stderr.startswith("PRICES (")
    assert ended.stderr.count("\n") == 1
    assert "'m: cheap'" in ended.stderr


@pytest.mark.parametrize("value", ["-1", "1e3", "0.00001", "nan", "1,5", "free", "٣"])
def test_an_amount_is_a_plain_number(monkeypatch, value):
    monkeypatch.setenv("X", value)
    with pytest.raises(WrongSetting, match=r"^X must be an amount"):
        amount("X")


def test_no_amount_is_none(monkeypatch):
    monkeypatch.setenv("X", "")
    assert amount("X") is None
    monkeypatch.setenv("X", "0.50")
    assert amount("X") == Decimal("0.50")
