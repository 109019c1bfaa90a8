"""What part ``Range`` means, by RFC 9110, section 14."""

import pytest

from voice.ranges import OutOfRange, part_of


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("bytes=0-0", "bytes 0-0/100"),
        ("bytes=10-19", "bytes 10-19/100"),
        ("bytes=10-", "bytes 10-99/100"),
        ("bytes=-10", "bytes 90-99/100"),
        ("bytes=-1000", "bytes 0-99/100"),
        ("bytes=99-999999999999", "bytes 99-99/100"),
        ("  BYTES= 5-6 ", "bytes 5-6/100"),
    ],
)
def test_a_part(asked, said):
    part = part_of(asked, 100)
    assert str(part) == said
    assert len(part) == part.last - part.first + 1


NOT_UNDERSTOOD = (
    *(
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=9-1",
        "bytes=a-b",
        "bytes=0-1,5-6",
        "bytes=--5",
        "bytes=0x1-2",
    ),
    *("items=0-1", "bytes=٣-٤", "bytes=1.5-2", "bytes=" + "9" * 5000 + "-"),
)


@pytest.mark.parametrize("asked", NOT_UNDERSTOOD)
def test_what_cannot_be_understood_is_the_whole(asked):
    assert part_of(asked, 100) is None


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=100-200", "bytes=99999999999999999999-", "bytes=-0"])
def test_a_part_that_is_not_there(asked):
    with pytest.raises(OutOfRange):
        part_of(asked, 100)
