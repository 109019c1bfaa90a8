"""A run that goes on after an interruption tells the model what its tools did, and what nobody knows."""

from agents.engine.fold import ToolRow
from agents.engine.messages import ChatMessage, ModelRequest
from agents.engine.recovery import with_calls_recalled

REQUEST = ModelRequest(
    "m", (ChatMessage("system", "Be kind."), ChatMessage("user", "Add up"), ChatMessage("assistant", "So"))
)


def test_finished_failed_and_unknown_calls_are_told_apart_in_the_question():
    rows = [
        ToolRow("1", "calculator", "1 + 1", "ok", 3, "2"),
        ToolRow("2", "fetch_page", "https://example.org/", "error", 3, "It took too long."),
        ToolRow("3", "current_time", "UTC"),
    ]
    system, asked, answer = with_calls_recalled(REQUEST, rows).messages
    assert (system, answer) == (REQUEST.messages[0], REQUEST.messages[2])
    assert asked.role == "user"
    assert asked.content.startswith("Add up\n\n[Note:")
    assert "- calculator(1 + 1): finished: 2\n" in asked.content
    assert "- fetch_page(https://example.org/): failed: It took too long.\n" in asked.content
    assert "- current_time(UTC): outcome unknown\n" in asked.content


def test_without_calls_the_question_stays_as_it_was():
    assert with_calls_recalled(REQUEST, []) is REQUEST
    without_a_question = ModelRequest("m", (ChatMessage("system", "Be kind."),))
    assert with_calls_recalled(without_a_question, [ToolRow("1", "a", "")]) is without_a_question
