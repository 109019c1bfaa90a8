"""Static files are served before Django is asked, and nothing else is."""

from typing import Any

import pytest

from config.static_files import StaticFiles
from tests.config.asgi import ask

FILE = "/static/admin/css/base.css"


async def elsewhere(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"Django"})


@pytest.fixture
def files() -> StaticFiles:
    return StaticFiles(elsewhere)


async def test_a_file_comes_with_its_type_and_cannot_be_taken_for_another(files):
    answer = await ask(files, FILE)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in answer.headers
    assert len(answer.body) == int(answer.headers["content-length"])


async def test_what_the_browser_has_is_not_sent_again(files):
    first = await ask(files, FILE)
    again = await ask(files, FILE, headers={"if-none-match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


async def test_head_has_no_body(files):
    answer = await ask(files, FILE, method="HEAD")
    assert (answer.status, answer.body) == (200, b"")


async def test_other_verbs_are_refused(files):
    assert (await ask(files, FILE, method="POST")).status == 405


async def test_a_picture_opened_by_itself_runs_nothing(files):
    answer = await ask(files, "/static/admin/img/icon-yes.svg")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/static/none.css",
        "/static/",
        "/static/../config/settings.py",
        "/static/admin/../../../manage.py",
        "/static//etc/passwd",
        "/static/\x00",
        "/",
        "/staticky",
    ],
)
async def test_everything_else_is_djangos(files, path):
    assert (await ask(files, path)).body == b"Django"
