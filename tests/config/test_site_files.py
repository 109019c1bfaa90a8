"""What a browser asks for at the root, signed in or not."""

import json

import pytest


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/sw.js", "text/javascript; charset=utf-8"),
        ("/offline/", "text/html; charset=utf-8"),
    ],
)
def test_they_come_without_signing_in_and_set_no_cookie(client, db, path, kind):
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == kind
    assert not response.cookies


def test_the_manifest_is_json_and_names_us(client, db):
    manifest = json.loads(client.get("/manifest.webmanifest").content)
    assert manifest["name"] == "Parley"
    assert manifest["icons"]


def test_the_worker_is_asked_for_anew_each_time(client, db):
    assert client.get("/sw.js").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/manifest.webmanifest", "/sw.js", "/offline/"])
def test_nothing_can_be_sent_to_them(client, db, path):
    assert client.post(path).status_code == 405
