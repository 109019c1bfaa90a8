"""How a model call fails: one exception for all providers, by the fallback a person will read."""

from typing import Literal

ErrorKind = Literal[
    "default",
    "rate_limit",
    "timeout",
    "service_unavailable",
    "too_many_steps",
    "too_long",
    "run_limit",
    "day_budget",
    "month_budget",
]

# Every key a fallback text exists for; the texts themselves are translatable and live outside the engine.
FALLBACKS: tuple[str, ...] = (
    "default",
    "rate_limit",
    "timeout",
    "stt_failed",
    "tts_failed",
    "service_unavailable",
    "too_many_steps",
    "too_long",
    "run_limit",
    "day_budget",
    "month_budget",
)


class ProviderError(Exception):
    """A model call that failed, already judged by the provider that knows its wire.

    `detail` is for logs only and never reaches a client. `retryable` says that the same call may well work
    soon; `retry_after` is the wait in seconds that the upstream asked for, if it did.
    """

    def __init__(
        self,
        kind: ErrorKind = "default",
        detail: str = "",
        *,
        retryable: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail
        self.retryable = retryable
        self.retry_after = retry_after
