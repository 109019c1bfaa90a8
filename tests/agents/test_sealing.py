"""Secrets of other servers: unreadable at rest, for one origin only, masked where a server says them back."""

import pytest

from agents.sealing import MASK, Unreadable, origin_of, seal, unseal, without

SECRETS = {"Authorization": "Bearer rose-garden"}
HERE = "https://tools.example/mcp"


def test_what_is_sealed_can_be_had_again_and_not_be_read():
    sealed = seal(SECRETS, address=HERE)

    assert "rose" not in sealed
    assert unseal(sealed, address=HERE) == SECRETS
    assert seal(SECRETS, address=HERE) != sealed


def test_no_secret_is_no_text():
    assert seal({}, address=HERE) == ""
    assert unseal("", address="whatever") == {}


@pytest.mark.parametrize("there", ["https://tools.example:443/other?x", "https://TOOLS.example"])
def test_another_path_of_the_same_origin_gets_it(there):
    assert unseal(seal(SECRETS, address=HERE), address=there) == SECRETS


@pytest.mark.parametrize(
    "there",
    ["http://tools.example/mcp", "https://tools.example:444/mcp", "https://evil.example/mcp"],
)
def test_another_origin_does_not_get_it(there):
    with pytest.raises(Unreadable, match="for another address"):
        unseal(seal(SECRETS, address=HERE), address=there)


def test_a_changed_key_is_said_in_words(settings):
    sealed = seal(SECRETS, address=HERE)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another key, as long as the one before it was"
    with pytest.raises(Unreadable, match="secret key of this installation has changed") as refused:
        unseal(sealed, address=HERE)
    assert "rose" not in str(refused.value)

    settings.SECRET_KEY_FALLBACKS = [former]
    assert unseal(sealed, address=HERE) == SECRETS


@pytest.mark.parametrize("sealed", ["x", "é", "gAAAAA==", "\x00"])
def test_a_damaged_column_is_no_crash(sealed):
    with pytest.raises(Unreadable):
        unseal(sealed, address=HERE)


@pytest.mark.parametrize("address", ["", "ftp://x", "https://", "https://x:99999", "http://[::1"])
def test_what_is_no_web_address_has_no_origin(address):
    with pytest.raises(ValueError):
        origin_of(address)


def test_a_secret_that_is_said_back_is_masked_whole_and_in_parts():
    said = "You sent Bearer rose-garden, that is rose-garden. A rose is a rose."
    assert without(SECRETS, said) == f"You sent {MASK}, that is {MASK}. A rose is a rose."


def test_words_too_short_to_be_secrets_stay():
    assert without({"X-Id": "a b c"}, "a b c") == "a b c"
