"""Alice and Bob talk with each other, and Charlie may not listen."""

import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client


@pytest.fixture
def charlie(db):
    return get_user_model().objects.create_user(username="charlie")


class Caller:
    """``alice.post("/conversations", …)`` gives the answer of the API."""

    def __init__(self, user: Any) -> None:
        self.id = str(user.pk)
        self.browser = Client()
        self.browser.force_login(user)

    def post(self, path: str, *, headers: dict[str, str] | None = None, **body: Any) -> HttpResponse:
        url, data = f"/api{path}", json.dumps(body)
        return self.browser.post(url, data, content_type="application/json", headers=headers)

    def get(self, path: str) -> HttpResponse:
        return self.browser.get(f"/api{path}")

    def delete(self, path: str) -> HttpResponse:
        return self.browser.delete(f"/api{path}")

    def opens(self, type: str, *others: Any, **fields: Any) -> dict[str, Any]:
        participants = [str(getattr(one, "pk", None) or one.id) for one in others]
        answer = self.post("/conversations", conversation_type=type, participants=participants, **fields)
        assert answer.status_code in (200, 201), answer.content
        return answer.json()

    def says(self, conversation: dict[str, Any], content: str, **fields: Any) -> dict[str, Any]:
        answer = self.post(f"/conversations/{conversation['id']}/messages", content=content, **fields)
        assert answer.status_code == 201, answer.content
        return answer.json()


@pytest.fixture
def as_alice(alice) -> Caller:
    return Caller(alice)


@pytest.fixture
def as_bob(bob) -> Caller:
    return Caller(bob)


@pytest.fixture
def as_charlie(charlie) -> Caller:
    return Caller(charlie)
