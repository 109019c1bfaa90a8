"""Who is put out of a room hears no more of it, at once: no look now and then is needed to notice."""

import pytest
from asgiref.sync import sync_to_async

from chat.models import Membership
from tests.chat.programs import Program

pytestmark = pytest.mark.django_db(transaction=True)

OF_ANSWERS = {"start", "content", "end", "MessageStream", "MessageReceived"}


@pytest.fixture(autouse=True)
def no_looks(monkeypatch):
    for place in ("chat.doubts.LOOK_EVERY", "chat.feeds.LOOK_EVERY"):
        monkeypatch.setattr(place, 3600.0)


@pytest.fixture
def room(as_alice, as_bob, agent):
    return as_alice.opens("Room", as_bob, agent, title="Whales")


async def taking_part(bob: Program, room) -> None:
    await bob.says("resume", room["id"])
    await bob.says("ping")
    await bob.hears_of("pong")


def put_out(as_alice, room, caller):
    assert as_alice.delete(f"/conversations/{room['id']}/participants/{caller.id}").status_code == 204


async def test_nothing_that_is_asked_afterwards(as_alice, as_bob, room, house):
    async with Program(as_bob.browser, events="") as bob:
        await taking_part(bob, room)
        await sync_to_async(put_out)(as_alice, room, as_bob)
        heard = await bob.hears_until("error")
        assert (heard[-1]["error"], heard[-1]["conversation_id"]) == ("not_found", room["id"])
        async with Program(as_alice.browser, events="people") as alice:
            await sync_to_async(as_alice.says)(room, "@Librarian, why do whales sing?")
            while not (await alice.hears_of("MessageStream"))["is_complete"]:
                pass
        await bob.says("ping")
        heard += await bob.hears_until("pong")
        assert OF_ANSWERS.isdisjoint(one["type"] for one in heard)


async def test_nor_the_rest_of_what_is_being_said(as_alice, as_bob, room, house, settings):
    settings.OFFLINE_DELAY = 0.3
    async with Program(as_bob.browser) as bob:
        await taking_part(bob, room)
        await sync_to_async(as_alice.says)(room, "@Librarian, tell me all about whales.")
        await bob.hears_of("start")
        await sync_to_async(put_out)(as_alice, room, as_bob)
        heard = await bob.hears_until("error", "end")
        assert heard[-1]["type"] == "error"


async def test_no_new_answer_where_the_news_of_it_was_lost(as_alice, as_bob, room, house):
    async with Program(as_bob.browser) as bob:
        await taking_part(bob, room)
        await Membership.objects.filter(participant__user=as_bob.id).adelete()
        await sync_to_async(as_alice.says)(room, "@Librarian, why do whales sing?")
        heard = await bob.hears_until("error", "end")
        assert heard[-1]["type"] == "error"
        assert OF_ANSWERS.isdisjoint(one["type"] for one in heard)
