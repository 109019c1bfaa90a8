"""The test conversation of an agent's form: answered as the form stands, and kept nowhere."""

import asyncio
import json
import re

import pytest
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.apps import apps
from django.conf import settings as project

from chat.routing import websocket_urlpatterns
from tests.upstream import HANG, FakeUpstream
from tests.upstream.wire import DONE, chunk

pytestmark = pytest.mark.django_db(transaction=True)

ORIGIN = b"http://testserver"
FORM = {
    "type": "say",
    "name": "Cook",
    "system_prompt": "You cook.",
    "model": "offline",
    "temperature": "0.4",
    "history_messages": "20",
    "context_tokens": "8000",
    "content": "What is for dinner?",
    "headers": {"HX-Request": "true"},
}
#: An answer drawn at its end.
COMPLETED, CANCELLED, FAILED = (
    rf'message--assistant"[^>]*data-status="{status}"' for status in ("completed", "cancelled", "error")
)


@pytest.fixture
async def upstream(settings):
    async with FakeUpstream() as upstream:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = upstream.base_url, "key"
        yield upstream


def socket(client, origin: bytes | None = ORIGIN) -> WebsocketCommunicator:
    headers = [(b"host", b"testserver")]
    if origin:
        headers.append((b"origin", origin))
    if client is not None:
        key = client.cookies[project.SESSION_COOKIE_NAME].value
        headers.append((b"cookie", f"{project.SESSION_COOKIE_NAME}={key}".encode()))
    return WebsocketCommunicator(URLRouter(websocket_urlpatterns), "/ws/preview/", headers=headers)


async def opened(client) -> WebsocketCommunicator:
    """A socket that has said what it says to a page that opens it."""
    page = socket(client)
    assert (await page.connect())[0]
    await page.receive_from()
    return page


async def say(page, **changed) -> None:
    await page.send_to(json.dumps(FORM | changed))


async def until(page, pattern, seconds=10) -> str:
    """What came, up to the first frame in which the pattern is found."""
    frames = ""
    async with asyncio.timeout(seconds):
        while True:
            frame = await page.receive_from(seconds)
            frames += frame
            if re.search(pattern, frame):
                return frames


async def refusal(page) -> str:
    """What is said about what was just sent, and nothing else with it."""
    frame = await page.receive_from()
    assert frame.count("<hx-partial") == 1
    assert frame.startswith('<hx-partial hx-target="#composer-error"')
    assert await page.receive_nothing()
    return frame


async def close_code(page) -> int:
    assert (await page.connect())[0]
    closed = await page.receive_output(1)
    assert closed["type"] == "websocket.close"
    return closed["code"]


@pytest.mark.parametrize("origin", [None, b"http://elsewhere.example", b"null"])
async def test_another_origin_or_none_is_refused(alices, origin):
    assert await close_code(socket(alices, origin)) == 4403


async def test_somebody_not_signed_in_is_refused(db):
    assert await close_code(socket(None)) == 4401


async def test_an_answer_streams_in_from_the_settings_of_the_form(alices, upstream):
    upstream.script([chunk("Rice"), 0.1, chunk(" and beans."), chunk(finish="stop"), DONE])
    page = await opened(alices)
    await say(page, model="fake-small", system_prompt="You cook.\r\nWell.")
    frames = await until(page, COMPLETED)
    assert "What is for dinner?" in frames
    assert 'hx-target="#composer-text"' in frames  # the field is emptied
    assert re.search(r'-tail[^"]*" hx-swap="(innerHTML|beforeend)"><?p?>?Rice', frames)
    assert "Rice and beans." in frames
    asked = upstream.requests[-1].json
    assert (asked["model"], asked["temperature"]) == ("fake-small", 0.4)
    assert asked["messages"][0] == {"role": "system", "content": "You cook.\nWell."}
    await page.disconnect()


