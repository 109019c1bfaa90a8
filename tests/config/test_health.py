"""``/api/health`` tells a watcher how the house is, and nobody more."""

import pytest
from django.db import connection

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


@pytest.mark.django_db(transaction=True)
def test_a_database_that_does_not_answer_is_a_503(client, caplog):
    connection.close()
    connect, connection.connect = connection.connect, _refuse
    try:
        response = client.get("/api/health")
    finally:
        connection.connect = connect
    assert response.status_code == 503
    assert response.json()["database"] == response.json()["queue"] == "error"
    assert "went away" not in response.content.decode()
    assert "went away" in caplog.text


def _refuse() -> None:
    from django.db import OperationalError

    raise OperationalError("the disk went away")


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
