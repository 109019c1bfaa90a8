"""Every page of the admin opens, for those who may, in a number of queries that does not grow."""

import pytest
from django.contrib import admin
from django.urls import reverse

from agents.models import (
    Agent,
    Document,
    HttpToolset,
    McpServer,
    PromptVersion,
    Run,
    Workspace,
    WorkspaceFile,
)
from chat.models import Conversation, Membership, Message, Participant
from tests.agents.servers import interface, server

MODELS = (
    Agent,
    HttpToolset,
    McpServer,
    PromptVersion,
    Run,
    Conversation,
    Message,
    Membership,
    Participant,
    WorkspaceFile,
    Document,
)
#: What a person may write here; everything else only services write.
WRITABLE = {Agent, HttpToolset, McpServer}
DELETABLE = {Agent, HttpToolset, McpServer, Conversation}


def list_url(model):
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")


def change_url(row):
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])


@pytest.fixture
def talked(agent, talk):
    server()
    interface()
    conversation = talk(agent)
    space = Workspace.objects.create(chat_id=conversation.pk, agent=agent, owner=conversation.created_by)
    space.files.create(path="notes.md", key="notes.md", size=3, content=b"Tea", run_id=conversation.pk)
    Document.objects.create(agent=agent, name="rules.md", format="md", size=9, sha256="0")
    return conversation


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_lists_and_rows_open_in_a_fixed_number_of_queries(
    roots, alice, talked, talk, model, django_assert_max_num_queries
):
    def queries():
        with django_assert_max_num_queries(20) as captured:
            assert roots.get(list_url(model)).status_code == 200
        return len(captured)

    few = queries()
    for number in range(12):
        more = Agent.objects.create(owner=alice, name=f"Agent {number}", system_prompt="x")
        PromptVersion.objects.create(agent=more, number=1, system_prompt="x")
        Document.objects.create(agent=more, name="rules.md", format="md", size=9, sha256="0")
        talk(more)

    assert queries() <= few + 1  # one that looks whether there are rows becomes one that reads them
    with django_assert_max_num_queries(20):
        assert roots.get(change_url(model.objects.first())).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("query", ["Librarian", "%00", "\x00", "'", "x" * 3000, "🙂", "0" * 32])
def test_no_search_breaks_a_list(roots, talked, model, query):
    assert roots.get(list_url(model), {"q": query}).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_only_services_write_is_only_read(roots, talked, model):
    row = model.objects.first()
    here = admin.site._registry[model]
    request = roots.get(list_url(model)).wsgi_request

    assert here.has_add_permission(request) is (model in WRITABLE)
    assert here.has_change_permission(request, row) is (model in WRITABLE)
    assert here.has_delete_permission(request, row) is (model in DELETABLE)
    if model not in WRITABLE:
        assert roots.post(change_url(row), {"title": "x"}).status_code == 403


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_admin_is_closed_to_others(alices, talked, model):
    assert alices.get(list_url(model)).status_code == 302
    assert alices.get(change_url(model.objects.first())).status_code == 302


def test_it_has_our_name_on_it(roots):
    page = roots.get(reverse("admin:index")).content.decode()

    assert "Parley" in page
    assert "Django administration" not in page


def test_a_conversation_goes_with_its_messages_and_runs(roots, talked):
    url = reverse("admin:chat_conversation_delete", args=[talked.pk])
    assert "Messages: 2" in roots.get(url).content.decode().replace("messages: 2", "Messages: 2")

    roots.post(url, {"post": "yes"})

    for model in (Conversation, Message, Run):
        assert not model.objects.exists()
