"""What a real server tells its operator of an answer: numbers and lines, and not a word of what was said."""

import json

import httpx2

from tests.server.conftest import Serve
from tests.server.visitor import Visitor
from tests.server.watching import settled, until

SECRET = "xylophone-in-confidence"
WATCHED = {"METRICS_CLIENTS": "127.0.0.1", "LOG_FORMAT": "json", "ACCESS_LOG": "true", "LOG_LEVEL": "INFO"}


async def test_an_answer_is_counted_and_its_words_are_not_told(serve: Serve) -> None:
    parley = serve(**WATCHED)
    async with Visitor(parley.url) as visitor:
        conversation = await visitor.start(f"Tell me about {SECRET}")
        async with visitor.socket(conversation):
            during = (await visitor.get("/metrics")).text
        await until(visitor, conversation, settled)
        await visitor.get(f"/search/?q={SECRET}")
        response = await visitor.get("/metrics")
    assert "parley_sockets_open 1.0" in during
    numbers = response.text
    assert 'parley_runs_total{error="",outcome="completed"} 1.0' in numbers
    assert 'parley_http_requests_total{method="POST",route="chat:start",status="2xx"} 1.0' in numbers
    assert "parley_first_token_seconds_count 1.0" in numbers
    assert "parley_run_seconds_count 1.0" in numbers
    assert conversation not in numbers
    lines = [json.loads(line) for line in parley.log.read_text("utf-8").splitlines() if line.startswith("{")]
    said = {line["message"].rpartition(" ")[0].rpartition(" ")[0]: line["request"] for line in lines}
    assert "POST /chat/ 200" in said
    assert len(said["GET /search/ 200"]) == 32
    assert SECRET not in parley.log.read_text("utf-8") + numbers


async def test_the_lines_of_a_run_name_it_and_the_request_that_asked_for_it(serve: Serve) -> None:
    parley = serve(OPENAI_BASE_URL="http://127.0.0.1:9/v1", **WATCHED)
    async with Visitor(parley.url) as visitor:
        headers = {"HX-Request": "true", "X-CSRFToken": visitor._http.cookies["csrftoken"]}
        fields = {"agent": visitor.agent, "content": SECRET, "client_id": "1"}
        asked = await visitor._http.post("/chat/", data=fields, headers=headers)
        conversation = json.loads(asked.headers["HX-Location"])["path"].removeprefix("/chat/").strip("/")
        await until(visitor, conversation, settled)
    text = parley.log.read_text("utf-8")
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    (failed,) = [line for line in lines if "no whole answer" in line["message"]]
    assert failed["request"] == asked.headers["x-request-id"]
    assert len(failed["run"]) == 36
    assert SECRET not in text


def test_a_stranger_finds_no_numbers(serve: Serve) -> None:
    assert httpx2.get(f"{serve().url}/metrics").status_code == httpx2.codes.NOT_FOUND
