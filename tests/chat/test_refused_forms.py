"""Forms that cannot be read: a clear answer, nothing stored, and no alarm in the log."""

import io
import logging

import pytest
from django.conf import settings as project
from django.urls import reverse
from django.utils.module_loading import import_string

from chat.models import Message

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def log(monkeypatch) -> io.StringIO:
    """What the server would write."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(import_string(project.LOGGING["formatters"]["text"]["()"])())
    handler.addFilter(import_string(project.LOGGING["filters"]["refusals"]["()"])())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def test_too_many_fields_are_a_warning_of_one_line(alices, log):
    fields = "&".join(f"f{number}=1" for number in range(1100))
    response = alices.post(reverse("chat:start"), fields, content_type=FORM)
    assert response.status_code == 400
    assert b"makes no sense" in response.content
    assert "Traceback" not in log.getvalue()
    assert "ERROR" not in log.getvalue()
    assert "TooManyFieldsSent" in log.getvalue()


@pytest.mark.parametrize(
    "sent", [b"half %ED%A0%BD pair", b"half \xed\xa0\xbd pair", b"latin %E9", b"nul %00 byte"]
)
def test_what_is_no_text_is_refused_with_words(alices, conversation, sent):
    response = alices.post(
        reverse("chat:messages", args=[conversation.pk]),
        b"client_id=a&content=" + sent,
        content_type=FORM,
        headers={"HX-Request": "true"},
    )
    assert response.status_code == 422
    assert "contains characters that cannot be stored" in response.content.decode()
    assert not Message.objects.exists()


def test_without_a_page_around_it_too(alices, conversation):
    response = alices.post(
        reverse("chat:messages", args=[conversation.pk]),
        b"client_id=a&content=half %ED%A0%BD pair",
        content_type=FORM,
    )
    assert response.status_code == 400
    assert not Message.objects.exists()


def test_a_sign_that_looks_like_a_replacement_is_taken(alices, conversation):
    response = alices.post(
        reverse("chat:messages", args=[conversation.pk]), {"client_id": "a", "content": "see \ufffd?"}
    )
    assert response.status_code == 302
    assert Message.objects.filter(content="see \ufffd?").exists()
