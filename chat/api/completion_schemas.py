"""Chat Completions as OpenAI's clients write them. What is not named here is passed over."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

MODEL: JsonDict = {
    "id": "01990000-0000-7000-8000-000000000001",
    "object": "model",
    "created": 1795230000,
    "owned_by": "parley",
    "name": "Assistant",
}
COMPLETION: JsonDict = {
    "id": "chatcmpl-019a000000007000800000003f2a9c10",
    "object": "chat.completion",
    "created": 1795230000,
    "model": "01990000-0000-7000-8000-000000000001",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Because air rises and cools.", "refusal": None},
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 42, "completion_tokens": 8, "total_tokens": 50},
}


class ModelOut(Schema):
    """An agent. Its name may be sent in place of the id if only one agent is called so."""

    model_config = ConfigDict(json_schema_extra={"examples": [MODEL]})

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "parley"
    name: str


class ModelList(Schema):
    model_config = ConfigDict(json_schema_extra={"examples": [{"object": "list", "data": [MODEL]}]})

    object: Literal["list"] = "list"
    data: list[ModelOut]


class CompletionPart(Schema):
    """Only text can be read here; whatever else is sent is refused."""

    type: str
    text: str | None = None
    refusal: str | None = None


class CompletionMessage(Schema):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | Annotated[list[CompletionPart], Field(max_length=2000)] | None = None
    tool_calls: list[Any] | None = None
    function_call: Any = None


class StreamOptions(Schema):
    include_usage: bool | None = None


class CompletionIn(Schema):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"model": "Assistant", "messages": [{"role": "user", "content": "Why does it rain?"}]}
            ]
        }
    )

    model: str = Field(min_length=1, max_length=300, description="The id of an agent, or its name")
    messages: list[CompletionMessage] = Field(min_length=1, max_length=2000)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    temperature: float | None = Field(None, ge=0, le=2, description="Without one that of the agent")
    max_tokens: int | None = Field(None, ge=1, le=2**31 - 1)
    max_completion_tokens: int | None = Field(None, ge=1, le=2**31 - 1)
    n: int | None = Field(None, description="1")
    stop: Any = Field(None, description="Not supported")
    tools: list[Any] | None = Field(None, description="Not supported: the tools are the agent's")
    functions: list[Any] | None = Field(None, description="Not supported")
    response_format: dict[str, Any] | None = Field(None, description="`text` only")
    logprobs: bool | None = Field(None, description="Not supported")
    modalities: list[str] | None = Field(None, description="`text` only")


class Choice(Schema):
    index: int
    message: dict[str, Any]
    logprobs: None
    finish_reason: Literal["stop", "length", "content_filter"]


class CompletionOut(Schema):
    model_config = ConfigDict(json_schema_extra={"examples": [COMPLETION]})

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: dict[str, int]


class OpenAIError(Schema):
    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIProblem(Schema):
    """Every error of this dialect."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": {
                        "message": "There is no agent of this id or name.",
                        "type": "invalid_request_error",
                        "param": "model",
                        "code": "model_not_found",
                    }
                }
            ]
        }
    )

    error: OpenAIError
