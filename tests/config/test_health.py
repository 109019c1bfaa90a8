"""``/api/health`` tells a watcher how the house is, and nobody more."""

import socket
import time
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections
from django.utils import timezone
from uuid_utils.compat import uuid7

from agents.models import Run
from agents.services.runs import queue_run
from chat import dispatch
from config import __version__


def test_all_is_well(client, db, settings):
    settings.REDIS_URL = ""
    response = client.get("/api/health")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "version": __version__,
        "database": "ok",
        "channel_layer": "ok",
        "queue": "ok",
        "openai": "offline",
    }


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "OPENAI_BASE_URL"])
def test_a_configured_model_is_said_and_not_shown(client, db, settings, name):
    setattr(settings, name, "http://secret.example/v1")
    response = client.get("/api/health")
    assert response.json()["openai"] == "configured"
    assert b"secret" not in response.content


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ([], "configured"),
        (["service_unavailable"], "error"),
        (["default", "timeout", "default"], "error"),
        (["", "default", "default"], "configured"),  # oldest first
        (["default", ""], "configured"),
        (["too_long", "too_many_steps"], "configured"),
    ],
)
def test_a_model_that_answers_nobody_is_said(client, alice, agent, settings, ends, said):
    settings.OPENAI_BASE_URL = "http://localhost:1/v1"
    for error in ends:
        run = queue_run(agent=agent, owner=alice, chat_id=uuid7(), message_id=uuid7(), answer_id=uuid7())
        Run.objects.filter(pk=run.pk).update(
            state="error" if error else "completed", error=error, provider="openai", ended_at=timezone.now()
        )
    assert client.get("/api/health").json()["openai"] == said


def test_what_happened_long_ago_says_nothing_of_the_model_now(client, alice, agent, settings):
    settings.OPENAI_BASE_URL = "http://localhost:1/v1"
    long_ago = UUID(int=int((timezone.now() - timedelta(hours=2)).timestamp() * 1000) << 80)
    run = Run(pk=long_ago, agent=agent, chat_id=uuid7(), message_id=uuid7(), answer_id=uuid7())
    run.state, run.error, run.provider = "error", "default", "openai"
    run.save(force_insert=True)
    assert client.get("/api/health").json()["openai"] == "configured"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("silent", [True, False])
def test_a_database_that_does_not_answer_is_a_503_in_time(client, caplog, database_at, silent):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if not silent:
            server.close()
        began = time.monotonic()
        with database_at(port):
            response = client.get("/api/health")
        assert time.monotonic() - began < 10
    assert response.status_code == 503
    assert response.json()["database"] == response.json()["queue"] == "error"
    assert str(port) not in response.content.decode()
    assert "the database does not answer" in caplog.text


@pytest.fixture
def database_at(monkeypatch):
    """New connections go to a PostgreSQL at this port; what is open stays."""

    @contextmanager
    def there(port: int):
        place = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "x",
            "HOST": "127.0.0.1",
            "PORT": str(port),
        }
        changed = {**connections.settings["default"], **place, "OPTIONS": {}}
        with monkeypatch.context() as patched:
            patched.setitem(connections.settings, "default", changed)
            yield

    return there


@pytest.mark.parametrize(("workers", "waited", "said"), [(0, 60, "error"), (0, 5, "ok"), (1, 60, "ok")])
def test_a_queue_that_nobody_serves_is_a_503(client, alice, agent, monkeypatch, workers, waited, said):
    run = queue_run(agent=agent, owner=alice, chat_id=uuid7(), message_id=uuid7(), answer_id=uuid7())
    Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(seconds=waited))
    monkeypatch.setattr(dispatch, "live_workers", lambda: workers)
    response = client.get("/api/health")
    assert response.json()["queue"] == said
    assert response.status_code == (200 if said == "ok" else 503)


def test_a_channel_layer_that_does_not_answer_is_a_503(client, db, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [settings.REDIS_URL]},
        }
    }
    response = client.get("/api/health")
    assert response.status_code == 503
    assert response.json()["channel_layer"] == "error"


def test_it_answers_strangers_in_personal_mode_too(client, db, settings):
    settings.PERSONAL = True
    assert client.get("/api/health", REMOTE_ADDR="192.168.1.5").status_code == 200


@pytest.mark.parametrize("verb", ["post", "put", "delete"])
def test_other_verbs_are_refused(client, db, verb):
    assert getattr(client, verb)("/api/health").status_code == 405
