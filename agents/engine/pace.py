"""How often a stream of text is looked at: often while few stream, less often under load.

Every look costs the same whatever it finds, so two hundred streams looked at every 200 ms cost what forty
cost every 40 ms. Times in seconds.
"""

#: Between two looks: at most so often, and at least so often.
SHORTEST, LONGEST = 0.04, 0.2
#: What one more stream adds: 40 are still at the shortest, 200 at the longest.
BY_STREAM = 0.001


def interval(streams: int) -> float:
    """Seconds between two looks at one of so many streams."""
    return min(LONGEST, max(SHORTEST, streams * BY_STREAM))
