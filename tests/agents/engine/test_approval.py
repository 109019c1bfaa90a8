"""Calls that need a person wait; the others of the round are made; decided, the run goes on where it was."""

import pytest

from agents.engine.call_bounds import DROPPED
from agents.engine.deltas import TextDelta, UsageDelta
from agents.engine.events import Approval, Status, ToolEnd, ToolStart, Usage
from agents.engine.statuses import NO_SUCH_TOOL, NOBODY_TO_ASK, NOT_ALLOWED
from agents.engine.steps import Before
from tests.agents.engine.calls import Desk, asking, left
from tests.agents.engine.script import QUICK, ScriptedProvider, play, words

LOOK, WRITE, WRITE_2 = ("a", "look", "{}"), ("b", "write", '{"path": "x", "n": 1}'), ("c", "write", "{}")


async def parked(*calls, desk=None):
    desk = desk or Desk()
    played = await play(ScriptedProvider([TextDelta("Let me see."), *asking(*calls)]), desk, gate=desk)
    assert played.outcome.status == "waiting"
    return played


async def resumed(provider, before, desk=None):
    desk = desk or Desk()
    return await play(provider, desk, gate=desk, before=before)


async def test_a_call_that_needs_a_person_waits_and_the_others_are_made():
    desk = Desk()
    played = await parked(LOOK, WRITE, desk=desk)
    assert desk.made == ["a"]
    assert played.outcome.asked == (
        Approval("b", "write", "path: x, n: 1", "asked", {"path": "x", "n": "1"}),
    )
    assert [event.call_id for event in played.only(ToolStart, ToolEnd)] == ["a", "a"]
    assert [(step.call.id, step.state) for step in played.kept] == [
        ("a", "begun"),
        ("b", "asked"),
        ("a", "ok"),
    ]


async def test_an_allowed_call_is_made_and_the_model_sees_what_it_would_have_seen_without_asking():
    open_door = ScriptedProvider([TextDelta("Let me see."), *asking(LOOK, WRITE)], words("Done"))
    await play(open_door, Desk())
    provider, desk = ScriptedProvider(words("Done")), Desk()
    before = left(await parked(LOOK, WRITE), decided={"b": ("allowed", "")})
    played = await resumed(provider, before, desk)
    assert desk.made == ["b"]
    assert [type(event) for event in played.events[:2]] == [ToolStart, ToolEnd]
    assert provider.requests[0].messages == open_door.requests[1].messages
    assert provider.requests[0].continue_from == ""
    assert (played.text, played.outcome.status) == ("\n\nDone", "completed")


async def test_a_denied_call_is_not_made_and_the_model_reads_the_reason():
    provider, desk = ScriptedProvider(words("As you wish")), Desk()
    before = left(await parked(LOOK, WRITE), decided={"b": ("denied", "Not on a Sunday.")})
    played = await resumed(provider, before, desk)
    assert desk.made == []
    assert not played.only(ToolStart, ToolEnd)
    answer = provider.requests[0].messages[-1]
    assert answer.content.startswith(f"{NOT_ALLOWED} The reason: Not on a Sunday.")
    assert [step.state for step in played.kept] == ["denied"]


async def test_decided_calls_are_made_and_the_run_waits_for_the_others():
    first = await parked(WRITE, WRITE_2)
    desk = Desk()
    second = await resumed(ScriptedProvider(), left(first, decided={"c": ("allowed", "")}), desk)
    assert desk.made == ["c"]
    assert second.outcome.status == "waiting"
    assert [approval.call_id for approval in second.outcome.asked] == ["b"]
    third = await resumed(
        ScriptedProvider(words("Done")), left(first, second, decided={"b": ("allowed", "")})
    )
    assert third.outcome.status == "completed"


async def test_what_is_to_be_said_after_the_last_result_is_said_after_the_waiting():
    calls = [(f"c{number}", "write", f'{{"n": {number}}}') for number in range(QUICK.max_calls + 1)]
    first = await parked(*calls)
    allowed = {f"c{number}": ("allowed", "") for number in range(QUICK.max_calls)}
    provider = ScriptedProvider(words("Done"))
    await resumed(provider, left(first, decided=allowed))
    results = [one.content for one in provider.requests[0].messages if one.role == "tool"]
    dropped = DROPPED.format(made=QUICK.max_calls, asked=QUICK.max_calls + 1)
    assert results == ["write done"] * (QUICK.max_calls - 1) + [f"write done\n\n{dropped}"]


