"""What a proxy says of the caller counts only where the settings name the proxy."""

import ipaddress

import pytest

from config.proxies import BehindProxies


@pytest.fixture
def seen(settings):
    """Asks with a peer and headers; what the application behind sees of the caller, and the scheme."""

    async def ask(peer: str, headers: dict[str, str], kind: str = "http", trusted: str = "10.0.0.0/8,::1"):
        settings.TRUSTED_PROXIES = [ipaddress.ip_network(word) for word in trusted.split(",") if word]
        scopes = []

        async def application(scope, _receive, _send):
            scopes.append(scope)

        given = [(name.encode(), value.encode()) for name, value in headers.items()]
        scheme = "http" if kind == "http" else "ws"
        scope = {"type": kind, "client": (peer, 5000), "scheme": scheme, "headers": given}
        await BehindProxies(application)(scope, None, None)
        return scopes[0]["client"][0], scopes[0]["scheme"]

    return ask


FORWARDED = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"}


@pytest.mark.parametrize("trusted", ["", "192.0.2.0/24"])
async def test_nobody_is_believed_who_is_not_named(seen, trusted):
    assert await seen("10.0.0.2", FORWARDED, trusted=trusted) == ("10.0.0.2", "http")


@pytest.mark.parametrize(("kind", "scheme"), [("http", "https"), ("websocket", "wss")])
@pytest.mark.parametrize("peer", ["10.0.0.2", "::1", "::ffff:10.0.0.2"])
async def test_a_proxy_that_is_named_says_who_asks(seen, peer, kind, scheme):
    assert await seen(peer, FORWARDED, kind) == ("203.0.113.9", scheme)


async def test_what_the_caller_wrote_before_the_proxy_is_not_believed(seen):
    chain = {"x-forwarded-for": "127.0.0.1, 203.0.113.9, 10.1.1.1"}
    assert (await seen("10.0.0.2", chain))[0] == "203.0.113.9"


@pytest.mark.parametrize("chain", ["", "unknown", "1.2.3.4, nonsense", "10.0.0.3", ",", "1.2.3.4:80", "é"])
async def test_a_chain_without_a_caller_changes_nothing(seen, chain):
    assert (await seen("10.0.0.2", {"x-forwarded-for": chain}))[0] == "10.0.0.2"


async def test_a_peer_without_an_address_is_nobody(seen):
    assert await seen("", FORWARDED) == ("", "http")


@pytest.mark.parametrize("word", ["http", "HTTPS ", "wss", ""])
async def test_only_https_is_https(seen, word):
    assert (await seen("10.0.0.2", {"x-forwarded-proto": word}))[1] == "http"
