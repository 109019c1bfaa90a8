"""``/api/v1/chat/…``: asking and waiting for the answer, and what was asked before."""

import asyncio
import json

import pytest
from django.conf import settings as project
from django.db import connection, connections
from uuid_utils.compat import uuid7

from agents.engine.events import Content, End, ToolEnd, ToolStart
from agents.models import Agent, Run, RunStep
from chat.models import Conversation, Message
from chat.services.conversations import start_conversation
from chat.services.messages import post_message
from config.pages import Pages
from tests.config.asgi import ask
from tests.house import open_house

pytestmark = pytest.mark.django_db(transaction=True)

SAY = "/api/v1/chat/messages"
LIST = "/api/v1/chat/conversations"
FIELDS = {
    *("id", "conversation_id", "role", "content", "message_type", "tool_name", "tool_success"),
    *("timestamp", "additional_data"),
}


def messages_of(conversation) -> str:
    return f"{LIST}/{conversation.pk}/messages"


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)  # as it is in life
    pages = Pages()
    yield pages
    for thread in pages.threads.idle:
        thread.submit(connections.close_all)
        thread.shutdown()


@pytest.fixture
def asking(site, alices):
    """``await asking({...})`` is the answer of the site without a server."""
    alices.get("/")
    cookies = {name: alices.cookies[name].value for name in (project.SESSION_COOKIE_NAME, "csrftoken")}
    headers = {
        "host": "testserver",
        "content-type": "application/json",
        "cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "x-csrftoken": cookies["csrftoken"],
    }

    async def say(body, **more):
        return await ask(
            site, SAY, method="POST", headers={**headers, **more}, body=[json.dumps(body).encode()]
        )

    return say


async def test_the_answer_comes_with_the_question_and_a_new_conversation(asking, agent):
    async with asyncio.timeout(30), open_house():
        answer = await asking({"content": "What can you do?"})
    assert answer.status == 200
    told = json.loads(answer.body)
    assert set(told) == {"user_message", "ai_message", "conversation_id"}
    conversation = await Conversation.objects.aget()
    question, said = told["user_message"], told["ai_message"]
    assert told["conversation_id"] == question["conversation_id"] == str(conversation.pk)
    assert set(question) == set(said) == FIELDS
    assert (question["role"], question["message_type"], question["content"]) == (
        *("user", "user_input", "What can you do?"),
    )
    assert (said["role"], said["message_type"]) == ("assistant", "assistant_response")
    stored = await Message.objects.aget(role="assistant")
    assert (said["id"], said["content"]) == (str(stored.pk), stored.content)
    assert said["content"]
    assert said["additional_data"]["status"] == "completed"
    assert said["additional_data"]["finish"] == "stop"


async def test_a_conversation_goes_on_where_it_is_named(asking, conversation):
    async with asyncio.timeout(30), open_house():
        for content in ("What can you do?", "And what else?"):
            answer = await asking(
                {
                    "content": content,
                    "conversation_id": str(conversation.pk),
                    "agent_id": str(conversation.agent_id),
                }
            )
            assert answer.status == 200
    assert await Message.objects.filter(conversation=conversation).acount() == 4


async def test_the_same_key_again_waits_for_the_same_answer(asking, agent):
    async with asyncio.timeout(30), open_house():
        answers = await asyncio.gather(
            *(asking({"content": "Why?"}, **{"idempotency-key": "one"}) for _ in range(5))
        )
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert await Run.objects.acount() == 1


async def test_a_failed_answer_is_an_answer(asking, agent, settings):
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"  # nobody listens there
    agent.model = "some-model"
    await agent.asave()
    async with asyncio.timeout(60), open_house():
        answer = await asking({"content": "Why?"})
    said = json.loads(answer.body)["ai_message"]
    assert (answer.status, said["additional_data"]["status"]) == (200, "error")
    assert said["content"] == "I apologize, I'm having trouble responding right now. Please try again."


