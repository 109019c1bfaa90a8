"""A cut answer is continued with plain messages that every Chat Completions server understands."""

from agents.engine.messages import CONTINUE_INSTRUCTION, ChatMessage, ModelRequest

QUESTION = ChatMessage("user", "Count to ten")


def test_partial_answer_is_followed_by_the_instruction_to_go_on():
    request = ModelRequest("m", (QUESTION,), continue_from="1, 2, 3")
    spelled_out = request.with_continuation_spelled_out()
    assert spelled_out.messages == (
        QUESTION,
        ChatMessage("assistant", "1, 2, 3"),
        ChatMessage("user", CONTINUE_INSTRUCTION),
    )
    assert spelled_out.continue_from == ""


def test_request_with_nothing_to_continue_stays_as_it_is():
    request = ModelRequest("m", (QUESTION,))
    assert request.with_continuation_spelled_out() is request
