"""Few streams are looked at often, many less often, and none less than five times a second."""

from agents.engine.pace import interval


def test_a_stream_is_looked_at_often_among_few_and_less_often_under_load():
    assert [interval(streams) for streams in (0, 1, 40, 100, 200, 1000)] == [0.04, 0.04, 0.04, 0.1, 0.2, 0.2]
