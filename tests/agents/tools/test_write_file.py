"""Saving a file as a tool: in its own conversation, told with what it replaced, or refused in words."""

import asyncio
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async

from agents.engine.messages import ToolCall
from agents.models import Run, WorkspaceFile
from agents.run_files import files_for
from agents.services.runs import queue_run
from agents.tools.base import CallContext
from agents.tools.box import EnabledTools
from agents.tools.list_files import TOOL as LIST
from agents.tools.read_file import TOOL as READ
from agents.tools.write_file import TOOL as WRITE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(alice, agent) -> Run:
    return queue_run(agent=agent, owner=alice, chat_id=uuid4(), message_id=uuid4(), answer_id=uuid4())


def tools_of(run: Run | None):
    context = CallContext(run.owner_id, run.agent_id, run.chat_id, run.pk) if run else CallContext()
    box = EnabledTools(
        [WRITE, READ, LIST], context=CallContext(run_id=context.run_id, files=files_for(context))
    )

    async def call(name, **arguments):
        return await box.call(ToolCall("c", name, ""), arguments)

    return call


async def test_what_is_saved_can_be_listed_and_read_back(run):
    call = tools_of(run)
    result = await call("write_file", path="notes.md", content="Tea\n")
    assert (result.ok, result.content, result.summary) == (True, "Saved notes.md (4 bytes).", "notes.md (4)")
    file = await WorkspaceFile.objects.aget()
    (event,) = result.events
    assert (event.file_id, event.path, event.size, event.replaced) == (str(file.pk), "notes.md", 4, False)
    assert (await call("list_files")).content == "notes.md (4 bytes)"
    assert (await call("read_file", path="NOTES.md")).content.endswith("\n\nTea\n")


async def test_a_replaced_file_is_told_with_what_is_gone(run):
    call = tools_of(run)
    first = await call("write_file", path="notes.md", content="Tea")
    result = await call("write_file", path="Notes.md", content="")
    assert result.content == "Replaced notes.md: 0 bytes now. The 3 bytes before are gone."
    assert result.events[0].replaced
    assert result.events[0].file_id == first.events[0].file_id


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"path": "../x.md", "content": "x"}, "No part of a name"),
        ({"path": "x\x00.md", "content": "x"}, "cannot be seen"),
        ({"path": "x" * 10_000, "content": "x"}, "longer than"),
        ({"path": "x.md", "content": "\x00"}, "Only text"),
        ({"path": "x.md", "content": "x" * 1_000_001}, "at most 1,000,000 bytes"),
        ({"path": "x.md"}, "Wrong arguments"),
        ({"path": "x.md", "content": {"a": 1}}, "Wrong arguments"),
        ({"path": "x.md", "content": "x", "chat_id": "another"}, "Wrong arguments"),
        ({"path": "x.md", "content": "x", "context": {"files": 1}}, "Wrong arguments"),
    ],
)
async def test_what_cannot_be_saved_is_a_sentence_and_nothing_is_stored(run, arguments, says):
    result = await tools_of(run)("write_file", **arguments)
    assert not result.ok
    assert says in result.content
    assert len(result.content) < 500
    assert not await WorkspaceFile.objects.aexists()


async def test_a_test_conversation_keeps_nothing():
    result = await tools_of(None)("write_file", path="notes.md", content="Tea")
    assert "test conversation" in result.content
    assert not await WorkspaceFile.objects.aexists()


async def test_one_conversation_neither_sees_nor_overwrites_the_files_of_another(run, alice, agent):
    other = await sync_to_async(queue_run)(
        agent=agent, owner=alice, chat_id=uuid4(), message_id=uuid4(), answer_id=uuid4()
    )
    await tools_of(run)("write_file", path="notes.md", content="Tea")
    call = tools_of(other)
    assert "no files yet" in (await call("list_files")).content
    assert "no file 'notes.md'" in (await call("read_file", path="notes.md")).content
    assert (await call("write_file", path="notes.md", content="Mine")).content.startswith("Saved")
    assert (await tools_of(run)("read_file", path="notes.md")).content.endswith("Tea")


async def test_forty_writes_at_once_are_each_stored_or_refused_in_words(run, settings):
    settings.MAX_WORKSPACE_BYTES = 2_500
    call = tools_of(run)
    results = await asyncio.gather(
        *(call("write_file", path=f"{n}.md", content="x" * 100) for n in range(40))
    )
    assert sum(result.ok for result in results) == 25
    assert await WorkspaceFile.objects.acount() == 25
    assert all("2,500 bytes together" in result.content for result in results if not result.ok)


async def test_a_stopped_run_saves_nothing_more(run):
    await Run.objects.filter(pk=run.pk).aupdate(state="cancelled")
    result = await tools_of(run)("write_file", path="notes.md", content="Tea")
    assert "was stopped" in result.content
    assert not await WorkspaceFile.objects.aexists()


def test_it_has_effects_so_that_a_person_is_asked():
    assert WRITE.has_effects
    assert not (READ.has_effects or LIST.has_effects)