@pytest.mark.parametrize(
    ("ticked", "offered"),
    [
        ("calculator", ["calculator"]),  # as htmx sends one
        (["calculator", "current_time"], ["calculator", "current_time"]),
        ([], []),
    ],
)
async def test_the_tools_ticked_in_the_form_are_on_offer(alices, upstream, ticked, offered):
    page = await opened(alices)
    await say(page, model="fake-small", tools=ticked)
    await until(page, COMPLETED)
    asked = upstream.requests[-1].json
    assert [tool["function"]["name"] for tool in asked.get("tools", [])] == offered
    await page.disconnect()


async def test_tools_that_do_not_exist_are_refused(alices):
    page = await opened(alices)
    await say(page, tools=["shell", 3])
    assert "shell" in await refusal(page)
    await page.disconnect()


async def test_a_message_has_its_place_and_nothing_that_needs_a_stored_one(alices):
    page = await opened(alices)
    await say(page)
    frames = await until(page, COMPLETED)
    assert 'hx-target="#messages" hx-swap="place"' in frames
    assert not re.search(r"data-copy-from|hx-post|hx-get", frames)
    await page.disconnect()


async def test_the_second_question_comes_with_what_was_said_before(alices, upstream):
    upstream.script([chunk("Rice."), chunk(finish="stop"), DONE])
    page = await opened(alices)
    for content in ("One", "Two"):
        await say(page, content=content, model="")
        await until(page, COMPLETED)
    said = [message["content"] for message in upstream.requests[-1].json["messages"]]
    assert said == ["You cook.", "One", "Rice.", "Two"]
    await say(page, content="Three", model="", history_messages="1")
    await until(page, COMPLETED)
    assert [one["content"] for one in upstream.requests[-1].json["messages"]] == ["You cook.", "Three"]
    await page.disconnect()


async def test_only_the_last_messages_are_remembered(alices, upstream):
    upstream.script([chunk("Rice."), chunk(finish="stop"), DONE])
    page = await opened(alices)
    for number in range(13):
        await say(page, content=f"Number {number}.", model="", history_messages="200")
        await until(page, COMPLETED)
    said = [message["content"] for message in upstream.requests[-1].json["messages"]]
    assert len(said) == 1 + 20  # the prompt, and the question as the last of twenty
    assert said[-1] == "Number 12."
    await page.disconnect()


async def test_starting_again_forgets_everything_and_ends_what_is_under_way(alices, upstream):
    upstream.script([chunk("Rice"), HANG])
    page = await opened(alices)
    await say(page, content="One", model="")
    await until(page, "Rice")
    await page.send_to(json.dumps({"type": "restart"}))
    assert 'hx-target="#messages .message" hx-swap="delete"' in await until(page, "delete")
    async with asyncio.timeout(5):
        await upstream.all_closed()
    assert await page.receive_nothing()
    upstream.script([chunk("Beans."), chunk(finish="stop"), DONE])
    await say(page, content="Two", model="")
    await until(page, COMPLETED)
    assert [one["content"] for one in upstream.requests[-1].json["messages"]] == ["You cook.", "Two"]
    await page.disconnect()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 101),
        ("name", "a\x00b"),
        ("system_prompt", " \r\n "),
        ("system_prompt", "a\x00b"),
        ("system_prompt", "\ud800"),
        ("system_prompt", "x" * 100_001),
        ("system_prompt", ["You cook."]),
        ("model", "x" * 201),
        ("temperature", "nan"),
        ("temperature", "3"),
        ("temperature", ""),
        ("temperature", None),
        ("history_messages", "0"),
        ("context_tokens", "-5"),
        ("content", ""),
        ("content", " \n "),
        ("content", "a\x00b"),
        ("content", "\udfff"),
        ("content", "x" * 10_001),
        ("content", {"a": 1}),
    ],
)
async def test_what_could_not_be_saved_or_sent_is_refused_in_words(alices, field, value):
    page = await opened(alices)
    await say(page, **{field: value})
    assert "notice--error" in await refusal(page)
    await say(page)
    await until(page, COMPLETED)
    await page.disconnect()


