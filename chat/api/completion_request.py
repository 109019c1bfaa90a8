"""What a call of Chat Completions asks of an agent; what an agent cannot do is refused."""

from collections.abc import Iterator
from typing import cast

from django.utils.translation import gettext as _

from agents.engine.messages import Role
from agents.transcripts import Transcript
from chat.api.completion_errors import Unsupported
from chat.api.completion_schemas import CompletionIn, CompletionMessage, CompletionPart

INSTRUCTING = ("system", "developer")


def transcript_of(asked: CompletionIn) -> Transcript:
    """Raises Unsupported. Instructions at the beginning follow the agent's own; later ones stay."""
    for param in _unsupported(asked):
        raise Unsupported(_("“%(param)s” is not supported here.") % {"param": param}, param=param)
    said = [_said(message, place) for place, message in enumerate(asked.messages)]
    first = next((place for place, (role, _text) in enumerate(said) if role != "system"), len(said))
    if not any(text.strip() for _role, text in said[first:]):
        raise Unsupported(_("Say something: no message has a text."), param="messages", key="invalid")
    return Transcript(
        messages=tuple(said[first:]),
        instructions="\n\n".join(text for _role, text in said[:first]),
        temperature=asked.temperature,
        max_tokens=asked.max_completion_tokens or asked.max_tokens,
    )


def _unsupported(asked: CompletionIn) -> Iterator[str]:
    """The fields that would make the answer another one than whoever asks expects."""
    if asked.n not in (None, 1):
        yield "n"
    if asked.tools or asked.functions:
        yield "tools" if asked.tools else "functions"
    if asked.stop:
        yield "stop"
    if asked.logprobs:
        yield "logprobs"
    if asked.response_format and asked.response_format.get("type") != "text":
        yield "response_format"
    if asked.modalities and asked.modalities != ["text"]:
        yield "modalities"


def _said(message: CompletionMessage, place: int) -> tuple[Role, str]:
    if message.role in ("tool", "function") or message.tool_calls or message.function_call:
        text = _("The tools are the agent's own: messages about tools of yours cannot be read.")
        raise Unsupported(text, param=f"messages.{place}", key="unsupported_message")
    content = message.content or ""
    text = content if isinstance(content, str) else "".join(_texts(content, place))
    return ("system" if message.role in INSTRUCTING else cast(Role, message.role)), text


def _texts(parts: list[CompletionPart], place: int) -> Iterator[str]:
    for number, part in enumerate(parts):
        text = {"text": part.text, "refusal": part.refusal}.get(part.type)
        if text is None:
            raise Unsupported(
                _("Only text can be read here, no images, audio or files."),
                param=f"messages.{place}.content.{number}",
                key="unsupported_content",
            )
        yield text
