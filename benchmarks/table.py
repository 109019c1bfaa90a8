"""The table: one row a figure, with the bar it is held to."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """``holds`` says whether the figure keeps to the bar; None where there is none."""

    what: str
    bar: str
    figure: str
    holds: bool | None = None

    def __str__(self) -> str:
        mark = {True: "yes", False: "**no**", None: ""}[self.holds]
        return f"| {self.what} | {self.bar} | {self.figure} | {mark} |"


HEAD = "| | to reach | measured | reached |\n|---|---|---|---|"


def percentile(values: Iterable[float], part: float) -> float:
    """The smallest value that ``part`` of all values are not above; infinite where there is none."""
    ordered = sorted(values)
    if not ordered:
        return float("inf")
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else float("inf")
