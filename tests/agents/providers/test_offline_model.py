"""The embedded model streams the same useful answer to the same question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine.deltas import FinishDelta, ReasoningDelta, TextDelta, UsageDelta
from agents.engine.messages import ChatMessage, ModelRequest
from agents.providers.offline import OfflineProvider
from agents.providers.offline_answers import answer_to

PROMPT = ChatMessage("system", "You are a careful editor. You never invent facts.")


def asking(question, *, continue_from="", max_tokens=None):
    messages = (PROMPT, ChatMessage("user", question))
    return ModelRequest("offline", messages, None, max_tokens, agent_name="Edda", continue_from=continue_from)


async def streamed(request):
    return [delta async for delta in OfflineProvider(delay_s=0).stream(request)]


def text_of(deltas):
    return "".join(delta.text for delta in deltas if isinstance(delta, TextDelta))


def said(question):
    return answer_to(asking(question)).text


async def test_it_reasons_then_answers_in_many_small_pieces():
    deltas = await streamed(asking("What should I cook for eight people who like spicy food on a Sunday?"))
    assert isinstance(deltas[0], ReasoningDelta)
    assert 30 < len(deltas) < 90
    assert [type(delta) for delta in deltas[-2:]] == [FinishDelta, UsageDelta]
    assert deltas[-2] == FinishDelta("stop")


async def test_the_same_question_gets_the_same_answer():
    request = asking("Draft a letter to my landlord")
    assert await streamed(request) == await streamed(request)


async def test_a_cut_answer_goes_on_where_it_stopped():
    whole = text_of(await streamed(asking("hello")))
    rest = await streamed(asking("hello", continue_from=whole[:100]))
    assert text_of(rest) == whole[100:]
    assert not any(isinstance(delta, ReasoningDelta) for delta in rest)


async def test_an_answer_past_the_limit_is_cut_and_says_so():
    whole = text_of(await streamed(asking("hello")))
    cut = await streamed(asking("hello", max_tokens=10))
    assert whole.startswith(text_of(cut))
    assert FinishDelta("length") in cut


@pytest.mark.parametrize("question", ["Hello", "hi there!", "", "Who are you?", "What can you do?"])
def test_it_introduces_itself_as_the_agent_and_as_offline(question):
    text = said(question)
    assert "**Edda**" in text
    assert "offline model" in text
    assert "> You are a careful editor." in text
    assert "OPENAI_BASE_URL" in text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is 12 * (3 + 4)?", "**84**"),
        ("2^10 please", "**1,024**"),
        ("How many days from 2026-11-21 to 2026-12-24?", "**33 days**"),
        ("2026-11-21", "Saturday"),
        ("Make a table: tea: green, coffee: black", "| 1 | tea | green |"),
        ("A checklist, please: wash, dry, fold", "- [ ] dry"),
        ("Sort: pears, apples, figs", "1. apples\n2. figs\n3. pears"),
        ("bullets\n1. one\n2. two", "- one\n- two"),
        ("Count the words: one two two", "| Different words | 2 |"),
        ("Show me some JavaScript code", "```javascript"),
        ("Write the formula of something", "$$x ="),
        ("Outline this:\nFirst we boil water. Then tea.\n\nSecond we drink it.", "2. **"),
        ("Draft a plan for the garden", "## Draft: "),
        ("Why is the sea salty?", "**salty**"),
    ],
)
def test_it_does_something_useful(question, expected):
    assert expected in said(question)


def test_a_summary_is_made_of_the_text():
    text = "Summarise this: Tea is a drink. Tea comes from China. Some like milk in tea. Others do not. Rain."
    assert "- Tea" in said(text)
    assert "of 5 sentences" in said(text)


def test_it_remembers_the_question_before():
    messages = (
        PROMPT,
        ChatMessage("user", "Tell me of bees"),
        ChatMessage("assistant", "…"),
        ChatMessage("user", "And wasps?"),
    )
    assert "bees" in answer_to(ModelRequest("offline", messages)).text


@pytest.mark.parametrize(
    "question", ["1/0 + 2", "9**9**9**9", "(" * 190 + "1+1", "2026-99-99", "table", "0.0.1 - 1"]
)
def test_what_cannot_be_done_is_no_crash(question):
    assert said(question)


@given(question=st.text(max_size=300))
def test_any_question_has_an_answer(question):
    answer = answer_to(asking(question))
    assert answer.text.strip()
    assert answer.reasoning


@given(question=st.text(max_size=100), cut=st.integers(0, 2000))
def test_any_cut_can_be_continued(question, cut):
    import asyncio

    whole = answer_to(asking(question)).text
    assert text_of(asyncio.run(streamed(asking(question)))) == whole
    assert text_of(asyncio.run(streamed(asking(question, continue_from=whole[:cut])))) == whole[cut:]
