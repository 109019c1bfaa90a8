"""Everything odd that a model server does, one named script each, with the outcome a run must have.

The sources are the public issue trackers of clients and servers of this protocol. `golden` says what a run
over loop and provider comes to; `calls` is the number of requests the server then has seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.engine.limits import Limits
from tests.upstream.server import CLOSE, HANG, RESET, Part, Reply
from tests.upstream.wire import DONE, call, chunk, data, error, error_body, piece, usage

PATIENT = Limits(first_token_s=20, silence_s=20, total_s=60, max_turns=4, settle_s=20)
IMPATIENT = Limits(first_token_s=0.4, silence_s=0.3, total_s=60)
# For scripts that say something before they fall silent: on a busy machine even that takes its time.
IMPATIENT_LATER = Limits(first_token_s=20, silence_s=0.4, total_s=60, settle_s=0.2)

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html"}


@dataclass(frozen=True, slots=True)
class Golden:
    """`tools` are the calls made, by name and parsed arguments, None where they could not be parsed."""

    status: str
    text: str = ""
    error: str | None = None
    reasoning: str = ""
    calls: int = 1
    finish: str | None = None
    tools: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    replies: Sequence[Reply]
    golden: Golden
    limits: Limits = PATIENT
    scheme: str = "http"
    listens: bool = field(default=True)


def answers(text: str, **fields: object) -> Golden:
    return Golden("completed", text, **{"finish": "stop", **fields})  # type: ignore[arg-type]  # keywords of Golden


def fails(kind: str, text: str = "", **fields: object) -> Golden:
    return Golden("error", text, kind, **fields)  # type: ignore[arg-type]  # keywords of Golden


def stream(*parts: Part) -> list[Reply]:
    return [Reply(parts)]


def refuses(status: int, body: bytes, headers: dict[str, str] = JSON) -> Reply:
    return Reply([body], status=status, headers={**JSON, **headers})


def uses_tools(*parts: Part, tools: Sequence[tuple[str, object]]) -> Script:
    """The parts are the first round; the second one says "Done"."""
    first = Reply([*parts, chunk(finish="tool_calls"), DONE])
    return Script([first, Reply(HELLO_DONE)], answers("Done", calls=2, tools=tuple(tools)))


ROLE = chunk("", role="assistant")
STOP = chunk(finish="stop")
HELLO = [ROLE, chunk("Hel"), chunk("lo")]
HELLO_DONE = [chunk("Done"), STOP, DONE]
TEA = '{"q": "tea"}'
ASKED = {"q": "tea"}

PLAIN = {
    "plain": Script(stream(*HELLO, STOP, usage(), DONE), answers("Hello")),
    "empty choices first": Script(
        stream(data({"choices": [], "prompt_filter_results": [{"prompt_index": 0}]}), *HELLO, STOP, DONE),
        answers("Hello"),
    ),
    "usage with choices": Script(
        stream(*HELLO, usage(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}]), DONE),
        answers("Hello"),
    ),
    "usage with every chunk": Script(
        stream(usage(7, 1, [{"index": 0, "delta": {"content": "Hello"}}]), STOP, usage(7, 2), DONE),
        answers("Hello"),
    ),
    "no choices at all": Script(
        stream(data({}), data({"choices": None}), *HELLO, STOP, DONE), answers("Hello")
    ),
    "null choice and null delta": Script(
        stream(data({"choices": [None, {"index": 0, "delta": None}]}), *HELLO, STOP, DONE), answers("Hello")
    ),
    "a second choice": Script(
        stream(*HELLO, data({"choices": [{"index": 1, "delta": {"content": "Other"}}]}), STOP, DONE),
        answers("Hello"),
    ),
    "content as parts": Script(
        stream(chunk([{"type": "text", "text": "Hello"}, {"type": "image"}]), STOP, DONE), answers("Hello")
    ),
    "refusal": Script(stream(chunk(None, refusal="I will not."), STOP, DONE), answers("I will not.")),
    "not streamed": Script(
        [refuses(200, b'{"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}')],
        answers("Hello"),
    ),
}

TOOLS = {
    "tool call by the book": uses_tools(
        call(piece("echo", "", index=0, id="a", type="function")),
        call(piece(None, '{"q": ', index=0)),
        call(piece(None, '"tea"}', index=0)),
        call(piece("echo", "{}", index=1, id="b", type="function")),
        tools=[("echo", ASKED), ("echo", {})],
    ),
    "tool calls without index": uses_tools(
        call(piece("echo", '{"q": ', id="a")),
        call(piece(None, '"tea"}')),
        call(piece("echo", "{}", id="b")),
        tools=[("echo", ASKED), ("echo", {})],
    ),
    "tool calls without index and id": uses_tools(
        call(piece("echo", TEA), piece("other", "{}")), tools=[("echo", ASKED), ("other", {})]
    ),
    "tool calls all numbered 0": uses_tools(
        call(piece("echo", TEA, index=0, id="a")),
        call(piece("echo", '{"n": 1}', index=0, id="b")),
        tools=[("echo", ASKED), ("echo", {"n": 1})],
    ),
    "tool call id later": uses_tools(
        call(piece("echo", '{"q": ', index=0)),
        call(piece(None, '"tea"}', index=0, id="late")),
        tools=[("echo", ASKED)],
    ),
    "tool call ids reused each round": Script(
        [
            Reply([call(piece("echo", TEA, index=0, id="call_0")), chunk(finish="tool_calls"), DONE]),
            Reply([call(piece("echo", "{}", index=0, id="call_0")), chunk(finish="tool_calls"), DONE]),
            Reply(HELLO_DONE),
        ],
        answers("Done", calls=3, tools=(("echo", ASKED), ("echo", {}))),
    ),
    "tool name with every delta": uses_tools(
        call(piece("echo", '{"q": ', index=0, id="a")),
        call(piece("echo", '"tea"}', index=0, id="a")),
        tools=[("echo", ASKED)],
    ),
    "tool arguments as an object": uses_tools(
        call(piece("echo", ASKED, index=0, id="a")), tools=[("echo", ASKED)]
    ),
    "tool arguments encoded twice": uses_tools(
        call(piece("echo", '"{\\"q\\": \\"tea\\"}"', index=0, id="a")), tools=[("echo", ASKED)]
    ),
    "tool arguments as several objects": uses_tools(
        call(piece("echo", '{}{"q": "tea"}\n{"n": 1}', index=0, id="a")),
        tools=[("echo", ASKED), ("echo", {"n": 1})],
    ),
    "tool arguments repeated": uses_tools(
        call(piece("echo", TEA + TEA, index=0, id="a")), tools=[("echo", ASKED)]
    ),
    "tool arguments null": uses_tools(
        call({"index": 0, "id": "a", "function": {"name": "echo", "arguments": None}}), tools=[("echo", {})]
    ),
    "tool arguments broken": uses_tools(
        call(piece("echo", '{"q": ', index=0, id="a")), tools=[("echo", None)]
    ),
    "unknown tool": uses_tools(call(piece("nonsense", "{}", index=0, id="a")), tools=[("nonsense", {})]),
    "stop with tool calls": Script(
        [Reply([call(piece("echo", TEA, index=0, id="a")), STOP, DONE]), Reply(HELLO_DONE)],
        answers("Done", calls=2, tools=(("echo", ASKED),)),
    ),
    "cut in a tool call": Script(
        stream(call(piece("echo", TEA, index=0, id="a")), CLOSE), fails("default", calls=4)
    ),
}

ENDS = {
    "finish reason empty": Script(
        stream(chunk("Hello", finish=""), chunk(finish=""), DONE), answers("Hello")
    ),
    "finish reason empty and no [DONE]": Script(stream(chunk("Hello", finish="")), fails("default", "Hello")),
    "[DONE] without a finish reason": Script(stream(*HELLO, DONE), answers("Hello")),
    "[DONE] without anything": Script(stream(DONE), fails("default")),
    "finish reason and no [DONE]": Script(stream(*HELLO, STOP), answers("Hello")),
    "finish reason, then a reset": Script(stream(*HELLO, STOP, RESET), answers("Hello")),
    "finish reason, then silence": Script(stream(*HELLO, STOP, HANG), answers("Hello"), IMPATIENT_LATER),
    "[DONE], then silence": Script(stream(*HELLO, STOP, DONE, HANG), answers("Hello")),
    "[DONE] without a line end": Script(stream(*HELLO, b"data: [DONE]"), answers("Hello")),
    "finish reason length": Script(
        stream(*HELLO, chunk(finish="length"), DONE), answers("Hello", finish="length")
    ),
    "finish reason content_filter": Script(
        stream(*HELLO, chunk(finish="content_filter"), DONE), answers("Hello", finish="content_filter")
    ),
    "content filter without text": Script(
        stream(ROLE, chunk(finish="content_filter"), DONE), fails("default")
    ),
    "finish reason unknown": Script(
        stream(*HELLO, chunk(finish="bored"), DONE), answers("Hello", finish="unknown")
    ),
    "finish reason error": Script(stream(*HELLO, chunk(finish="error"), DONE), fails("default", "Hello")),
    "text after the finish reason": Script(stream(chunk("Hel"), STOP, chunk("lo"), DONE), answers("Hello")),
    "stop without text": Script(stream(ROLE, STOP, DONE), fails("default")),
    "cut by a clean close": Script(stream(*HELLO), fails("default", "Hello")),
    "cut in the body": Script(stream(*HELLO, CLOSE), fails("default", "Hello")),
    "cut by a reset": Script(stream(*HELLO, RESET), fails("default", "Hello")),
    "cut in a line": Script(stream(*HELLO, b'data: {"choices": [{"del', CLOSE), fails("default", "Hello")),
    "cut before the first token, then well": Script(
        [Reply([ROLE, CLOSE]), Reply([RESET]), Reply([]), Reply(HELLO_DONE)], answers("Done", calls=4)
    ),
    "empty body": Script(stream(), fails("default", calls=4)),
}

ERRORS_INSIDE = {
    "error first": Script(stream(error(type="server_error"), DONE), fails("default", calls=4)),
    "error first, then well": Script([Reply([error(code=503)]), Reply(HELLO_DONE)], answers("Done", calls=2)),
    "error first, lasting": Script(stream(error(type="invalid_request_error"), DONE), fails("default")),
    "error in the middle": Script(
        stream(*HELLO, error(code=502), chunk("no"), DONE), fails("default", "Hello")
    ),
    "error last": Script(stream(*HELLO, STOP, error(type="server_error"), DONE), fails("default", "Hello")),
    "error as a string": Script(stream(*HELLO, data({"error": "out of memory"})), fails("default", "Hello")),
    "error as an object": Script(
        stream(*HELLO, data({"object": "error", "message": "no", "code": 500})), fails("default", "Hello")
    ),
    "error of the rate": Script(
        stream(*HELLO, error(code="rate_limit_exceeded")), fails("rate_limit", "Hello")
    ),
    "error with status 200": Script([refuses(200, error_body("no", code=401))], fails("service_unavailable")),
    "null error": Script(stream(data({"error": None, "choices": []}), *HELLO, STOP, DONE), answers("Hello")),
    "broken JSON in the middle": Script(
        stream(*HELLO, b'data: {"cho\n\n', STOP, DONE), fails("default", "Hello")
    ),
    "broken JSON first": Script(stream(b"data: {\n\n"), fails("default", calls=4)),
    "JSON that is no object": Script(stream(*HELLO, b"data: 42\n\n", STOP, DONE), fails("default", "Hello")),
    "deeply nested JSON": Script(
        stream(*HELLO, b"data: " + b"[" * 200_000 + b"\n\n"), fails("default", "Hello")
    ),
}

SILENCE = {
    "silence before the first token": Script(stream(HANG), fails("timeout"), IMPATIENT),
    "silence after the role": Script(stream(ROLE, HANG), fails("timeout"), IMPATIENT),
    "silence in the middle": Script(stream(*HELLO, HANG), fails("timeout", "Hello"), IMPATIENT_LATER),
    "comments only": Script(stream(*[b": keep-alive\n\n", 0.05] * 40, HANG), fails("timeout"), IMPATIENT),
    "comments after text": Script(
        stream(*HELLO, *[b": ping\n\n", 0.05] * 40, HANG), fails("timeout", "Hello"), IMPATIENT_LATER
    ),
    "one byte now and then": Script(
        stream(*[part for byte in chunk("Hello") * 5 for part in (bytes([byte]), 0.05)]),
        fails("timeout"),
        IMPATIENT,
    ),
    "comments and text": Script(
        stream(b": hi\n\n", *HELLO, b":\n", STOP, b": bye\n\n", DONE), answers("Hello")
    ),
}

BYTES = {
    "CRLF": Script(stream(b"".join([*HELLO, STOP, DONE]).replace(b"\n", b"\r\n")), answers("Hello")),
    "CR": Script(stream(b"".join([*HELLO, STOP, DONE]).replace(b"\n", b"\r")), answers("Hello")),
    "BOM": Script(stream(b"\xef\xbb\xbf" + b"".join([*HELLO, STOP, DONE])), answers("Hello")),
    "no empty lines": Script(stream(*[part[:-1] for part in (*HELLO, STOP, DONE)]), answers("Hello")),
    "no space after data": Script(
        stream(*[part.replace(b"data: ", b"data:") for part in (*HELLO, STOP, DONE)]), answers("Hello")
    ),
    "other fields": Script(
        stream(b"event: message\nid: 1\nretry: 5\n" + chunk("Hello"), b"data\n\ndata:\n\n", STOP, DONE),
        answers("Hello"),
    ),
    "split inside a character": Script(
        stream(*[bytes([byte]) for byte in chunk("héllo 😀")], STOP, DONE), answers("héllo 😀")
    ),
    "split surrogate pair": Script(
        stream(
            b'data: {"choices":[{"delta":{"content":"\\ud83d"}}]}\n\n',
            b'data: {"choices":[{"delta":{"content":"\\ude00"}}]}\n\n',
            STOP,
            DONE,
        ),
        answers("😀"),
    ),
    "bytes that are no UTF-8": Script(
        stream(b'data: {"choices":[{"delta":{"content":"a\xffb\\u0000"}}]}\n\n', STOP, DONE),
        answers("a\ufffdb\ufffd"),
    ),
    "a line of 5 MB": Script(stream(chunk("x" * 5_000_000), STOP, DONE), answers("x" * 5_000_000)),
    "100,000 deltas of one byte": Script(
        stream(*[chunk("x") * 1_000] * 100, STOP, DONE), answers("x" * 100_000)
    ),
    "HTML with status 200": Script(
        [Reply([b"<!doctype html>\n<title>Sign in to the network</title>\n"], headers=HTML)],
        fails("default", calls=4),
    ),
}

REASONING = {
    "reasoning_content": Script(
        stream(chunk(None, reasoning_content="Hm"), chunk("Yes"), STOP, DONE), answers("Yes", reasoning="Hm")
    ),
    "reasoning": Script(
        stream(chunk(None, reasoning="Hm"), chunk("Yes"), STOP, DONE), answers("Yes", reasoning="Hm")
    ),
    "both reasonings with content": Script(
        stream(chunk("Yes", reasoning="Hm", reasoning_content="Hm"), STOP, DONE),
        answers("Yes", reasoning="Hm"),
    ),
    "reasoning only": Script(
        stream(chunk(None, reasoning_content="Hm"), STOP, DONE), fails("default", reasoning="Hm")
    ),
    "think tags": Script(
        stream(*[chunk(char) for char in "<think>\nHm\n</think>\n\nYes"], STOP, DONE),
        answers("Yes", reasoning="Hm\n"),
    ),
    "think tags in a code block": Script(
        stream(*[chunk(char) for char in "```\n<think>x</think>\n```"], STOP, DONE),
        answers("```\n<think>x</think>\n```"),
    ),
    "think tag never closed": Script(
        stream(chunk("<think>"), chunk("Hm"), chunk(finish="length"), DONE), fails("default", reasoning="Hm")
    ),
}

STATUSES = {
    "400 context too long": Script(
        [refuses(400, error_body("maximum context length is 8192", code="context_length_exceeded"))],
        fails("too_long"),
    ),
    "400 over stream_options": Script(
        [refuses(400, error_body("unknown parameter: stream_options")), Reply(HELLO_DONE)],
        answers("Done", calls=2),
    ),
    "400 over temperature": Script(
        [refuses(400, error_body("Unsupported value: 'temperature'")), Reply(HELLO_DONE)],
        answers("Done", calls=2),
    ),
    "401": Script([refuses(401, error_body("Incorrect API key"))], fails("service_unavailable")),
    "403": Script([refuses(403, error_body("Country not supported"))], fails("service_unavailable")),
    "404 model": Script([refuses(404, error_body("no such model"))], fails("service_unavailable")),
    "429 with Retry-After": Script(
        [refuses(429, error_body("slow down"), {"Retry-After": "0.05"}), Reply(HELLO_DONE)],
        answers("Done", calls=2),
    ),
    "429 with a long Retry-After": Script(
        [refuses(429, error_body("come back tomorrow"), {"Retry-After": "86400"})], fails("rate_limit")
    ),
    "429 without Retry-After": Script([refuses(429, error_body("slow down"))], fails("rate_limit", calls=4)),
    "429 out of money": Script(
        [refuses(429, error_body("pay", code="insufficient_quota"))], fails("rate_limit")
    ),
    "500": Script([refuses(500, error_body("oops"))], fails("default", calls=4)),
    "500 twice, then well": Script(
        [refuses(500, b""), refuses(503, b"{"), Reply(HELLO_DONE)], answers("Done", calls=3)
    ),
    "502 HTML page": Script([refuses(502, b"<html>Bad gateway</html>", HTML)], fails("default", calls=4)),
    "redirect": Script(
        [refuses(307, b"", {"Location": "http://127.0.0.1:9/v1/chat/completions"})],
        fails("service_unavailable"),
    ),
    "connection refused": Script([], fails("default", calls=0), listens=False),
    "no TLS": Script([], fails("default", calls=0), scheme="https"),
}

SCRIPTS: dict[str, Script] = {
    **PLAIN, **TOOLS, **ENDS, **ERRORS_INSIDE, **SILENCE, **BYTES, **REASONING, **STATUSES,
}  # fmt: skip
