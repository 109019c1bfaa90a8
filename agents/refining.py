"""Having a model improve an agent's instructions: asked once, within the person's budgets, kept nowhere."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.errors import TooMany
from agents.budgets import refusal, seconds_until_next
from agents.changes import MAX_PROMPT, text_of
from agents.database import in_database
from agents.engine.account import Account
from agents.engine.errors import ErrorKind
from agents.engine.events import Content, Usage
from agents.engine.model_call import ModelCall
from agents.errors import Invalid, ModelFailed
from agents.eventlog import spend
from agents.prices import price_of
from agents.providers.registry import OFFLINE, provider_for
from agents.refinements import PromptPieces, Refinement, Wish, by_rules, read, request_for
from agents.runner import limits
from agents.usage_totals import spent

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

#: Of one person in this process, and seconds after which to try again.
MOST_AT_ONCE, TRY_AGAIN = 3, 5
#: Characters of one answer, reasoning included.
MOST_CHARS = 2 * MAX_PROMPT
MAX_WISH = 10_000

_under_way: Counter[UUID] = Counter()


def check_wish(wish: Wish) -> Wish:
    """Trimmed, with line ends as ``\\n``. Raises Invalid."""
    longest = {"goal": MAX_WISH, "system_prompt": MAX_PROMPT, "feedback": MAX_WISH}
    texts: dict[str, str] = {}
    wrong: dict[str, list[str]] = {}
    for name, value in asdict(wish).items():
        texts[name] = text_of(value)
        if len(texts[name]) > longest[name]:
            wrong[name] = [_("At most %(limit)d characters.") % {"limit": longest[name]}]
    if not any(texts.values()):
        wrong["goal"] = [_("Say what the agent is for, or send its instructions.")]
    if wrong:
        raise Invalid(wrong)
    return Wish(**texts)


def check_place(person_id: UUID) -> None:
    """Raises TooMany where the person has as many under way as they may."""
    if _under_way[person_id] >= MOST_AT_ONCE:
        raise TooMany(TRY_AGAIN)


async def refined(wish: Wish, person: "User") -> AsyncGenerator[str | Refinement, None]:
    """Pieces of the new prompt as they are written, empty ones where nothing comes, then the refinement.

    A model that writes something else gives what the rules say. Raises ModelFailed.
    """
    with _place(person.pk):
        text: list[str] = []
        pieces = PromptPieces()
        async with aclosing(_asked(wish, person)) as contents:
            async for content in contents:
                text.append(content)
                yield pieces.feed(content)
        found = read("".join(text))
        yield found if found and len(found.system_prompt) <= MAX_PROMPT else _without_a_model(wish)


def _without_a_model(wish: Wish) -> Refinement:
    plain = by_rules(wish)
    reason = _("The model's answer could not be read, so this was made by simple rules.")
    if len(plain.system_prompt) > MAX_PROMPT:
        return Refinement(wish.system_prompt, reason, [])
    return replace(plain, rationale=reason)


async def _asked(wish: Wish, person: "User") -> AsyncGenerator[str, None]:
    """The text of the model's answer; empty pieces while it is silent."""
    provider, model = provider_for("")
    bounds = replace(limits(), max_chars=MOST_CHARS)

    async def may_ask(used: Usage | None) -> ErrorKind | None:
        return await in_database(refusal, owner_id=person.pk, agent_id=None, used=used)

    account = Account(price_of(model, free=provider.name == OFFLINE), may_ask)
    if kind := await account.refusal(bounds):
        raise _failed(kind)
    call = ModelCall(provider, replace(request_for(wish), model=model), bounds)
    account.begin(call)
    try:
        gives_up_at = asyncio.get_running_loop().time() + bounds.total_s
        async with aclosing(call.events(gives_up_at)) as events:
            async for event in events:
                yield event.md if isinstance(event, Content) else ""
    finally:
        if used := account.close():
            await spend(spent(person, None, None, used))
    if call.error is not None:
        logger.warning("a refinement failed: %s", call.error.detail)
        raise _failed(call.error.kind)


def _failed(kind: ErrorKind) -> ModelFailed:
    return ModelFailed(kind, seconds_until_next(kind))


@contextmanager
def _place(person_id: UUID) -> Iterator[None]:
    _under_way[person_id] += 1
    try:
        yield
    finally:
        _under_way[person_id] -= 1
        if not _under_way[person_id]:
            del _under_way[person_id]
