"""How the templates say lengths of time and days, and what they draw."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone, translation

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
    assert day_name(today.replace(year=2024, month=2, day=29)) == "Thursday, Feb. 29, 2024"


def test_a_mark_is_the_first_letter_of_whatever_it_is_given():
    html = mark_for("<librarian>", UUID(int=4), "large")
    assert html == '<span class="mark mark--4 mark--large" aria-hidden="true">&lt;</span>'


def test_an_icon_is_hidden_from_screen_readers():
    assert 'aria-hidden="true"' in icon("copy")
    assert "sprite" in icon("copy")
