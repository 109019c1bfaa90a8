"""What one run has used, what that costs, and whether it may ask the model again."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

from agents.engine.arguments import line
from agents.engine.deltas import UsageDelta
from agents.engine.errors import ErrorKind
from agents.engine.events import Usage
from agents.engine.limits import Limits
from agents.engine.model_call import ModelCall
from agents.engine.text import storable

#: Model, prompt tokens and completion tokens to money; None where nobody knows the price.
PriceOf = Callable[[str, int, int], Decimal | None]
#: What the run has used so far to the key of why it may not ask again; None: it may.
MayAsk = Callable[[Usage | None], Awaitable[ErrorKind | None]]

#: Characters of ordinary text that one token stands for, near enough where nobody counted.
CHARS_PER_TOKEN = 4
#: What a run's row holds, whatever an upstream says: tokens of each kind, and characters of a model's name.
MOST_TOKENS, MODEL_CHARS = 2**31 - 1, 200


def unknown_price(model: str, prompt_tokens: int, completion_tokens: int) -> Decimal | None:
    return None


async def always(used: Usage | None) -> ErrorKind | None:
    return None


class Account:
    """Counts the model calls of one run; the whole run costs None as soon as one call's price is unknown.

    `before` is what earlier holders of the run have used. `may_ask` is asked before each call, by `refusal`.
    Where the upstream counts nothing, or the call is cut, tokens are estimated and the totals say so.
    """

    def __init__(
        self, price_of: PriceOf = unknown_price, may_ask: MayAsk = always, before: Usage | None = None
    ) -> None:
        self._price_of = price_of
        self._may_ask = may_ask
        self._under_way: ModelCall | None = None
        self.usage = before

    async def refusal(self, limits: Limits) -> ErrorKind | None:
        """Why the model may not be asked again, as the key of a fallback; None when it may."""
        if self.usage and _is_over(self.usage, limits):
            return "run_limit"
        return await self._may_ask(self.usage)

    def begin(self, call: ModelCall) -> None:
        self._under_way = call

    def close(self) -> Usage | None:
        """Counts in the call under way; the run's totals, or None where there is nothing new to tell.

        A call that brought neither figures nor a character most likely failed, and counts nothing.
        """
        call, self._under_way = self._under_way, None
        if call is None or (call.usage is None and not call.written):
            return None
        new = call.usage or _estimated(call)
        model = line(storable(new.model or call.request.model), MODEL_CHARS)
        so_far = self.usage or Usage(0, 0, model, Decimal(0))
        read = min(new.prompt_tokens, MOST_TOKENS - so_far.prompt_tokens)
        wrote = min(new.completion_tokens, MOST_TOKENS - so_far.completion_tokens)
        cost = self._price_of(model, read, wrote)
        self.usage = Usage(
            so_far.prompt_tokens + read,
            so_far.completion_tokens + wrote,
            model,
            None if cost is None or so_far.cost is None else so_far.cost + cost,
            estimated=so_far.estimated or call.usage is None,
        )
        return self.usage


def _is_over(usage: Usage, limits: Limits) -> bool:
    tokens = usage.prompt_tokens + usage.completion_tokens
    return (limits.max_tokens is not None and tokens >= limits.max_tokens) or (
        limits.max_cost is not None and usage.cost is not None and usage.cost >= limits.max_cost
    )


def _estimated(call: ModelCall) -> UsageDelta:
    request = call.request
    read = sum(len(message.content) for message in request.messages)
    read += sum(len(asked.arguments) for message in request.messages for asked in message.tool_calls)
    return UsageDelta(_tokens(read + len(request.continue_from)), _tokens(call.written), request.model)


def _tokens(chars: int) -> int:
    return -(-chars // CHARS_PER_TOKEN)
