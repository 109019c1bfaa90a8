"""Models that lose their way with tools: the same call forever, or more calls at once than anyone needs."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping

from agents.engine.limits import Limits
from agents.engine.messages import ToolCall

DROPPED = "Only the first {made} of your {asked} calls were made; ask for at most {made} at once."
LAST = "No more tools can be called in this answer. Answer now with what you have."


class CallBounds:
    """What one run may still call. `dropped` is how many calls of the latest answer were left out."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._made: Counter[tuple[str, str]] = Counter()
        self.dropped = 0

    def of_one_answer(self, calls: list[ToolCall]) -> list[ToolCall]:
        """The calls that count; the rest gets no row in the page and no place in the transcript."""
        self.dropped = max(0, len(calls) - self._limits.max_calls)
        return calls[: self._limits.max_calls]

    def repeated(self, calls: list[ToolCall]) -> frozenset[str]:
        """The ids of calls that were made often enough with the same arguments. Counts the others."""
        refused = set()
        for call in calls:
            key = call.name, _canonical(call.arguments)
            if self._made[key] >= self._limits.max_repeats:
                refused.add(call.id)
            self._made[key] += 1
        return frozenset(refused)

    def recall(self, calls: Iterable[ToolCall]) -> None:
        """Counts calls in that were made before an interruption."""
        self._made.update((call.name, _canonical(call.arguments)) for call in calls)

    def note(self, *, is_last_round: bool) -> str:
        """What the model must know after the last result, where every server takes it; perhaps nothing."""
        notes = []
        if self.dropped:
            made = self._limits.max_calls
            notes.append(DROPPED.format(made=made, asked=made + self.dropped))
        if is_last_round:
            notes.append(LAST)
        return "\n\n".join(notes)


def _canonical(arguments: str) -> str:
    """The same text for the same arguments, however the model spaced and ordered them."""
    try:
        values: Mapping[str, object] = json.loads(arguments or "{}")
        return json.dumps(values, sort_keys=True)
    except (ValueError, RecursionError):
        return arguments
