"""Each route, verb and person of the table: the status it says, and nothing changed where it refuses."""

import json
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as project
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from uuid_utils.compat import uuid7

from accounts.services.api_keys import make_key
from accounts.services.tokens import begin_family
from agents.services.agents import update_agent
from agents.services.documents import add_documents
from agents.services.workspaces import store_file
from chat.models import Message
from chat.services.conversations import start_conversation
from chat.services.messages import post_message
from tests.access.doors import DOORS, VERBS, WHO, Door
from tests.access.routes import routes
from voice.audio import Probed
from voice.place import Place
from voice.services.recordings import Upload, keep_recording
from voice.services.speech import keep
from webhooks.services.webhooks import create_webhook

pytestmark = pytest.mark.django_db

OURS = ("accounts", "agents", "chat", "voice", "webhooks")
#: What a visit may leave behind without anything being changed.
LEFT_BEHIND = {"last_login", "last_read_at"}
REFUSED = (401, 403, 404, 405)


NAMES = sorted({name for name, _entry in routes() if name in DOORS})
ADMIN = {name for name, _entry in routes() if name.startswith("admin:")}
#: Where the admin sends who may not come in: to a sign-in, or after a sign-out to its door.
ELSEWHERE = ("/admin/login/", "/admin/", "/accounts/login/")


@pytest.fixture
def world(alice, agent) -> dict[str, Any]:
    """What of Alice's the addresses name: a cut answer to a question, and an agent with two prompts."""
    update_agent(actor=alice, agent_id=agent.pk, changes={"system_prompt": "You know whales."})
    conversation = start_conversation(actor=alice, agent=agent)
    posted = post_message(actor=alice, conversation_id=conversation.pk, content="Why?", client_id="one")
    Message.objects.filter(pk=posted.answer.pk).update(status="cancelled", content="Because")
    run_id = posted.answer.run_id
    written = store_file(run_id=run_id, chat_id=conversation.pk, path="whales.md", content="Whales")
    apps.get_model("agents", "Run").objects.update(state="cancelled")
    return {
        "user_id": alice.pk,
        "agent_id": agent.pk,
        "number": 1,
        "conversation_id": conversation.pk,
        "chat_id": conversation.pk,
        "session_id": conversation.pk,
        "question_id": posted.message.pk,
        "message_id": posted.answer.pk,
        "file_id": written.entry.id,
        "document_id": given(alice, agent),
        "run_id": run_id,
        "key": "no-key",
        "token": "no-token",
        "invitation_id": uuid7(),
        "pk": 1,
        "provider_id": "none",
        "uidb36": "0",
        "key_id": make_key(user=alice, name="Notes", scopes=["read"])[0].pk,
        "family_id": family_of(alice),
        "webhook_id": create_webhook(actor=alice, url="https://a.example", events=["run.failed"])[0].pk,
        "audio_path": keep(
            message_id=posted.answer.pk, mp3=ContentFile(b"ID3"), seconds=1, peaks="00" * 64, voice="alloy"
        ).path,
        "recording_id": recorded(alice, Place(conversation_id=conversation.pk)),
        "server_id": uuid7(),  # nobody's; what is asked of one is in tests of its own
    }


def given(user, agent) -> Any:
    file = ContentFile(b"Whales sing.", name="whales.txt")
    return add_documents(actor=user, agent_id=agent.pk, files=[file])[0].pk


def recorded(user, place: Place) -> Any:
    upload = Upload(actor=user, place=place, client_id="spoken", data=b"RIFF")
    return keep_recording(upload, Probed(kind="wav", seconds=1, peaks="00" * 64, pcm=b""), "Why not?").pk


def family_of(user) -> Any:
    begin_family(user=user)
    return user.token_families.get().pk


@pytest.fixture
def client_of(alice, bob):
    staff = get_user_model().objects.create_user("staff", is_staff=True)
    people = dict(zip(WHO, (None, alice, bob, staff), strict=True))

    def browser(who: str) -> Client:
        client = Client()
        if people[who] is not None:
            client.force_login(people[who])
        return client

    return browser


def stored() -> dict[str, list[Any]]:
    """All rows of ours, without what a mere visit changes."""
    rows = {}
    for model in (model for app in OURS for model in apps.get_app_config(app).get_models()):
        columns = [one.attname for one in model._meta.concrete_fields if one.attname not in LEFT_BEHIND]
        rows[model._meta.label] = sorted(model.objects.values_list(*columns), key=repr)
    return rows


@pytest.fixture(autouse=True)
def _no_limits(settings):
    """One test knocks twenty times; that this ends at some time is in tests of its own."""
    settings.ACCOUNT_RATE_LIMITS = settings.MFA_RATE_LIMITS = False


@pytest.mark.parametrize("name", NAMES)
def test_it_answers_as_the_table_says(name, world, client_of):
    door = DOORS[name]
    address = reverse(name, kwargs=_parts_of(name, world)) + door.query.format(**world)
    body = door.body | {part: world[thing] for part, thing in door.names.items()}
    before = stored()
    answers = {
        verb: tuple(_knock(client_of(who), door, verb, address, body, before) for who in WHO)
        for verb in VERBS
    }
    assert answers == {verb: door.answers.get(verb, door.otherwise) for verb in VERBS}


def _parts_of(name: str, world: dict[str, Any]) -> dict[str, Any]:
    names = DOORS[name].names
    return {part: world[names.get(part, part)] for part in _groups(dict(routes())[name].pattern)}


def _knock(client: Client, door: Door, verb: str, address: str, body: dict[str, Any], before: Any) -> int:
    """The status; what it changed is undone."""
    with transaction.atomic():
        response = _ask(client, door, verb, address, body)
        sent_away = response.headers.get("Location", "").startswith(reverse(project.LOGIN_URL))
        if response.status_code in REFUSED or sent_away:
            assert stored() == before, verb
        transaction.set_rollback(True)
    return response.status_code


def _ask(client: Client, door: Door, verb: str, address: str, body: dict[str, Any]) -> HttpResponseBase:
    if verb != "GET" and door.json:
        sent = json.dumps(body, default=str)
        return client.generic(verb, address, sent, content_type="application/json")
    return client.post(address, body) if verb == "POST" else client.generic(verb, address)


@pytest.mark.parametrize("name", sorted(ADMIN - {"admin:login", "admin:jsi18n"}))
def test_the_admin_lets_nobody_in_but_staff(name, world, client_of):
    values = {"app_label": "agents", "content_type_id": 1, "url": "x", "id": world["agent_id"]}
    pattern = dict(routes())[name].pattern
    parts = {part: values.get(part, world["agent_id"]) for part in _groups(pattern)}
    before = stored()
    for who in ("anonymous", "owner", "stranger"):
        for verb in ("GET", "POST"):
            response = client_of(who).generic(verb, reverse(name, kwargs=parts))
            place = response.headers.get("Location", "").partition("?")[0]
            assert (response.status_code, place in ELSEWHERE) == (302, True), (who, verb, place)
    assert stored() == before


def _groups(pattern: Any) -> list[str]:
    return list(pattern.converters) or list(pattern.regex.groupindex)
