"""Whole tool calls come out of whatever pieces a server sends."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine.deltas import ToolCallDelta
from agents.providers.tool_calls import MOST_CALLS, ToolCallAssembler
from tests.upstream.wire import piece


def assembled(*chunks):
    assembler = ToolCallAssembler()
    for chunk in chunks:
        assembler.add(chunk)
    return assembler.take()


def test_interleaved_pieces_find_their_call_by_id():
    calls = assembled(
        [piece("f", "[", id="a")],
        [piece("g", "{", id="b")],
        [piece(None, "1]", id="a")],
        [piece(None, "}", id="b")],
    )
    assert calls == [ToolCallDelta("a", "f", "[1]"), ToolCallDelta("b", "g", "{}")]


def test_the_first_id_and_name_stand():
    assert assembled([piece("f", "{", index=0, id="a")], [piece("f", "}", index=0)]) == [
        ToolCallDelta("a", "f", "{}")
    ]


def test_a_call_may_come_as_one_object():
    assert assembled(piece("f", {"n": 1}, id="a")) == [ToolCallDelta("a", "f", '{"n": 1}')]


def test_glued_objects_are_calls_and_repetitions_are_not():
    calls = assembled([piece("f", '{"n": 1} {"n": 1}{}{"n": 2}', id="a")])
    assert calls == [ToolCallDelta("a", "f", '{"n": 1}'), ToolCallDelta("", "f", '{"n": 2}')]


def test_a_call_is_taken_once():
    assembler = ToolCallAssembler()
    assembler.add([piece("f", "{}", index=0)])
    assert len(assembler.take()) == 1
    assert assembler.take() == []


def test_calls_are_bounded():
    assert len(assembled([piece("f", "{}", id=str(number)) for number in range(1000)])) == MOST_CALLS


@pytest.mark.parametrize("nonsense", [None, 1, "x", [None, 1, "x", {}], {"function": 3}, [{"function": [1]}]])
def test_nonsense_does_no_harm(nonsense):
    assert all(call.name == "" for call in assembled(nonsense))


arguments = st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), min_size=1, max_size=3)


@given(calls=st.lists(arguments, min_size=1, max_size=4), data=st.data())
def test_arguments_survive_any_split(calls, data):
    assembler = ToolCallAssembler()
    for index, call in enumerate(calls):
        text = json.dumps(call)
        cut = data.draw(st.integers(0, len(text)))
        assembler.add([piece("f", text[:cut], index=index, id=f"c{index}")])
        assembler.add([piece(None, text[cut:], index=index)])
    assert [json.loads(call.arguments) for call in assembler.take()] == calls
