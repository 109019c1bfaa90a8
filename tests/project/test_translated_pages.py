"""Every page speaks the reader's language: no English is left in it, and no word is outside the catalogue."""

import json
import re
import struct
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from django.views import defaults

from accounts.models import User
from agents.models import Agent, Run
from agents.services.agents import create_agent, update_agent
from chat.models import Conversation, Message
from chat.services.conversations import pin_conversation
from chat.services.messages import post_first_message, post_message
from tests.dom import Element, tree
from tests.project.catalogue import PLACEHOLDER, Entry, german

HTMX = {"HX-Request": "true"}
SPOKEN = (
    "aria-label",
    "title",
    "placeholder",
    "alt",
    "data-copied",
    "data-copy",
    "data-answering",
    "data-working",
)
NOT_WORDS = {"script", "style", "code", "pre"}
#: Its translations are not ours: days, months, languages, names of places.
DJANGOS = {"time", "option"}
#: What its admin says in English in every language.
ALWAYS_ENGLISH = {"Search"}
#: Words that are the same everywhere: our name, a key, the model's name.
EVERYWHERE = {"Parley", "Esc", "offline"}


@dataclass
class House:
    """A browser of somebody who may do everything, and what there is to look at."""

    client: Client
    reader: User
    agent: Agent
    conversation: Conversation
    question: Message

    def get(self, path: str, language: str, **headers: str) -> HttpResponse:
        return self.client.get(path, headers={"Accept-Language": language, **headers})


@pytest.fixture
def house(db) -> House:
    """All that people write is in brackets here, so that what is outside of them is the page's own."""
    reader = User.objects.create_superuser(username="root", display_name="⟦Alice⟧")
    agent = create_agent(
        actor=reader,
        changes={
            "name": "⟦Librarian⟧",
            "description": "⟦Knows⟧",
            "system_prompt": "⟦You know books.⟧",
            "model": "offline",
            "starters": ["⟦What is new?⟧"],
        },
    )
    update_agent(actor=reader, agent_id=agent.pk, changes={"system_prompt": "⟦You know all books.⟧"})
    first = post_first_message(actor=reader, agent_id=agent.pk, content="⟦Why?⟧", client_id="0")
    conversation = first.message.conversation
    pin_conversation(actor=reader, conversation_id=conversation.pk, pinned=True)
    say_all_there_is(reader, first.message, first.answer)
    client = Client(raise_request_exception=False)
    client.force_login(reader)
    return House(client, reader, agent, conversation, first.message)


def say_all_there_is(reader: User, question: Message, answer: Message) -> None:
    """An answer in every state, and a version beside the first."""
    work = {
        "thinking": "⟦Let me see⟧",
        "plan": [{"id": str(n), "text": "⟦Look⟧", "status": state} for n, state in enumerate(PLAN)],
        "tools": [
            {"call_id": "1", "name": "⟦find⟧", "args_summary": "⟦q⟧", "status": state, "ms": 1400}
            for state in ("ok", "error", "running")
        ],
        "completion_tokens": 3,
    }
    states = (
        {"status": "completed", "processing_time_ms": 1400, "metadata": {"work": work, "interrupted": True}},
        {"status": "error", "error": "timeout"},
        {"status": "cancelled"},
        {"status": "completed", "metadata": {"finish": "length"}},
        {"status": "processing"},
        {"status": "pending"},
    )
    answers = [answer]
    for number in range(1, len(states)):
        posted = post_message(
            actor=reader,
            conversation_id=question.conversation_id,
            content="⟦And then?⟧",
            client_id=str(number),
        )
        answers.append(posted.answer)
    for one, state in zip(answers, states, strict=True):
        Message.objects.filter(pk=one.pk).update(content="⟦Because.⟧", **state)
    Run.objects.update(state="completed")


PLAN = ("completed", "in_progress", "pending")


def paths_of(house: House) -> dict[str, str]:
    """Our pages, and fragments of them, by name."""
    conversation, agent = house.conversation.pk, house.agent.pk
    return {
        "home": reverse("chat:home"),
        "conversation": reverse("chat:conversation", args=[conversation]),
        "replay": reverse("chat:replay", args=[conversation, Run.objects.earliest("pk").pk]),
        "rename": reverse("chat:rename", args=[conversation]),
        "edit": reverse("chat:edit", args=[conversation, house.question.pk]),
        "archive": reverse("chat:sidebar") + "?archived=1",
        "found": reverse("chat:search") + "?q=why",
        "nothing found": reverse("chat:search") + "?q=nothing",
        "agents": reverse("agents:list"),
        "no agents": reverse("agents:list") + "?q=nobody",
        "new agent": reverse("agents:create"),
        "models": reverse("agents:models"),
        "agent": reverse("agents:edit", args=[agent]),
        "versions": reverse("agents:versions", args=[agent]),
        "first version": reverse("agents:version", args=[agent, 1]),
        "delete": reverse("agents:delete", args=[agent]),
        "settings": reverse("accounts:settings"),
        "offline": reverse("offline"),
        "not found": "/nowhere/",
    }


FRAGMENTS = ("rename", "edit", "archive", "models")
PAGES = [
    "home",
    "conversation",
    "replay",
    *FRAGMENTS,
    "found",
    "nothing found",
    "agents",
    "no agents",
    "new agent",
    "agent",
]
PAGES += ["versions", "first version", "delete", "settings", "offline", "not found"]
ADMIN = ["agents_agent", "agents_promptversion", "agents_run", "chat_conversation", "chat_message"]
ADMIN += ["chat_membership", "chat_participant", "accounts_user"]


