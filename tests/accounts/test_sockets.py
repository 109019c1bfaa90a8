"""Handshakes of WebSockets: from which page, and whose."""

import pytest
from django.contrib.auth import get_user_model

from accounts.sockets import origin_allowed, user_for

OURS = "http://localhost:8000"


def handshake(
    *, host: str = "localhost:8000", origin: str | None = OURS, peer: str = "127.0.0.1", **headers: str
):
    given = {"host": host, "origin": origin, **headers}
    raw = [(name.encode(), value.encode()) for name, value in given.items() if value is not None]
    return {"type": "websocket", "headers": raw, "client": [peer, 50_000]}


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8000", "http://localhost:8000"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("chat.example.org", "https://chat.example.org"),
        ("chat.example.org:443", "https://chat.example.org"),
        ("Chat.Example.org", "https://chat.example.org"),
    ],
)
def test_our_own_pages_are_let_in(settings, host, origin):
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "chat.example.org"]
    assert origin_allowed(handshake(host=host, origin=origin))


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "http://evil.example",
        "http://localhost:3000",
        "http://localhost",
        "http://localhost:8000.evil.example",
        "http://localhost:8000@evil.example",
        "http://evil.example#localhost:8000",
        "file://localhost:8000",
        "localhost:8000",
        "http://localhost:99999",
        "http://[",
    ],
)
@pytest.mark.parametrize("allowed", [["localhost"], ["*"]])
def test_every_other_origin_is_refused_whatever_hosts_are_allowed(settings, origin, allowed):
    settings.ALLOWED_HOSTS = allowed
    assert not origin_allowed(handshake(origin=origin))


def test_a_page_that_points_its_name_at_this_machine_is_refused(settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    assert not origin_allowed(handshake(host="evil.example", origin="http://evil.example"))


def test_an_unencrypted_page_is_refused_where_https_is_spoken(settings):
    settings.ALLOWED_HOSTS = ["chat.example.org"]
    settings.HTTPS = True
    assert not origin_allowed(handshake(host="chat.example.org", origin="http://chat.example.org"))
    assert origin_allowed(handshake(host="chat.example.org", origin="https://chat.example.org"))


def test_an_origin_can_be_trusted_by_name(settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://chat.example.org"]
    assert origin_allowed(handshake(host="10.0.0.1:8000", origin="https://chat.example.org"))


@pytest.mark.django_db(transaction=True)
class TestWhose:
    async def test_the_owner_at_this_machine(self, personal):
        user = await user_for(handshake())
        assert user is not None
        assert user.is_superuser

    @pytest.mark.parametrize(
        "elsewhere",
        [{"peer": "192.168.1.5"}, {"host": "evil.example"}, {"x-forwarded-for": "127.0.0.1"}],
        ids=str,
    )
    async def test_nobody_elsewhere(self, personal, elsewhere):
        assert await user_for(handshake(**elsewhere)) is None
        assert not await get_user_model().objects.aexists()

    async def test_whoever_holds_the_session(self, team, alice, alices):
        cookie = f"sessionid={alices.cookies['sessionid'].value}"
        assert await user_for(handshake(cookie=cookie)) == alice

    @pytest.mark.parametrize("cookie", ["", "sessionid=", "sessionid=guess", "sessionid=\u00fc; tz=x"])
    async def test_nobody_without_a_session(self, team, cookie):
        assert await user_for(handshake(cookie=cookie)) is None

    async def test_nobody_after_the_account_was_disabled(self, team, alice, alices):
        cookie = f"sessionid={alices.cookies['sessionid'].value}"
        alice.is_active = False
        await alice.asave()
        assert await user_for(handshake(cookie=cookie)) is None

    async def test_nobody_after_the_password_changed(self, team, alice, alices):
        cookie = f"sessionid={alices.cookies['sessionid'].value}"
        alice.set_password("another one")
        await alice.asave()
        assert await user_for(handshake(cookie=cookie)) is None

    async def test_nobody_in_team_mode_for_sitting_here(self, team):
        assert await user_for(handshake()) is None
