"""The pages that were made for chats with agents, where people talk with each other."""

from uuid import UUID

import pytest
from django.test import Client

from chat.live import Page
from chat.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["DirectMessage", "Room"])
def shared(request, as_alice, as_bob):
    told = as_alice.opens(request.param, as_bob)
    as_alice.says(told, "Hello Bob")
    as_bob.says(told, "Hello Alice")
    return told


def test_the_page_shows_who_said_what(shared, as_alice, as_bob):
    page = as_alice.browser.get(f"/chat/{shared['id']}/")
    assert page.status_code == 200
    mine, theirs = page.content.decode().split("<article ")[1:3]
    assert "Hello Bob" in mine
    assert '<h3 class="visually-hidden">alice</h3>' in mine
    assert "message--theirs" not in mine
    assert "Hello Alice" in theirs
    assert '<h3 class="message__name">bob</h3>' in theirs
    assert "message--theirs" in theirs
    assert "message__edit" not in mine + theirs


def test_no_model_is_named_where_no_agent_is_the_other(shared, as_alice):
    assert "ffline model" not in as_alice.browser.get(f"/chat/{shared['id']}/").content.decode()


def test_what_is_said_comes_to_each_page_as_it_would_be_loaded(shared, alice, bob, as_alice):
    said = as_alice.says(shared, "And now?")
    for reader, drawn in ((alice, False), (bob, True)):
        frame = Page(reader, UUID(shared["id"])).messages([UUID(said["id"])]).frame
        assert "And now?" in frame
        assert ("message--theirs" in frame) is drawn


def test_earlier_messages_are_drawn_for_their_reader(shared, as_alice, as_bob):
    last = Message.objects.order_by("id").last()
    address = f"/chat/{shared['id']}/messages/?before={last.pk}"
    for reader, drawn in ((as_alice, False), (as_bob, True)):
        page = reader.browser.get(address, headers={"HX-Request": "true"}).content.decode()
        assert "Hello Bob" in page
        assert ("message--theirs" in page) is drawn


def test_something_can_be_said_there(shared, as_bob):
    address = f"/chat/{shared['id']}/messages/"
    sent = as_bob.browser.post(
        address, {"content": "How are you?", "client_id": "x"}, headers={"HX-Request": "true"}
    )
    assert sent.status_code == 202
    assert sent.content.decode().count("How are you?") == 1
    assert as_bob.browser.post(address, {"content": "Well?", "client_id": "y"}).status_code == 302
    assert Message.objects.filter(role="assistant").count() == 0


def test_lists_and_search_call_it_by_a_name(shared, as_alice, as_bob):
    name = {"DirectMessage": "bob", "Room": "Hello Bob"}[shared["conversation_type"]]
    for address in ("/", "/chat/sidebar/", "/search/?q=hello", f"/chat/{shared['id']}/"):
        page = as_alice.browser.get(address)
        assert page.status_code == 200
        assert name in page.content.decode(), address


def test_every_other_page_of_it_answers(shared, as_alice):
    said = Message.objects.order_by("id").first()
    for part in ("files/", f"messages/{said.pk}/text/", f"messages/?before={said.pk}", "rename/"):
        assert as_alice.browser.get(f"/chat/{shared['id']}/{part}").status_code in (200, 404), part
    for part in ("stop/", f"messages/{said.pk}/retry/", f"messages/{said.pk}/continue/", "pin/", "archive/"):
        assert as_alice.browser.post(f"/chat/{shared['id']}/{part}").status_code < 500, part


def test_the_admin_shows_it(shared, django_user_model):
    admin = Client()
    admin.force_login(django_user_model.objects.create_superuser("root"))
    for address in ("chat/conversation/", f"chat/conversation/{shared['id']}/change/", "chat/message/"):
        assert admin.get(f"/admin/{address}").status_code == 200