async def test_an_allowed_call_of_a_tool_that_is_gone_is_an_error_the_model_reads():
    desk = Desk()
    desk.specs = lambda: ()
    provider = ScriptedProvider(words("Never mind"))
    await resumed(provider, left(await parked(WRITE), decided={"b": ("allowed", "")}), desk)
    assert desk.made == []
    assert provider.requests[0].messages[-1].content.startswith(NO_SUCH_TOOL)


async def test_what_cannot_be_made_is_answered_and_nobody_is_asked():
    desk = Desk()
    provider = ScriptedProvider(
        asking(("a", "write", "[1]"), ("b", "nonsense", ""), ("c", "forbidden", "")), words("Sorry")
    )
    played = await play(provider, desk, gate=desk)
    assert [end.status for end in played.only(ToolEnd)] == ["error"] * 3
    assert played.outcome.status == "completed"
    assert provider.requests[1].messages[-1].content.startswith(NOBODY_TO_ASK)


async def test_a_call_that_waits_itself_lets_the_run_wait_and_is_made_again():
    desk = Desk()
    desk.parked = True
    first = await parked(("a", "ask", "{}"), ("b", "look", "{}"), desk=desk)
    assert first.outcome.asked == ()
    assert [event.call_id for event in first.only(ToolEnd)] == ["b"]
    desk.parked = False
    second = await resumed(ScriptedProvider(words("Done")), left(first), desk)
    assert desk.made == ["a", "b", "a"]
    assert [event.call_id for event in second.only(ToolStart, ToolEnd)] == ["a"]
    assert second.outcome.status == "completed"


async def test_a_call_with_effects_that_was_cut_is_unknown_and_never_made_again():
    begun = (await parked(("a", "send", "{}"), WRITE)).kept[0]
    provider, desk = ScriptedProvider(words("Hm")), Desk()
    played = await resumed(provider, Before((begun,), "Let me see."), desk)
    assert desk.made == []
    assert [(end.call_id, end.status, end.ms) for end in played.only(ToolEnd)] == [("a", "error", 0)]
    assert "nobody knows whether it was done" in provider.requests[0].messages[-1].content
    assert played.kept[0].state == "unknown"


async def test_a_call_without_effects_that_was_cut_is_made_again_with_one_start():
    steps = (await parked(LOOK, WRITE)).kept[:1]
    desk = Desk()
    played = await resumed(ScriptedProvider(words("Done")), Before(tuple(steps), "Let me see."), desk)
    assert desk.made == ["a"]
    assert not played.only(ToolStart)
    assert [end.status for end in played.only(ToolEnd)] == ["ok"]


async def test_text_after_the_last_round_is_continued_not_repeated():
    first = await parked(WRITE)
    second = await resumed(ScriptedProvider(words("One two")), left(first, decided={"b": ("allowed", "")}))
    before = left(first, second)
    provider = ScriptedProvider(words(" three"))
    third = await resumed(provider, Before(before.steps, before.text))
    assert provider.requests[0].continue_from == "One two"
    assert [message.role for message in provider.requests[0].messages] == ["user", "assistant", "tool"]
    assert before.text + third.text == "Let me see.\n\nOne two three"


async def test_turns_repeats_tokens_and_ids_are_counted_across_the_waiting():
    desk = Desk()
    asked = [*asking(("a", "look", "{}"), ("b", "write", "{}")), UsageDelta(1, 2, "m")]
    first = await play(ScriptedProvider(asked), desk, gate=desk)
    before = Before(left(first, decided={"b": ("allowed", "")}).steps, "", Usage(1, 2, "m"))
    again = asking(("a", "look", "{}"), ("a", "look", "{}"), ("a", "look", "{}"), ("a", "look", "{}"))
    provider = ScriptedProvider([*again, UsageDelta(10, 20, "m")], asking(("a", "look", "")))
    played = await resumed(provider, before, desk)
    assert played.only(Usage)[0] == Usage(11, 22, "m")
    assert [event.call_id for event in played.only(ToolStart)] == ["b", "a-2", "a-3", "a-4", "a-5"]
    assert [end.status for end in played.only(ToolEnd)].count("error") == 2  # the third and fourth of a kind
    assert "No more tools" in provider.requests[1].messages[-1].content
    assert played.outcome.error == "too_many_steps"
    assert len(provider.requests) == QUICK.max_turns - 1


@pytest.mark.parametrize("value", ["\ud83d", "a\x00b", '{"deep": ' * 5000])
async def test_what_no_store_takes_is_replaced_before_it_is_kept(value):
    played = await play(ScriptedProvider(asking((value, value, value)), words("Hm")), Desk())
    (begun, _end) = played.kept
    for text in (begun.call.id, begun.call.name, begun.call.arguments):
        text.encode()
        assert "\0" not in text
    assert len(begun.call.id) <= 100
    assert not played.only(Status)
