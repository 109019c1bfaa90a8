"""A run played back: at every moment the page of that moment, for whoever may read it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from uuid_utils.compat import uuid7

from agents.engine.events import Content, End, Start, to_data
from agents.event_packs import packs
from agents.eventlog import StoredEvent, read
from agents.models import Run, RunEvent
from chat import replay as replaying
from chat.fragments import placed
from chat.message_view import unstored_view
from chat.models import Message
from chat.replay import replay_of
from chat.services.conversations import start_conversation
from chat.services.messages import post_message
from tests.chat.test_snapshot_and_events import SCRIPT
from tests.dom import apply, tree
from tests.house import open_house

pytestmark = pytest.mark.django_db

BEGAN = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def run(alice, conversation) -> Run:
    post_message(actor=alice, conversation_id=conversation.pk, content="When?", client_id="one")
    return Run.objects.select_related("agent").get()


def stored(run: Run, events, gap_ms=100) -> list[StoredEvent]:
    return [
        StoredEvent(run.pk, seq, BEGAN + timedelta(milliseconds=gap_ms * seq), event.type, to_data(event))
        for seq, event in enumerate(events, start=1)
    ]


def keep(run: Run, events) -> None:
    """Writes the events as the log does, and packs them at the end."""
    RunEvent.objects.bulk_create(
        RunEvent(run=run, seq=one.seq, type=one.type, ts=one.ts, data=one.data) for one in events
    )
    for pieces, data in packs(list(RunEvent.objects.filter(run=run).order_by("seq"))):
        *others, last = (piece.pk for piece in pieces)
        RunEvent.objects.filter(pk__in=others).delete()
        RunEvent.objects.filter(pk=last).update(data=data)


def page_at(replay, count: int, snapshot: int = 0):
    """The page after so many frames, drawn from this snapshot on."""
    page = tree('<section id="messages"></section>')
    start, message = replay.snapshots[snapshot]
    apply(page, message)
    for _ms, frame in replay.frames[start:count]:
        apply(page, frame)
    return page


def test_from_every_snapshot_each_moment_is_the_same_page(run, monkeypatch):
    monkeypatch.setattr(replaying, "SNAPSHOT_EVERY", 3)
    replay = replay_of(run, stored(run, SCRIPT))
    assert len(replay.snapshots) > 4
    for number, (start, _message) in enumerate(replay.snapshots):
        for count in range(start, len(replay.frames) + 1):
            assert page_at(replay, count, number).normal() == page_at(replay, count).normal()


def test_going_back_draws_the_snapshot_over_what_is_there(run, monkeypatch):
    monkeypatch.setattr(replaying, "SNAPSHOT_EVERY", 3)
    replay = replay_of(run, stored(run, SCRIPT))
    page = page_at(replay, len(replay.frames))
    for start, message in reversed(replay.snapshots):
        apply(page, message)
        assert page.normal() == page_at(replay, start).normal()


@pytest.mark.django_db(transaction=True)
async def test_it_ends_as_the_message_was_stored(alice, conversation):
    question = "Make a plan, and calculate 12*34"
    async with open_house(), asyncio.timeout(10):
        await sync_to_async(post_message)(
            actor=alice, conversation_id=conversation.pk, content=question, client_id="one"
        )
        while not await Message.objects.filter(role="assistant", status="completed").aexists():
            await asyncio.sleep(0.02)
    await sync_to_async(_ends_as_stored)()


def _ends_as_stored():
    run = Run.objects.select_related("agent").get()
    answer = Message.objects.select_related("sender__agent", "sender__user").get(role="assistant")
    answer.created_at = run.started_at  # the replay of a later run has the time of that run
    settled = tree('<section id="messages"></section>')
    apply(settled, placed([unstored_view(answer)]))
    replay = replay_of(run, read(run.pk))
    assert page_at(replay, len(replay.frames)).normal() == settled.normal()


def test_each_frame_has_the_time_of_its_event(run):
    events = stored(run, SCRIPT, gap_ms=250)
    times = [ms for ms, _frame in replay_of(run, events).frames]
    assert times[0] == 0
    assert times == sorted(times)
    assert times[-1] == 250 * (len(SCRIPT) - 1)
    assert {ms % 250 for ms in times} == {0}


def test_what_came_within_a_moment_comes_in_one_frame_and_never_too_early(run):
    text = [Content(md=f"w{number} ") for number in range(10)]
    script = [Start(run_id="r", agent_id="a", agent_name="L"), *text]
    replay = replay_of(run, stored(run, script, gap_ms=40))
    assert [ms for ms, _frame in replay.frames] == [0, 120, 240, 360, 400]


def test_a_packed_log_plays_back_as_it_was_written(run):
    end = End(status="completed", ms_total=1, tool_calls=0, answer_id="x")
    script = [SCRIPT[0], *(Content(md=f"w{number} ") for number in range(50)), end]
    events = stored(run, script, gap_ms=123)
    keep(run, events)
    assert RunEvent.objects.count() == 3
    assert replay_of(run, read(run.pk)) == replay_of(run, events)


def test_a_run_that_has_not_ended_is_played_back_as_far_as_it_is(run):
    assert replay_of(run, []).frames == []
    begun = replay_of(run, stored(run, SCRIPT[:12]))
    assert 'data-status="processing"' in begun.frames[0][1]
    assert all('hx-swap="place"' not in frame for _ms, frame in begun.frames[1:])


def test_a_run_that_was_dropped_is_its_end(run):
    replay = replay_of(run, stored(run, [End(status="cancelled", ms_total=0, tool_calls=0, answer_id="x")]))
    assert [ms for ms, _frame in replay.frames] == [0]
    assert 'data-status="cancelled"' in replay.frames[0][1]


def test_nothing_in_it_can_be_done_to_the_answer_or_counts_by_todays_clock(run):
    replay = replay_of(run, stored(run, SCRIPT))
    html = "".join(frame for _ms, frame in [*replay.frames, *replay.snapshots])
    assert "hx-post" not in html
    assert "elapsed-time" not in html


# Who may see it


def addresses(run: Run, chat_id=None) -> list[str]:
    arguments = [chat_id or run.chat_id, run.pk]
    return [reverse("chat:replay", args=arguments), reverse("chat:replay_frames", args=arguments)]


def test_a_member_sees_it(alices, run):
    keep(run, stored(run, SCRIPT))
    page, frames = (alices.get(address) for address in addresses(run))
    assert "When?" in page.content.decode()
    assert page.status_code == 200
    assert set(frames.json()) == {"frames", "snapshots"}
    assert frames.json()["frames"][0][0] == 0


def test_for_everybody_else_there_is_none(alice, alices, bobs, agent, run):
    other = start_conversation(actor=alice, agent=agent)
    for page, wrong in zip(addresses(run), addresses(run, chat_id=other.pk), strict=True):
        assert bobs.get(page).status_code == 404
        assert alices.get(wrong).status_code == 404
        assert Client().get(page).status_code == 302
    nobodys = reverse("chat:replay", args=[run.chat_id, uuid7()])
    assert alices.get(nobodys).status_code == 404


def test_who_reads_the_runs_in_the_admin_sees_them_played_too(bob, bobs, run):
    bob.is_staff = True
    bob.save()
    assert {bobs.get(address).status_code for address in addresses(run)} == {404}
    bob.user_permissions.add(Permission.objects.get(codename="view_run"))
    assert {bobs.get(address).status_code for address in addresses(run)} == {200}
    bob.is_staff = False
    bob.save()
    assert {bobs.get(address).status_code for address in addresses(run)} == {404}


def test_it_is_only_looked_at(alices, run):
    for address in addresses(run):
        for verb in ("post", "put", "delete"):
            assert getattr(alices, verb)(address).status_code == 405


def test_from_within_a_page_it_is_loaded_whole(alices, run):
    page, _frames = addresses(run)
    assert alices.get(page, headers={"HX-Request": "true"}).headers["HX-Redirect"] == page


def test_an_answer_leads_to_its_replay(alices, run):
    Message.objects.filter(role="assistant").update(status="completed", content="Now.")
    page = alices.get(reverse("chat:conversation", args=[run.chat_id])).content.decode()
    assert f'href="{addresses(run)[0]}"' in page


def test_a_long_run_takes_no_more_queries(alices, run, django_assert_max_num_queries):
    words = [Content(md=f"word {number} ") for number in range(2000)]
    keep(run, stored(run, [SCRIPT[0], *words, SCRIPT[-1]], gap_ms=40))
    with django_assert_max_num_queries(8):
        assert alices.get(addresses(run)[1]).status_code == 200