def wording_of(element: Element, without: Set[str] = frozenset()) -> Iterator[str]:
    """Each piece of text, and each attribute that is read to somebody, in the order of the page."""
    if element.name in NOT_WORDS | without or element.attributes.get("aria-hidden") == "true":
        return
    for name in SPOKEN:
        yield element.attributes.get(name) or ""
    for child in element.children:
        if isinstance(child, Element):
            yield from wording_of(child, without)
        else:
            yield re.sub(r"[ \n]+", " ", child).strip()


# German


def left_in_english(html: str) -> list[str]:
    return [text for text in wording_of(tree(html)) if any(pattern.fullmatch(text) for pattern in english())]


@cache
def english() -> list[re.Pattern[str]]:
    return [_pattern(entry) for entry in german() if entry.strings[0] != entry.text]


def _pattern(entry: Entry) -> re.Pattern[str]:
    """What an English text looks like once its placeholders are filled in."""
    parts = [re.escape(part) for part in PLACEHOLDER.split(entry.text)]
    return re.compile(".+".join(parts) if re.search("[A-Za-z]{2}", "".join(parts)) else "(?!)")


@pytest.mark.parametrize("name", PAGES)
def test_a_german_page_has_nothing_english_left(house, name):
    page = house.get(paths_of(house)[name], "de")
    assert page.headers["Content-Language"] == "de"
    assert left_in_english(page.text) == []
    assert name in FRAGMENTS or '<html lang="de"' in page.text


@pytest.mark.parametrize("name", ADMIN)
def test_the_admin_has_nothing_english_left(house, name):
    page = house.get(reverse(f"admin:{name}_changelist"), "de")
    assert page.status_code == 200
    assert set(left_in_english(page.text)) <= ALWAYS_ENGLISH


def test_a_visitor_signs_in_in_german(client, db):
    page = client.get(reverse("accounts:login"), headers={"Accept-Language": "de"})
    assert '<html lang="de"' in page.text
    assert left_in_english(page.text) == []


def refusals() -> dict[str, HttpResponse]:
    request = RequestFactory().get("/")
    return {
        "400": defaults.bad_request(request, ValueError()),
        "403": defaults.permission_denied(request, PermissionDenied()),
        "500": defaults.server_error(request),
    }


@pytest.mark.parametrize("status", ["400", "403", "500"])
def test_a_refusal_is_german(status):
    with translation.override("de"):
        page = refusals()[status]
    assert page.status_code == int(status)
    assert '<html lang="de"' in page.text
    assert left_in_english(page.text) == []


def test_a_form_from_elsewhere_is_refused_in_german(db):
    page = Client(enforce_csrf_checks=True).post(reverse("accounts:login"), headers={"Accept-Language": "de"})
    assert (page.status_code, '<html lang="de"' in page.text) == (403, True)
    assert left_in_english(page.text) == []


def test_a_stranger_to_a_personal_parley_is_refused_in_german(settings, client):
    settings.PERSONAL = True
    page = client.get("/", headers={"Accept-Language": "de"}, REMOTE_ADDR="192.0.2.1")
    assert (page.status_code, '<html lang="de"' in page.text) == (403, True)
    assert left_in_english(page.text) == []


def test_the_app_that_is_installed_describes_itself_in_german(client):
    manifest = json.loads(client.get(reverse("manifest"), headers={"Accept-Language": "de"}).text)
    with translation.override("de"):
        assert manifest["description"] == translation.gettext("Talk with AI agents of your own.")
    assert manifest["lang"] == "de"


# A language in which every text is in brackets: what is outside of them nobody can translate.

BRACKETED = "eo"


def write_bracketed(file: Path) -> None:
    """A .mo file with each text of the catalogue in brackets, laid out as gettext describes it."""
    pairs = [("", "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n")]
    for entry in german():
        before = f"{entry.context}\x04" if entry.context else ""
        texts = [entry.text, entry.plural] if entry.plural else [entry.text]
        pairs.append((before + "\0".join(texts), "\0".join(f"⟦{text}⟧" for text in texts)))
    strings = [text.encode() for pair in sorted(pairs) for text in pair]
    place = 28 + 8 * len(strings)
    rows = []
    for text in strings:
        rows.append(struct.pack("<II", len(text), place))
        place += len(text) + 1
    table = b"".join(rows[::2]) + b"".join(rows[1::2])
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    file.parent.mkdir(parents=True)
    file.write_bytes(head + table + b"".join(text + b"\0" for text in strings))


@pytest.fixture
def bracketed(settings, tmp_path):
    write_bracketed(tmp_path / BRACKETED / "LC_MESSAGES" / "django.mo")
    settings.LANGUAGES = [("en", "English"), (BRACKETED, "Esperanto")]
    settings.LOCALE_PATHS = [tmp_path]


def outside_brackets(text: str) -> str:
    assert text.count("⟦") == text.count("⟧")
    kept, depth = [], 0
    for sign in text:
        depth += (sign == "⟦") - (sign == "⟧")
        if not depth and sign != "⟧":
            kept.append(sign)
    return "".join(kept)


@pytest.mark.parametrize("name", PAGES)
def test_every_word_of_a_page_is_in_the_catalogue(house, bracketed, name):
    page = house.get(paths_of(house)[name], BRACKETED)
    assert "⟦" in page.text
    outside = outside_brackets("\n".join(wording_of(tree(page.text), without=DJANGOS)))
    assert set(re.findall(r"[^\W\d_]{2,}", outside)) - EVERYWHERE == set()
