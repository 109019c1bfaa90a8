"""How the templates say lengths of time and days, and what they draw."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format

from chat.message_view import views_of
from chat.services.messages import post_message
from chat.templatetags.parley import day_name, icon, length_in_seconds, mark_for, seconds_of_ms


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.04, "0"), (0.312, "0.3"), (2.0, "2"), (9.96, "10"), (12.6, "13"), (125, "125")]
)
def test_seconds_have_tenths_only_below_ten(seconds, said):
    assert length_in_seconds(seconds) == said


def test_tenths_are_written_as_the_language_does():
    with translation.override("de"):
        assert seconds_of_ms(1400) == "1,4"


def test_the_last_two_days_have_names_and_the_others_a_weekday():
    today = timezone.localdate()
    assert day_name(today) == "Today"
    assert day_name(today - timedelta(days=1)) == "Yesterday"
    assert day_name(today.replace(year=2024, month=2, day=29)) == "Thursday, 29 Feb 2024"


def test_a_mark_is_the_first_letter_of_whatever_it_is_given():
    html = mark_for("<librarian>", UUID(int=4), "large")
    assert html == '<span class="mark mark--4 mark--large" aria-hidden="true">&lt;</span>'


def test_an_icon_is_hidden_from_screen_readers():
    assert 'aria-hidden="true"' in icon("copy")
    assert "sprite" in icon("copy")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["3 Feb 2026, 14:05", "14:05", "3 Feb 2026"]),
        ("de", ["3. Februar 2026 14:05", "14:05", "3. Februar 2026"]),
    ],
)
def test_days_and_months_cannot_be_mistaken_for_each_other(language, said):
    moment = datetime(2026, 2, 3, 14, 5, tzinfo=UTC)
    with translation.override(language), timezone.override("UTC"):
        written = [
            date_format(timezone.localtime(moment), f"{name}_FORMAT") for name in ("DATETIME", "TIME", "DATE")
        ]
    assert written == said


@pytest.mark.django_db
@pytest.mark.parametrize(("took", "said"), [(0, False), (49, False), (50, True), (2000, True)])
def test_a_time_that_nobody_notices_is_not_said(alice, conversation, took, said):
    answer = post_message(actor=alice, conversation_id=conversation.pk, content="Hi", client_id="1").answer
    answer.status, answer.error, answer.processing_time_ms = "error", "default", took
    (view,) = views_of([answer])
    tools = render_to_string("chat/_message_tools.html", {"message": view})
    assert (" s</span>" in tools) is said
