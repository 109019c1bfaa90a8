"""``/api/audio/<path>``: the bytes, whole or in part, for members of the conversation and for nobody else."""

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from accounts.services.api_keys import make_key
from chat.models import Message
from chat.services.participants import participant_of_user
from chat.services.rooms import open_room
from voice import files

pytestmark = pytest.mark.django_db

DATA = bytes(range(256)) * 600  # more than two pieces


def heard(response) -> bytes:
    async def whole() -> bytes:
        return b"".join([piece async for piece in response.streaming_content])

    return async_to_sync(whole)()


@pytest.fixture
def recording(recorded):
    return recorded(DATA)


@pytest.fixture
def url(recording) -> str:
    return recording.sound.url


def test_the_whole_with_what_a_player_needs_to_know(alices, url, recording):
    response = alices.get(url)
    assert (response.status_code, heard(response)) == (200, DATA)
    name = url.rpartition("/")[2]
    expected = {
        "Content-Type": "audio/wav",
        "Content-Length": str(len(DATA)),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'inline; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; media-src 'self'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "ETag": f'"{name.partition(".")[0]}"',
    }
    assert {key: response.headers.get(key) for key in expected} == expected


def test_a_head_says_the_same_and_sends_nothing(alices, url):
    said = alices.get(url).headers
    response = alices.head(url)
    assert (response.status_code, response.content) == (200, b"")
    assert {**response.headers} == {**said}
    part = alices.head(url, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.headers["Content-Length"]) == (206, "10")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=100-", 100, len(DATA) - 1), ("bytes=-5", len(DATA) - 5, len(DATA) - 1)],
)
def test_a_part(alices, url, asked, first, last):
    response = alices.get(url, headers={"Range": asked})
    assert (response.status_code, heard(response)) == (206, DATA[first : last + 1])
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/{len(DATA)}"
    assert response.headers["Content-Length"] == str(last - first + 1)


def test_a_part_that_is_not_there(alices, url):
    response = alices.get(url, headers={"Range": f"bytes={len(DATA)}-"})
    assert (response.status_code, response.headers["Content-Range"]) == (416, f"bytes */{len(DATA)}")
    assert response.json()["error"] == "out_of_range"


def test_several_parts_are_answered_by_the_whole(alices, url):
    assert heard(alices.get(url, headers={"Range": "bytes=0-1,5-6"})) == DATA


@pytest.mark.parametrize(("known", "status"), [("{tag}", 206), ('"another"', 200), ("W/{tag}", 200)])
def test_a_part_is_of_what_the_player_has(alices, url, known, status):
    tag = alices.head(url).headers["ETag"]
    headers = {"Range": "bytes=0-9", "If-Range": known.format(tag=tag)}
    assert alices.get(url, headers=headers).status_code == status


def test_what_the_player_has_is_not_sent_again(alices, url):
    tag = alices.head(url).headers["ETag"]
    response = alices.get(url, headers={"If-None-Match": tag, "Range": "bytes=0-9"})
    assert (response.status_code, response.content, response.headers["ETag"]) == (304, b"", tag)


def test_strangers_are_told_what_they_are_told_of_nothing(bobs, url):
    nothing = bobs.get("/api/audio/2026/11/00000000000000000000000000000000.wav")
    for verb in (bobs.get, bobs.head):
        assert verb(url).status_code == 404
    assert bobs.get(url).json() == nothing.json()
    assert Client().get(url).status_code == 401


def test_every_member_hears_and_nobody_put_out(alice, bob, bobs, alices, recording, url):
    room = open_room(actor=alice, title="Whales", participants=[participant_of_user(bob)])
    Message.objects.filter(pk=recording.message.pk).update(conversation=room)
    assert bobs.head(url).status_code == 200
    room.memberships.filter(participant__user=bob).delete()
    assert bobs.head(url).status_code == 404
    assert alices.head(url).status_code == 200


def test_what_is_not_sent_is_heard_by_who_said_it_alone(alices, bobs, recorded):
    url = recorded(sent=False).sound.url
    assert (alices.head(url).status_code, bobs.head(url).status_code) == (200, 404)


def test_a_message_read_aloud(alices, bobs, recording, read_aloud):
    url = read_aloud(recording.message).url
    response = alices.get(url)
    assert (heard(response), response.headers["Content-Type"]) == (b"ID3 spoken", "audio/mpeg")
    assert bobs.get(url).status_code == 404


def test_a_program_hears_with_its_key(alice, url):
    key = make_key(user=alice, name="Player", scopes=["read"])[1]
    program = Client(headers={"Authorization": f"Bearer {key}"})
    assert program.head(url).status_code == 200


NO_PATHS = (
    *(
        "",
        "2026/11",
        "../../parley.sqlite3",
        "2026/11/../../../secret_key",
        "%2e%2e/secret_key",
        "/etc/passwd",
    ),
    *("2026/11/%00.wav", "C:%5Csecret_key", "2026/11/00000000000000000000000000000000.wav%0a", "%ff", "٢"),
)


@pytest.mark.parametrize("path", NO_PATHS)
def test_a_path_that_is_none_of_ours_is_not_found(alices, path):
    assert alices.get(f"/api/audio/{path}").status_code == 404


def test_a_file_that_is_lost_is_not_found(alices, recording, url):
    files.delete(recording.path)
    assert alices.get(url).status_code == 404


def test_of_a_file_that_was_cut_nothing_is_promised(alices, recording, url, tmp_path):
    (tmp_path / "audio" / recording.path).write_bytes(DATA[:-1])
    answers = [alices.get(url), alices.head(url), alices.get(url, headers={"Range": "bytes=0-9"})]
    assert [answer.status_code for answer in answers] == [404] * 3


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
def test_one_can_only_listen(alices, url, verb):
    response = getattr(alices, verb)(url)
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD"}