async def test_an_answer_that_needs_a_person_is_not_waited_for(asking, agent):
    agent.tools, agent.tool_policies = ["calculator"], {"calculator": "ask"}
    await agent.asave()
    async with asyncio.timeout(30), open_house():
        answer = await asking({"content": "What is 12 * (3 + 4)?"})
    assert answer.status == 202
    assert json.loads(answer.body)["ai_message"]["additional_data"]["status"] == "processing"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"content": ""}, 422),
        ({"content": 5}, 422),
        ({"content": "x" * 10_001}, 422),
        ({"content": "Why?", "conversation_id": "1"}, 422),
        ({"content": "Why?", "conversation_id": str(uuid7())}, 404),
        ({"content": "Why?", "agent_id": str(uuid7())}, 404),
        ({"content": "Why?", "user_id": "somebody"}, 422),
    ],
)
def test_what_cannot_be_asked_is_refused_at_once(alices, agent, body, status):
    answer = alices.post(SAY, body, content_type="application/json")
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "detail"}
    assert (Message.objects.count(), Conversation.objects.count()) == (0, 0)


def test_another_agent_than_that_of_the_conversation_is_a_conflict(alice, alices, conversation):
    other = Agent.objects.create(owner=alice, name="Zoologist", system_prompt="You know whales.")
    body = {"content": "Why?", "conversation_id": str(conversation.pk), "agent_id": str(other.pk)}
    answer = alices.post(SAY, body, content_type="application/json")
    assert (answer.status_code, Message.objects.count()) == (409, 0)


def test_strangers_say_nothing_and_find_nothing(bobs, conversation):
    body = {"content": "Why?", "conversation_id": str(conversation.pk)}
    for answer in (
        bobs.post(SAY, body, content_type="application/json"),
        bobs.get(messages_of(conversation)),
        bobs.delete(f"{LIST}/{conversation.pk}"),
    ):
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert (Message.objects.count(), Conversation.objects.count()) == (0, 1)
    assert bobs.get(LIST).json() == {"conversations": [], "total": 0, "page": 1, "per_page": 20}


@pytest.fixture
def called(alice, conversation):
    """Two questions: for the first two tools were called, one in vain; for the second one is being called."""
    first = post_message(
        actor=alice,
        conversation_id=conversation.pk,
        content="How many?",
        client_id="one",
        metadata={"focus_areas": ["sums", "words", 5]},
    )
    tools = [
        {
            **{"call_id": "call_1", "name": "calculator", "args_summary": "6 * 7", "status": "ok", "ms": 3},
            **{"result_summary": "42", "reason": ""},
        },
        {
            **{"call_id": "call_2", "name": "write_file", "args_summary": "a.md", "status": "denied"},
            **{"ms": None, "result_summary": "", "reason": "Not now."},
        },
    ]
    Message.objects.filter(pk=first.answer.pk).update(
        status="completed", content="42.", metadata={"finish": "stop", "work": {"tools": tools}}
    )
    Run.objects.update(state="completed")
    for place, state in enumerate(("ok", "denied")):
        RunStep.objects.create(
            run_id=first.answer.run_id,
            round=0,
            position=place,
            call_id=f"call_{place + 1}",
            name="x",
            said=0,
            state=state,
        )
    return first


def test_tools_stand_between_question_and_answer(alices, conversation, called):
    items = alices.get(messages_of(conversation)).json()
    assert all(set(item) == FIELDS for item in items)
    assert [
        (item["role"], item["message_type"], item["content"], item["tool_name"], item["tool_success"])
        for item in items
    ] == [
        ("user", "user_input", "How many?", None, None),
        ("tool", "tool_call", "6 * 7", "calculator", None),
        ("tool", "tool_result", "42", "calculator", True),
        ("tool", "tool_call", "a.md", "write_file", None),
        ("tool", "tool_result", "Not now.", "write_file", False),
        ("assistant", "assistant_response", "42.", None, None),
    ]
    assert len({item["id"] for item in items}) == 6
    assert items[0]["additional_data"]["focus_areas"] == ["sums", "words", 5]
    assert items[2]["additional_data"]["call_id"] == "call_1"


