"""The tools of one run: those its agent has, called so that nothing they do can hurt the run."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_noop

from agents import traces
from agents.engine.events import ARGS_SUMMARY_CHARS
from agents.engine.gate import Verdict
from agents.engine.messages import ToolCall, ToolSpec
from agents.engine.statuses import Translate
from agents.engine.text import WholeCharacters
from agents.engine.tools import ToolResult
from agents.tools.base import CallContext, CallWaits, Told, ToolLike, ToolProblem
from agents.tools.policies import policy_of

logger = logging.getLogger(__name__)

#: Characters of one result that a model reads.
MAX_RESULT = 20_000
#: Characters of one result's line for people before the loop cuts it.
SUMMARY_OF = 300
MASK = "•••"
NO_OVERRIDES: Mapping[str, str] = MappingProxyType({})

FAILED = gettext_noop("It failed.")
TOOK_TOO_LONG = gettext_noop("It took too long.")

_NAMES = r"(?:api[-_]?key|key|token|secret|password|passwd|pwd|authorization|auth|signature|sig|credentials?)"
_SECRET_ARGUMENT = re.compile(rf"(?:.*[-_])?{_NAMES}", re.IGNORECASE)
_SECRETS = (
    # A value beside its name, in a query or in words.
    re.compile(rf"(\b[\w-]*?{_NAMES}[\"']?\s*[=:]\s*[\"']?)[^\s&\"',;]+", re.IGNORECASE),
    # A user's name and password in an address.
    re.compile(r"(://)[^/\s@]+(?=@)"),
    re.compile(r"(\b(?:Bearer|Basic)\s+)\S+", re.IGNORECASE),
    # A key by its look.
    re.compile(r"(\b(?:sk|pk|ghp|gho|xox[abp])[-_])[\w-]{8,}"),
)


class EnabledTools:
    """The ToolBox of the given tools, and the Gate to them, called on behalf of `context`.

    `policies` are the agent's overrides; a tool that it never uses is not in the box. Where the call belongs
    to no stored run nobody can be asked.
    Making one imports what schemas need, so make it in a thread. `translate` is for the lines people read.
    """

    def __init__(
        self,
        tools: Iterable[ToolLike],
        translate: Translate = str,
        context: CallContext = CallContext(),  # noqa: B008 (a frozen value)
        *,
        policies: Mapping[str, str] = NO_OVERRIDES,
        closing: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        judged = [(tool, policy_of(tool, policies)) for tool in tools]
        self._tools = {tool.name: tool for tool, policy in judged if policy != "never"}
        self._asks = {tool.name for tool, policy in judged if policy == "ask"}
        self._specs = tuple(tool.spec for tool in self._tools.values())
        self._translate = translate
        self._context = context
        self._closing = closing

    async def aclose(self) -> None:
        """Closes what the tools keep open, within a second; the box is of no more use."""
        if self._closing is not None:
            await self._closing()

    def specs(self) -> tuple[ToolSpec, ...]:
        return self._specs

    def verdict(self, call: ToolCall) -> Verdict:
        if call.name not in self._asks:
            return "run"
        return "ask" if self._context.run_id else "refuse"

    def may_repeat(self, call: ToolCall) -> bool:
        return not self._tools[call.name].has_effects

    def summarise(self, call: ToolCall, arguments: Mapping[str, Any]) -> str:
        """One line; what is, or looks like, a secret is masked."""
        if len(arguments) == 1 and isinstance(only := next(iter(arguments.values())), str):
            shown = MASK if _is_secret(next(iter(arguments))) else _masked(only)
        else:
            shown = ", ".join(
                f"{name}: {MASK if _is_secret(name) else _masked(_shown(value))}"
                for name, value in arguments.items()
            )
        line = " ".join(shown.split())
        return line if len(line) <= ARGS_SUMMARY_CHARS else line[: ARGS_SUMMARY_CHARS - 1] + "…"

    async def call(self, call: ToolCall, arguments: Mapping[str, Any]) -> ToolResult:
        with traces.span("tool call", gen_ai__tool__name=call.name) as said:
            result = await self._call(call, arguments)
            said["parley.outcome"] = "waiting" if result.parked else "ok" if result.ok else "error"
            return result

    async def _call(self, call: ToolCall, arguments: Mapping[str, Any]) -> ToolResult:
        tool = self._tools[call.name]
        try:
            async with asyncio.timeout(tool.timeout_s) as patience:
                result = await tool.call(arguments, replace(self._context, call_id=call.id))
        except ToolProblem as problem:
            return _failed(str(problem), str(problem))
        except CallWaits:
            return ToolResult("", "", parked=True)
        except Exception as error:
            # The border of a tool: whatever broke in it, the run goes on and the model is told.
            if isinstance(error, TimeoutError) and patience.expired():
                return _failed(
                    f"The tool was stopped: it took longer than {tool.timeout_s:g} seconds.",
                    self._translate(TOOK_TOO_LONG),
                )
            logger.exception("the tool %s broke", tool.name)
            return _failed(f"The tool failed ({type(error).__name__}).", self._translate(FAILED))
        return self._result(tool, result)

    def _result(self, tool: ToolLike, result: object) -> ToolResult:
        told = Told(result) if isinstance(result, str) else result
        if not isinstance(told, Told) or not isinstance(told.text, str):
            logger.error("the tool %s gave %s instead of text", tool.name, type(result).__name__)
            return _failed("The tool failed: it gave something that is no text.", self._translate(FAILED))
        content = _bounded(told.text)
        return ToolResult(content, _clean(told.summary or content[:SUMMARY_OF]), events=told.events)


def _failed(for_the_model: str, for_people: str) -> ToolResult:
    return ToolResult(_bounded(for_the_model), _clean(for_people[:SUMMARY_OF]), ok=False)


def _bounded(text: str) -> str:
    if len(text) <= MAX_RESULT:
        return _clean(text)
    return f"{_clean(text[:MAX_RESULT])}\n[Cut: the first {MAX_RESULT:,} of {len(text):,} characters.]"


def _clean(text: str) -> str:
    """Text that every store and every model's server accepts."""
    characters = WholeCharacters()
    return characters.feed(text) + characters.flush()


def _is_secret(name: str) -> bool:
    return _SECRET_ARGUMENT.fullmatch(name) is not None


def _masked(text: str) -> str:
    text = text[: 3 * ARGS_SUMMARY_CHARS]
    for secret in _SECRETS:
        text = secret.sub(rf"\g<1>{MASK}", text)
    return text


def _shown(value: object) -> str:
    return value if isinstance(value, str) else repr(value)[: 3 * ARGS_SUMMARY_CHARS]
