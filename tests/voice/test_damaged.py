"""Whatever becomes of a recording's bytes on their way, it is taken or refused, and nothing breaks."""

import random

import pytest

from tests.voice.sounds import PACKINGS, packed
from voice.audio import Unusable, heard

TIMES = 40


@pytest.mark.parametrize("kind", PACKINGS)
def test_damaged_bytes_are_taken_or_refused(kind):
    chance = random.Random(kind)
    refused = 0
    for _ in range(TIMES):
        data = bytearray(packed(kind))
        for _ in range(chance.choice([1, 10, 100])):
            at = chance.randrange(chance.choice([64, len(data)]))
            data[at] = chance.randrange(256)
        try:
            assert heard(bytes(data), max_seconds=120).seconds <= 120.5
        except Unusable:
            refused += 1
    assert 0 < refused < TIMES