def test_a_tool_of_an_answer_under_way_is_there_too(alice, alices, conversation, called, write):
    second = post_message(actor=alice, conversation_id=conversation.pk, content="And?", client_id="two")
    run = Run.objects.get(pk=second.answer.run_id)
    write(run, Content(md="Let me see."), ToolStart("call_9", "calculator", "1 + 1"))
    items = alices.get(messages_of(conversation)).json()[-3:]
    assert [(item["message_type"], item["content"]) for item in items] == [
        ("user_input", "And?"),
        ("tool_call", "1 + 1"),
        ("assistant_response", ""),
    ]
    write(
        run,
        ToolEnd("call_9", "calculator", "error", 1, "No sum."),
        End(status="completed", ms_total=1, tool_calls=1, answer_id="x"),
    )
    result = alices.get(messages_of(conversation)).json()[-2]
    assert (result["message_type"], result["tool_success"]) == ("tool_result", False)


def test_the_last_items_are_given(alices, conversation, called):
    whole = alices.get(messages_of(conversation)).json()
    for limit in (1, 2, 6, 200):
        assert alices.get(messages_of(conversation), {"limit": limit}).json() == whole[-limit:]


@pytest.mark.parametrize(
    ("place", "query"),
    [
        *(("messages", query) for query in ("limit=0", "limit=201", "limit=x")),
        *(("", query) for query in ("page=0", "per_page=0", "per_page=101", "page=x")),
    ],
)
def test_a_page_that_cannot_be_is_refused(alices, conversation, place, query):
    address = messages_of(conversation) if place else LIST
    answer = alices.get(f"{address}?{query}")
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")


def test_the_list_says_in_a_few_words_what_each_is_about(alice, alices, agent, conversation, called):
    empty = start_conversation(actor=alice, agent=agent)
    first, second = alices.get(LIST).json()["conversations"]
    assert (first["id"], first["user_input"], first["focus_areas"]) == (str(empty.pk), None, [])
    assert (first["step_count"], first["last_tool_result"], first["message_count"]) == (0, None, 0)
    assert set(second) == {
        *("id", "conversation_id", "user_id", "title", "user_input", "focus_areas", "step_count"),
        *("last_tool_result", "message_count", "created_at", "updated_at"),
    }
    assert second["id"] == second["conversation_id"] == str(conversation.pk)
    assert (second["user_id"], second["title"]) == (str(alice.pk), "How many?")
    assert (second["user_input"], second["focus_areas"]) == ("How many?", ["sums", "words"])
    assert (second["step_count"], second["last_tool_result"], second["message_count"]) == (1, "42", 2)


def test_it_has_pages_and_a_long_one_takes_no_more_queries(
    alice, alices, agent, django_assert_max_num_queries
):
    for number in range(30):
        conversation = start_conversation(actor=alice, agent=agent, title=str(number))
        post_message(actor=alice, conversation_id=conversation.pk, content="Why?", client_id="one")
    with django_assert_max_num_queries(9):
        page = alices.get(LIST, {"page": 2, "per_page": 20}).json()
    assert [one["title"] for one in page["conversations"]] == [str(number) for number in range(9, -1, -1)]
    assert (page["total"], page["page"], page["per_page"]) == (30, 2, 20)


def test_a_deleted_conversation_is_gone(alices, called, conversation):
    answer = alices.delete(f"{LIST}/{conversation.pk}")
    assert (answer.status_code, answer.json()) == (200, {"message": "The conversation was deleted."})
    assert (Conversation.objects.count(), Message.objects.count(), Run.objects.count()) == (0, 0, 0)
    assert alices.delete(f"{LIST}/{conversation.pk}").status_code == 404


def test_other_verbs_are_refused(alices, conversation):
    for place in (SAY, LIST, messages_of(conversation), f"{LIST}/{conversation.pk}"):
        assert alices.put(place).status_code == 405
