"""The log of an old answer becomes start, text and end; ids of before still lead to exactly the rest."""

from datetime import timedelta
from io import StringIO

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.core.management import CommandError, call_command
from django.utils import timezone
from uuid_utils.compat import uuid7

from agents.engine.events import Content, End, Error, Plan, Rationale, Start, ToolEnd, ToolStart
from agents.eventlog import RunLog, follow, read
from agents.models import Run, RunEvent, RunStep
from agents.resumption import has_ended_by, seen_up_to
from agents.services.runs import queue_run

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = timedelta(days=100)
TEXT = "Whales are é mammals."


def stored_run(alice, agent, *events, state="completed", age=LONG_AGO) -> Run:
    run = queue_run(agent=agent, owner=alice, chat_id=uuid7(), message_id=uuid7(), answer_id=uuid7())
    log = RunLog(run.pk)

    async def write():
        await log.append(Start(run_id=str(run.pk), agent_id="a", agent_name="Librarian"))
        for event in events:
            await log.append(event)
        await log.append(End(status="completed", ms_total=1, tool_calls=1, answer_id="x"))

    async_to_sync(write)()
    Run.objects.filter(pk=run.pk).update(
        state=state, started_at=timezone.now() - age, ended_at=timezone.now() - age
    )
    run.refresh_from_db()
    return run


@pytest.fixture
def whole(alice, agent) -> Run:
    """Seq: start 1, thinking 2, text 3, 4, plan 5, tool 6, 7, text 8, 9, end 10."""
    return stored_run(
        alice,
        agent,
        Rationale(text="Hm."),
        Content(md="Whales "),
        Content(md="are "),
        Plan(items=()),
        ToolStart(call_id="c", name="calculator", args_summary="1"),
        ToolEnd(call_id="c", name="calculator", status="ok", ms=1, result_summary="1"),
        Content(md="é "),
        Content(md="mammals."),
    )


def prune(*arguments: str) -> str:
    out = StringIO()
    call_command("prune", *arguments, stdout=out)
    return out.getvalue()


def text_of(events) -> str:
    return "".join(event.data["md"] for event in events if event.type == "content")


def test_start_text_and_end_remain(whole):
    before = read(whole.pk)
    assert "1 logs" in prune("--days", "30")
    after = read(whole.pk)
    assert [event.type for event in after] == ["start", "content", "end"]
    assert (after[0], after[-1]) == (before[0], before[-1])
    assert after[1].data == {"md": TEXT}
    assert RunEvent.objects.filter(run=whole).count() == 3


def test_from_every_old_event_comes_exactly_the_rest_of_the_text(whole):
    before = read(whole.pk)
    prune("--days", "30")
    for seen, event in enumerate(before, start=1):
        assert seen_up_to(whole, event.id) == seen
        rest = read(whole.pk, seen)
        assert text_of(before[:seen]) + text_of(rest) == TEXT
        assert [one.type for one in rest][-1:] == ([] if seen == len(before) else ["end"])
    assert has_ended_by(whole, len(before))


async def test_a_follower_gets_the_rest_as_well(whole):
    await sync_to_async(prune)("--days", "30")
    for seen, rest in ((0, TEXT), (3, "are é mammals."), (6, "é mammals."), (9, ""), (10, None)):
        events = [event for some in [some async for some in follow(whole.pk, seen)] for event in some]
        assert (text_of(events) if events else None) == rest


def test_an_error_is_kept_and_a_run_without_text_has_none(alice, agent):
    failed = Error(error="default", fallback_message="Sorry.")
    run = stored_run(alice, agent, Rationale(text="Hm."), failed, state="error")
    prune("--days", "30")
    assert [event.type for event in read(run.pk)] == ["start", "error", "end"]


@pytest.mark.parametrize(("state", "age"), [("completed", timedelta(days=29)), ("running", LONG_AGO)])
def test_what_is_young_or_under_way_is_left_alone(alice, agent, state, age):
    run = stored_run(alice, agent, Rationale(text="Hm."), Content(md="A"), state=state, age=age)
    assert "0 logs" in prune("--days", "30")
    assert len(read(run.pk)) == 4


def step(run, call_id="c", state="ok", **fields) -> RunStep:
    given = {"round": 0, "position": 0, "name": "calculator", "said": 0, "arguments": '{"expression": "1"}'}
    return RunStep.objects.create(run=run, call_id=call_id, state=state, **given | fields)


def test_of_a_call_the_line_about_its_result_remains_and_who_allowed_it(alice, whole):
    called = step(whole, result="1 = 1, and here is the whole page", decision="allowed", decided_by=alice)
    denied = step(whole, "d", "denied", result="Not called.", position=1)
    prune("--days", "30")
    called.refresh_from_db()
    denied.refresh_from_db()
    assert (called.arguments, called.result) == ("", "1")
    assert (called.decision, called.decided_by, called.state) == ("allowed", alice, "ok")
    assert (denied.arguments, denied.result, denied.state) == ("", "", "denied")


def test_calls_of_a_log_that_was_cut_before_are_made_short_too(whole):
    prune("--days", "30")
    left = step(whole, result="the whole page")
    assert "1 logs" in prune("--days", "30")
    left.refresh_from_db()
    assert (left.arguments, left.result) == ("", "")
    assert "0 logs" in prune("--days", "30")


def test_calls_of_a_run_that_waits_are_left_alone(alice, agent):
    run = stored_run(alice, agent, Content(md="A"), state="waiting")
    asked = step(run, state="asked")
    prune("--days", "0")
    asked.refresh_from_db()
    assert asked.arguments


def test_a_dry_run_says_how_many_and_changes_nothing(whole):
    before = read(whole.pk)
    assert "1 logs would be" in prune("--days", "30", "--dry-run")
    assert read(whole.pk) == before


def test_twice_is_once_and_batches_leave_none_out(alice, agent):
    runs = [stored_run(alice, agent, Content(md=str(number))) for number in range(5)]
    assert "5 logs" in prune("--days", "30", "--batch", "2")
    before = [read(run.pk) for run in runs]
    assert "0 logs" in prune("--days", "30")
    assert [read(run.pk) for run in runs] == before


def test_the_setting_says_how_old(whole, settings):
    with pytest.raises(CommandError, match="for ever"):
        prune()
    settings.EVENT_RETENTION_DAYS = 99
    assert "1 logs" in prune()


@pytest.mark.parametrize("wrong", [("--days", "-1"), ("--days", "999999"), ("--days", "1", "--batch", "0")])
def test_a_wrong_number_is_refused(whole, wrong):
    with pytest.raises(CommandError):
        prune(*wrong)
    assert len(read(whole.pk)) == 10
