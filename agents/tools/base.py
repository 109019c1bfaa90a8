"""What a tool is: one typed async function with a docstring, and what has to be known about it.

The function's name is the tool's, the docstring up to its first blank line is what the model is told, and
lines such as ``zone: the time zone`` after it describe the parameters. JSON schema and validation come from
the annotations by pydantic: it is installed with ``openai`` anyway, knows every annotation, and says what is
wrong with an argument in words a model understands. It is imported when a schema is first asked for, because
a server without tools need not spend the fifth of a second.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from agents.engine.events import Event
from agents.engine.messages import ToolSpec
from agents.tools.files import Files
from agents.tools.knowledge import Citable

if TYPE_CHECKING:
    from pydantic import BaseModel

_PARAMETER = re.compile(r"^(\w+): (.+)$", re.MULTILINE)
MOST_PROBLEMS = 5
#: The parameter of a tool's function that is not the model's to fill: who is asking, and where.
CONTEXT = "context"


class ToolProblem(Exception):
    """What went wrong, in a sentence that the model can act on."""


class CallWaits(Exception):
    """What was called waits for a person: the same call is made again when the run goes on."""


@dataclass(frozen=True, slots=True)
class Told:
    """A result with more than its text: a line for people, and events for the log."""

    text: str
    summary: str = ""
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class CallContext:
    """On whose behalf a call is made, as ids of rows; a test conversation has only the person.

    `files` is the workspace of the conversation, `knowledge` what the agent's documents say, if it has any;
    `cited` are the citations of the run so far, where it was interrupted. `delegate` asks another agent, by
    the call's id, its name and a question.
    """

    owner_id: UUID | None = None
    agent_id: UUID | None = None
    chat_id: UUID | None = None
    run_id: UUID | None = None
    files: Files | None = None
    knowledge: Citable | None = None
    cited: tuple[Mapping[str, Any], ...] = ()
    call_id: str = ""
    delegate: Callable[[str, str, str], Awaitable[Told]] | None = None


class ToolLike(Protocol):
    """What a box needs of a tool, wherever it comes from.

    `call` gives text or Told and raises ToolProblem; it may be cancelled at any moment. `has_effects` says
    whether a call changes anything outside the run, so that making it twice is not the same as making it
    once.
    """

    @property
    def name(self) -> str: ...

    @property
    def about(self) -> str: ...

    @property
    def has_effects(self) -> bool: ...

    @property
    def timeout_s(self) -> float: ...

    @property
    def spec(self) -> ToolSpec: ...

    async def call(self, arguments: Mapping[str, Any], context: CallContext) -> str | Told: ...


@dataclass(frozen=True)
class Tool:
    """A tool of our own: `function` returns text or Told and raises ToolProblem.

    `about` is one line for the agent's form, a text of the catalogue. A function with a parameter
    `context: CallContext` is told on whose behalf it is called. A tool that is not available here, because
    something it needs is not configured, is neither offered nor called; agents that have it keep its name.
    """

    function: Callable[..., Awaitable[str | Told]]
    about: str
    has_effects: bool = False
    timeout_s: float = 10.0
    is_available: Callable[[], bool] = lambda: True

    @property
    def name(self) -> str:
        return self.function.__name__

    @cached_property
    def spec(self) -> ToolSpec:
        description = " ".join(inspect.getdoc(self.function).partition("\n\n")[0].split())  # type: ignore[union-attr]  # a test asks for the docstring
        return ToolSpec(self.name, description, _without_titles(self._model.model_json_schema()))

    async def call(self, arguments: Mapping[str, Any], context: CallContext) -> str | Told:
        values = self.checked(arguments)
        if CONTEXT in inspect.signature(self.function).parameters:
            values[CONTEXT] = context
        return await self.function(**values)

    def checked(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments as the function takes them. Raises ToolProblem that names each wrong one."""
        from pydantic import ValidationError

        try:
            values = self._model.model_validate(dict(arguments))
        except ValidationError as error:
            wrong = [
                f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:MOST_PROBLEMS]
            ]
            raise ToolProblem(f"Wrong arguments. {'; '.join(wrong)}.") from None
        return {name: getattr(values, name) for name in type(values).model_fields}

    @cached_property
    def _model(self) -> "type[BaseModel]":
        from pydantic import ConfigDict, Field, create_model

        said = dict(_PARAMETER.findall(inspect.getdoc(self.function) or ""))
        fields: dict[str, Any] = {}
        for name, parameter in inspect.signature(self.function).parameters.items():
            if name == CONTEXT:
                continue
            default = ... if parameter.default is parameter.empty else parameter.default
            fields[name] = (parameter.annotation, Field(default, description=said.get(name)))
        return create_model(self.name, __config__=ConfigDict(extra="forbid"), **fields)


def _without_titles(schema: Any) -> Any:
    """The schema without the titles pydantic makes of names: they tell a model nothing, and cost tokens."""
    match schema:
        case dict():
            return {
                key: _without_titles(value)
                for key, value in schema.items()
                if not (key == "title" and isinstance(value, str))
            }
        case list():
            return [_without_titles(item) for item in schema]
        case _:
            return schema
