"""A real server sends its spans to a collector: who asked, the run, its calls; and nothing that was said."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.server.collector import Collector
from tests.server.conftest import Serve
from tests.server.visitor import Visitor
from tests.server.watching import answer_to

SECRET = "xylophone"


@pytest.fixture
def collector() -> Iterator[Collector]:
    opened = Collector()
    yield opened
    opened.close()


def said_of(span: Any) -> dict[str, Any]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


async def test_a_request_its_run_and_the_calls_of_it_are_one_trace(
    serve: Serve, collector: Collector
) -> None:
    parley = serve(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url)
    async with Visitor(parley.url) as visitor:
        assert "323" in await answer_to(visitor, await visitor.start("What is 17 * 19?"))
        await answer_to(visitor, await visitor.start(f"Tell me about {SECRET}"))
    assert parley.stop() == 0
    spans = collector.spans()
    run = next(span for span in spans if span.name == "run")
    trace = {span.name: span for span in spans if span.trace_id == run.trace_id}
    assert {"request", "run", "model call"} <= set(trace)
    assert run.parent_span_id == trace["request"].span_id
    assert trace["model call"].parent_span_id == run.span_id
    asked = said_of(trace["request"])
    assert (asked["http.route"], asked["http.response.status_code"]) == ("chat:start", 200)
    assert said_of(run)["parley.outcome"] == "completed"
    assert said_of(run)["parley.run"] == said_of(trace["model call"])["parley.run"]
    assert said_of(trace["model call"])["gen_ai.request.model"] == "offline"
    assert SECRET.encode() not in b"".join(collector.bodies)


async def test_answers_go_on_where_no_collector_is(serve: Serve) -> None:
    parley = serve(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")
    async with Visitor(parley.url) as visitor:
        await answer_to(visitor, await visitor.start("Tell me about whales"))
    parley.kill()  # its last spans would be tried for a while
