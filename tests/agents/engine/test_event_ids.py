"""Event ids say when, which and whose, and only well-formed ones are read back."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from agents.engine.events import EventId, event_id, parse_event_id

RUN = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


def test_id_is_milliseconds_sequence_and_the_end_of_the_run_id():
    ts = datetime(2026, 11, 21, 10, 20, 30, 987_654, tzinfo=UTC)
    assert event_id(RUN, 7, ts) == "1795256430987_0007_099a8057"


def test_sequence_grows_past_four_digits():
    assert event_id(RUN, 12_345, datetime(1970, 1, 1, tzinfo=UTC)) == "0_12345_099a8057"


def test_id_can_be_read_back():
    assert parse_event_id("1795256430987_0007_099a8057") == EventId(1795256430987, 7, "099a8057")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "1_2_3",
        "1_0001_099a805",
        "1_0001_099A8057",
        "1_0001_099a8057\n",
        "-1_0001_099a8057",
        "\u0661_0001_099a8057",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="not an event id"):
        parse_event_id(text)
