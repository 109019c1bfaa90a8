"""A question of Alice's, the run it asked for, and the site that streams it."""

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, connections
from django.test import Client

from agents.engine.events import Content, End, Rationale, Start
from agents.eventlog import RunLog
from agents.models import Run
from chat.services.messages import Posted, post_message
from config.pages import Pages
from tests.programs import Program


@pytest.fixture
def posted(alice, conversation) -> Posted:
    return post_message(actor=alice, conversation_id=conversation.pk, content="Why?", client_id="one")


@pytest.fixture
def run(posted) -> Run:
    return Run.objects.get()


@pytest.fixture
def write():
    """``write(run, Content(md="a"), …)`` appends to the run's log."""
    return lambda run, *events: async_to_sync(RunLog(run.pk, run.events.count()).append)(*events)


@pytest.fixture
def finished(run, write) -> Run:
    """The run with a log of six events, packed as finished ones are."""
    write(
        run,
        Start(run_id=str(run.pk), agent_id=str(run.agent_id), agent_name="Librarian"),
        Rationale(text="Hm. "),
        Content(md="Be"),
        Content(md="cause — "),
        Content(md="“yes”\n\n\u2028<b>"),
        End(status="completed", ms_total=12, tool_calls=0, answer_id=str(run.answer_id)),
    )
    Run.objects.filter(pk=run.pk).update(state="completed")
    return run


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)  # as it is in life
    pages = Pages()
    yield pages
    for thread in pages.threads.idle:
        thread.submit(connections.close_all)
        thread.shutdown()


@pytest.fixture
def hers(alices: Client) -> Program:
    """Alice as a program."""
    return Program(alices)


@pytest.fixture
def his(bobs: Client) -> Program:
    return Program(bobs)