async def test_a_refusal_names_the_field_and_no_markup_comes_through(alices):
    page = await opened(alices)
    await say(page, name="", temperature="<b>")
    said = await refusal(page)
    assert "Name: This field is required." in said
    assert "Temperature: " in said
    assert "<b>" not in said
    await page.disconnect()


@pytest.mark.parametrize(
    "text",
    ["{", "null", "[]", '"say"', '{"type": "nonsense"}', '{"type": ["say"]}', "[" * 100_000, "9" * 5000],
)
async def test_what_no_page_of_ours_sends_is_dropped_and_the_socket_stays(alices, text):
    page = await opened(alices)
    await page.send_to(text_data=text)
    await page.send_to(bytes_data=b"\xff\xfe")
    await page.send_to(json.dumps({"type": "stop"}))
    assert await page.receive_nothing()
    await say(page, agent="no id")
    await until(page, COMPLETED)
    await page.disconnect()


async def test_stop_works_while_the_model_is_silent_and_keeps_what_there_is(alices, upstream):
    upstream.script([chunk("Rice and"), HANG])
    page = await opened(alices)
    await say(page, model="")
    await until(page, "Rice and")
    await page.send_to(json.dumps({"type": "stop"}))
    last = await until(page, CANCELLED, seconds=2)
    assert "Rice and" in last and "Stopped." in last
    async with asyncio.timeout(5):
        await upstream.all_closed()
    await page.disconnect()


async def test_a_second_message_during_an_answer_is_refused(alices, upstream):
    upstream.script([chunk("Rice"), HANG])
    page = await opened(alices)
    await say(page, model="")
    await until(page, "Rice")
    await say(page, model="")
    assert "An answer is under way" in await refusal(page)
    assert upstream.calls == 1
    await page.disconnect()


async def test_one_person_has_three_answers_at_once_and_another_their_own(alices, bobs, upstream):
    upstream.script([chunk("Rice"), HANG])
    pages = [await opened(alices) for _ in range(4)]
    for page in pages[:3]:
        await say(page, model="")
        await until(page, "Rice")
    await say(pages[3], model="")
    assert "Other tests of yours" in await refusal(pages[3])
    other = await opened(bobs)
    await say(other, model="")
    await until(other, "Rice")
    await pages[0].disconnect()
    async with asyncio.timeout(10):
        frame = "Other tests"
        while "Other tests" in frame:  # until the one that was left is over
            await say(pages[3], model="")
            frame = await pages[3].receive_from(10)
    await until(pages[3], "Rice")
    for page in (*pages[1:], other):
        await page.disconnect()


async def test_leaving_the_page_ends_the_question_to_the_model(alices, upstream):
    upstream.script([chunk("Rice"), HANG])
    page = await opened(alices)
    await say(page, model="")
    await until(page, "Rice")
    await page.disconnect()
    async with asyncio.timeout(5):
        await upstream.all_closed()


async def test_a_failing_model_is_said_in_words_and_the_next_question_works(alices, upstream):
    upstream.script("401")
    page = await opened(alices)
    await say(page, model="")
    assert "notice--error" in await until(page, FAILED)
    await say(page)
    await until(page, COMPLETED)
    await page.disconnect()


async def test_nothing_is_stored_but_what_it_has_used(alices, count_rows):
    before = await count_rows()
    page = await opened(alices)
    await say(page)
    await until(page, COMPLETED)
    await page.disconnect()
    assert await count_rows() == before | {"UsageTotal": 1}


@pytest.fixture
def count_rows():
    async def count() -> dict[str, int]:
        return {model.__name__: await model._base_manager.acount() for model in apps.get_models()}

    return count


async def test_a_page_that_comes_back_is_told_that_the_test_begins_anew(alices):
    page = socket(alices)
    assert (await page.connect())[0]
    first = await page.receive_from()
    assert ".preview:has(.message) #composer-error" in first and "The connection was lost" in first
    assert 'hx-target="#messages .message" hx-swap="delete"' in first
    await page.disconnect()
