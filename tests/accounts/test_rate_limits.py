"""How often one may: by person and by address, counted in this process and in Redis, with or without it."""

import pytest

from accounts import rate_limits, shared_counts
from accounts.errors import TooMany

#: In the middle of a minute, so that no test meets its end.
NOW = 1_800_000_030.0


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The time, which stands still; ``clock.now`` moves it."""

    class Clock:
        now = NOW

        def time(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(rate_limits, "time", clock)
    monkeypatch.setattr(rate_limits, "_counts", rate_limits._Counts())
    return clock


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.API_RATE, settings.SEND_RATE, settings.SIGN_IN_RATE = 3, 2, 2
    settings.REDIS_URL = ""


def test_so_many_are_allowed_and_no_more():
    seen = [rate_limits.api_call_by("alice") for _ in range(5)]
    assert [one.allowed for one in seen] == [True, True, True, False, False]
    assert [one.remaining for one in seen] == [2, 1, 0, 0, 0]
    assert {(one.limit, one.reset) for one in seen} == {(3, 30)}


def test_the_next_minute_counts_anew(clock):
    assert not [rate_limits.api_call_by("alice") for _ in range(4)][-1].allowed
    clock.now += 30
    assert rate_limits.api_call_by("alice").remaining == 2


def test_one_who_calls_too_often_stops_nobody_else():
    for _ in range(9):
        rate_limits.api_call_by("alice")
    assert rate_limits.api_call_by("bob").allowed


def test_nought_is_no_limit(settings):
    settings.API_RATE = settings.SEND_RATE = settings.SIGN_IN_RATE = 0
    assert rate_limits.api_call_by("alice") is None
    assert rate_limits.api_call_from("192.0.2.1") is None
    for _ in range(50):
        rate_limits.check_send("alice")
        rate_limits.check_sign_in(account="alice", address="192.0.2.1")


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("", "no address", True),
    ],
)
def test_addresses_of_one_house_count_together(one, other, together):
    for _ in range(15):
        rate_limits.api_call_from(one)
    assert rate_limits.api_call_from(other).allowed is not together


def test_a_send_too_many_says_when_to_come_back():
    rate_limits.check_send("alice")
    rate_limits.check_send("alice")
    with pytest.raises(TooMany) as refused:
        rate_limits.check_send("alice")
    assert (refused.value.status, refused.value.retry_after) == (429, 30)
    assert "30" in refused.value.text


@pytest.mark.parametrize("name", ["alice", "ALICE ", "nobody-of-that-name"])
def test_an_account_is_guessed_at_from_all_addresses_together(name):
    for address in ("192.0.2.1", "192.0.2.2"):
        rate_limits.check_sign_in(account=name.lower(), address=address)
    with pytest.raises(TooMany):
        rate_limits.check_sign_in(account=name, address="192.0.2.3")


def test_one_address_cannot_try_all_accounts():
    for number in range(10):
        rate_limits.check_sign_in(account=f"person-{number}", address="192.0.2.1")
    with pytest.raises(TooMany):
        rate_limits.check_sign_in(account="one-more", address="192.0.2.1")


def test_counts_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(rate_limits, "MOST_COUNTS", 10)
    for number in range(100):
        rate_limits.api_call_by(number)
    assert len(rate_limits._counts._counts) == 10


class TestWithRedis:
    @pytest.fixture(autouse=True)
    def redis(self, monkeypatch, settings):
        """A stand-in for the client: what the server would count, or how it fails."""
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        monkeypatch.setattr(shared_counts, "_quiet_until", 0.0)
        return monkeypatch

    def test_others_calls_count_as_well(self, redis):
        redis.setattr(shared_counts, "_redis", lambda _url: Answering(4))
        assert not rate_limits.api_call_by("alice").allowed

    def test_one_that_is_away_is_not_asked_again_soon(self, redis):
        asked = []
        redis.setattr(shared_counts, "_redis", lambda _url: asked.append(1) or Answering(OSError()))
        seen = [rate_limits.api_call_by("alice").allowed for _ in range(5)]
        assert seen == [True, True, True, False, False]  # by our own count
        assert len(asked) == 1

    def test_a_real_one_that_nobody_serves_costs_no_more_than_its_patience(self):
        pytest.importorskip("redis")
        assert rate_limits.api_call_by("alice").allowed


class Answering:
    def __init__(self, count) -> None:
        self.count = count

    def pipeline(self, **_options):
        return self

    incr = expire = lambda self, *_arguments: self

    def execute(self):
        if isinstance(self.count, Exception):
            raise self.count
        return [self.count, True]
