"""Finding passages by words, in the ready documents of one agent."""

import pytest
from asgiref.sync import async_to_sync
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.database import in_database
from agents.knowledge.indexer import index_next
from agents.knowledge.search import passages_for
from agents.models import Agent, Document
from agents.services.documents import add_documents, delete_document
from agents.toolboxes import toolbox_for
from agents.tools.base import CallContext

pytestmark = pytest.mark.django_db(transaction=True)

RULES = b"""# Library

The library is open from nine to six. Bring your card.

## Loans

Books are lent for three weeks, films for one.

## Fees

Who is late pays ten cents a day.
"""


@pytest.fixture
def know(alice, agent):
    """Gives the agent, or another, a document and has it read."""

    def given_to(data: bytes = RULES, name: str = "rules.md", to: Agent = agent) -> Document:
        (document,) = add_documents(actor=alice, agent_id=to.pk, files=[ContentFile(data, name=name)])
        return document

    return given_to


async def read() -> None:
    while await index_next():
        pass


@pytest.fixture
def knowing(know):
    document = know()
    async_to_sync(read)()
    document.refresh_from_db()
    assert (document.status, document.progress, document.chunk_count) == ("ready", 100, 3)
    return document


def found(agent, query, most=5):
    return [passage.text for passage in passages_for(agent.pk, query, most)]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How long does the library lend a book?", "Library › Loans\nBooks are lent for three weeks"),
        ("books", "Library › Loans\nBooks"),
        ("When is it open?", "Library\nThe library is open"),
        ("What does it cost to be late?", "Library › Fees\nWho is late"),
        ("FEE", "Library › Fees\nWho is late"),
    ],
)
def test_a_question_finds_its_passage(agent, knowing, question, answer):
    (passage, *_others) = passages_for(agent.pk, question, 5)
    assert passage.text.startswith(answer)
    assert (passage.document_id, passage.title, passage.page) == (str(knowing.pk), "rules.md", None)


def test_a_passage_that_has_much_less_than_the_best_is_left_out(agent, knowing):
    assert len(found(agent, "books card cents")) == 3
    assert len(found(agent, "books lent three weeks films card")) == 1


@pytest.mark.parametrize("question", ["zebras", "", "?", '"', "'", "text : x", "NEAR(", "*", "agent_id"])
def test_what_is_not_there_is_not_found(agent, knowing, question):
    assert found(agent, question) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(question=st.text(max_size=60))
def test_anything_may_be_asked(agent, knowing, question):
    assert len(found(agent, question, 2)) <= 2


def test_it_finds_nothing_of_another_agent_of_what_waits_and_of_what_is_gone(alice, agent, know, knowing):
    other = Agent.objects.create(owner=alice, name="Other", system_prompt="x")
    know(b"Books for everybody else", "other.txt", other)
    know(b"Books that wait", "waits.txt")
    assert len(found(agent, "books")) == 1
    assert found(other, "books") == []
    delete_document(actor=alice, document_id=knowing.pk)
    assert found(agent, "books") == []


async def test_the_tool_is_in_the_box_once_a_document_is_ready(alice, agent, know):
    context = CallContext(agent_id=agent.pk)
    await in_database(know)
    box = await toolbox_for([], context=context)
    assert [spec.name for spec in box.specs()] == []
    await read()
    box = await toolbox_for([], context=context)
    assert [spec.name for spec in box.specs()] == ["search_knowledge"]
