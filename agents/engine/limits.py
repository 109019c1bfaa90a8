"""How long, how often and how much one run may."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Limits:
    """All times in seconds.

    first_token_s: from the request to the first token of each model call, our retries included.
    silence_s: between two chunks of one model call.
    total_s: the whole run, tools included.
    max_turns: model calls of one run; before the last the model is told that it is the last.
    max_calls: tool calls of one answer that are made; the rest is dropped, and the model told.
    max_repeats: how often one call with the same arguments is made in one run.
    max_chars: characters of one model call, reasoning included; past that the upstream has run away.
    max_tokens, max_cost: after which the model is not asked again, prompts included; None is no bound.
    status_s: how often a silent model or tool is reported.
    settle_s: how long the usage may lag behind a finish reason before the connection is given up.
    """

    first_token_s: float = 60.0
    silence_s: float = 30.0
    total_s: float = 900.0
    max_turns: int = 12
    max_calls: int = 16
    max_repeats: int = 3
    max_chars: int = 10_000_000
    max_tokens: int | None = None
    max_cost: Decimal | None = None
    status_s: float = 5.0
    settle_s: float = 3.0
