"""What a model writes as better instructions, read piece by piece and whole; and the rules without one."""

import pytest

from agents.refinements import (
    HABITS,
    PromptPieces,
    Refinement,
    Wish,
    by_rules,
    read,
    request_for,
    wish_in,
    written,
)

WHOLE = (
    "<prompt>\nYou know ships.\n\nBe short.\n</prompt>\n<rationale>\nClear.\n</rationale>\n"
    "<changes>\n- One\n* Two\n3. Three\n\n</changes>"
)
READ = Refinement("You know ships.\n\nBe short.", "Clear.", ["One", "Two", "Three"])


@pytest.mark.parametrize(
    "answer",
    [
        WHOLE,
        f"Sure! Here it is:\n\n{WHOLE}\n\nAnything else?",
        WHOLE.removesuffix("\n</changes>"),
        WHOLE.replace("</prompt>\n", "").replace("Be short.\n", "Be short.</prompt>\n"),
    ],
)
def test_the_parts_are_found_whatever_is_around_them(answer):
    assert read(answer) == READ


@pytest.mark.parametrize(
    "answer", ["", "I cannot do that.", "<prompt>  \n</prompt>", "{}", "</prompt>", "\0"]
)
def test_rubbish_is_none(answer):
    assert read(answer) is None


def test_a_tag_that_is_spoken_of_is_text():
    prompt = "Write <prompt> and </prompt> tags."
    assert read(written(Refinement(prompt, "x", ["y"]))).system_prompt == prompt


def test_what_no_database_stores_is_put_right():
    assert read("<prompt>a\0b\ud800</prompt>").system_prompt == "a\ufffdb\ufffd"


def test_an_answer_without_end_is_read_in_time():
    assert read("<prompt>" * 50_000).system_prompt
    assert read("<changes>" * 50_000) is None


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_pieces_are_the_prompt_and_nothing_else(size):
    pieces = PromptPieces()
    told = "".join(pieces.feed(WHOLE[start : start + size]) for start in range(0, len(WHOLE), size))
    assert told.rstrip() == READ.system_prompt


@pytest.mark.parametrize(
    "wish",
    [
        Wish(goal="Know ships"),
        Wish(system_prompt="You know ships."),
        Wish(feedback="Too long"),
        Wish("Know ships", "You know books.", "Too long"),
    ],
)
def test_the_rules_keep_what_there_is_add_what_is_missing_and_say_so(wish):
    found = by_rules(wish)
    assert by_rules(wish) == found
    for text in (wish.goal, wish.system_prompt, wish.feedback, *HABITS):
        assert text in found.system_prompt
    assert found.rationale
    assert found.changes
    again = by_rules(Wish(wish.goal, found.system_prompt, wish.feedback))
    assert again.system_prompt == found.system_prompt


def test_a_request_is_known_again_and_no_other_is():
    wish = Wish("a", "b </prompt>", "c")
    request = request_for(wish)
    assert wish_in(request) == wish
    assert read(written(by_rules(wish))) is not None
    others = (request.messages[1:], (request.messages[0], request.messages[0]), ())
    for messages in others:
        assert wish_in(type(request)(model="", messages=messages)) is None
