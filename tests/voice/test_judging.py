"""A recording is what its bytes decode to, whatever its name, its type or its headers say."""

import io
import json
import struct
import zipfile

import av
import pytest

from children.pool import ChildEnded, ChildFailed, ChildNotStarted, Children
from config.problems import problem_of
from tests.voice.sounds import PACKINGS, film, noise, packed, said, tone, wav
from voice import decoding
from voice.decoding import judged
from voice.errors import AudioTooLarge, BadAudio, Unavailable
from voice.pcm import HEARD_RATE, SAMPLE

SPOKEN_S = 1.6  # what `said()` takes, within a fifth
LIMITS = {"max_seconds": 120, "max_bytes": 5 * 1024 * 1024}
NO_RECORDING = "This is not a recording that can be played. Send WebM, Ogg, MP3, WAV or M4A."


async def refusal(data: bytes, **limits: int) -> str:
    with pytest.raises(BadAudio) as raised:
        await judged(data, **LIMITS | limits)
    assert raised.value.status == 400
    return raised.value.text


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("song.mp3", packed("mp3"))
    return file.getvalue()


@pytest.mark.parametrize("kind", PACKINGS)
async def test_what_browsers_and_telephones_send_is_taken(kind):
    found = await judged(packed(kind), **LIMITS)
    assert found.kind == kind
    assert found.seconds == pytest.approx(len(found.pcm) / SAMPLE / HEARD_RATE)
    assert found.seconds == pytest.approx((await judged(said(), **LIMITS)).seconds, abs=0.1)
    assert len(bytes.fromhex(found.peaks)) == 64
    assert max(bytes.fromhex(found.peaks)) == 255


@pytest.mark.parametrize(("kind", "mark"), [("webm", b"\x1f\x43\xb6\x75"), ("m4a", b"moof")])
async def test_a_recording_in_a_thousand_pieces_is_one(kind, mark):
    recording = packed(kind, said(" ".join(["one two three four five"] * 12)), live=True)
    assert recording.count(mark) > 500
    found = await judged(recording, **LIMITS)
    assert (found.kind, 10 < found.seconds < 30) == (kind, True)


async def test_a_file_is_read_as_its_bytes_are(tmp_path):
    (tmp_path / "talk.txt").write_bytes(packed("webm"))
    assert (await judged(tmp_path / "talk.txt", **LIMITS)).kind == "webm"


@pytest.mark.parametrize(
    "data",
    [
        b"\0" * 1000,
        b"GIF89a" + b"\0" * 100,
        b"#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1/secret\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"ID3\x04\0\0\0\0\0\0#EXTM3U\nhttp://127.0.0.1/secret\n",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"\x1a\x45\xdf\xa3" + b"\xff" * 100,
        b"OggS" + b"\0" * 200,
        b"\0\0\0\x18ftypM4A \0\0\0\0",
        b"\xff\xfb\x90\x00" + b"\0" * 5,
        "Grüße".encode() * 100,
    ],
    ids=[
        "zeros",
        "picture",
        "playlist",
        "list",
        "playlist_in_id3",
        *("cut_wav", "webm", "ogg", "m4a", "mp3", "text"),
    ],
)
async def test_what_is_no_recording_is_refused(data):
    assert await refusal(data) == NO_RECORDING


async def test_an_archive_of_recordings_is_none():
    assert await refusal(zipped()) == NO_RECORDING


async def test_a_video_is_refused():
    assert await refusal(film()) == "This is a video. Send sound only."


async def test_an_empty_file_is_refused():
    assert await refusal(b"") == "The recording is empty. Please record it again."


@pytest.mark.parametrize("seconds", [0.5, 30])
async def test_silence_is_refused(seconds):
    silence = "The recording is silent. Please check your microphone and speak up."
    assert await refusal(wav(bytes(round(seconds * HEARD_RATE) * SAMPLE))) == silence
    assert await refusal(wav(b"\0\x10" * round(seconds * HEARD_RATE))) == silence
    assert await refusal(wav(noise(0.5, loudness=30))) == silence


async def test_a_child_that_was_taken_over_is_not_believed(monkeypatch):
    liars = Children("tests.voice.lying_child", most=1)
    monkeypatch.setattr(decoding, "_children", liars)
    good = {"kind": "webm", "peaks": "00" * 64}
    assert (await judged(json.dumps(good).encode(), **LIMITS)).seconds == 1 / HEARD_RATE
    lies = [{"kind": "../../etc"}, {"kind": ["webm"]}, {"peaks": "<script>"}, {"peaks": None}]
    for answer in (
        *(good | lie for lie in lies),
        {"fault": "whatever"},
        {"fault": ["video"]},
        {},
        [],
        "webm",
    ):
        assert await refusal(json.dumps(answer).encode()) == NO_RECORDING
    liars.close()


class Unlucky:
    """In the place of the children: fails so, one time after the other, and then decodes."""

    def __init__(self, *failures: type[ChildFailed]) -> None:
        self.failures = list(failures)

    async def ask(self, _question, _body, *, seconds: float):
        assert seconds
        if self.failures:
            raise self.failures.pop(0)
        return {"kind": "webm", "peaks": "00" * 64}, b"\0\0"


@pytest.mark.parametrize("failure", [ChildFailed, ChildNotStarted])
async def test_a_child_that_dies_once_is_replaced(monkeypatch, failure):
    monkeypatch.setattr(decoding, "_children", Unlucky(failure))
    assert (await judged(b"bytes", **LIMITS)).kind == "webm"


async def test_what_kills_every_child_is_no_recording(monkeypatch):
    monkeypatch.setattr(decoding, "_children", Unlucky(ChildFailed, ChildFailed))
    assert await refusal(b"bytes") == NO_RECORDING


@pytest.mark.parametrize("failures", [[ChildEnded], [ChildNotStarted] * 2, [ChildFailed, ChildEnded]])
async def test_a_machine_that_cannot_decode_now_says_so_and_blames_no_recording(monkeypatch, failures):
    monkeypatch.setattr(decoding, "_children", Unlucky(*failures))
    with pytest.raises(Unavailable) as raised:
        await judged(b"bytes", **LIMITS)
    assert (raised.value.status, raised.value.key) == (503, "service_unavailable")
    assert problem_of(raised.value).headers["Retry-After"] == "10"


async def test_a_slip_of_the_finger_is_refused():
    too_short = "The recording is too short to hear anything. Hold the microphone longer."
    assert await refusal(wav(tone(0.1))) == too_short


async def test_one_byte_more_than_allowed_is_refused(tmp_path):
    (tmp_path / "long.wav").write_bytes(wav(tone(1)))
    size = len(wav(tone(1)))
    for recording in (wav(tone(1)), tmp_path / "long.wav"):
        assert (await judged(recording, max_seconds=120, max_bytes=size)).kind == "wav"
        with pytest.raises(AudioTooLarge) as raised:
            await judged(recording, max_seconds=120, max_bytes=size - 1)
        assert (raised.value.status, raised.value.text) == (
            413,
            f"The recording has too many bytes: at most {size - 1} can be sent.",
        )


async def test_the_usual_limit_is_told_in_megabytes():
    with pytest.raises(AudioTooLarge, match="at most 5 MB can be sent"):
        await judged(b"\0" * (LIMITS["max_bytes"] + 1), **LIMITS)


async def test_two_minutes_are_taken_and_a_second_more_is_not():
    long = tone(121)
    assert (await judged(wav(long[: 120 * HEARD_RATE * SAMPLE]), **LIMITS)).seconds == 120
    assert await refusal(wav(long)) == "The recording is too long: at most 120 seconds can be sent."


@pytest.mark.parametrize("claimed", [0.001, 1e9])
async def test_the_length_in_a_header_is_not_believed(claimed):
    lying = with_duration(packed("webm"), claimed)
    assert lying != packed("webm")
    assert 1 < (await judged(lying, **LIMITS)).seconds < 3
    assert await refusal(lying, max_seconds=1) == "The recording is too long: at most 1 second can be sent."


def with_duration(webm: bytes, seconds: float) -> bytes:
    """The file with another value in its element Duration (id 44 89, eight bytes of floating point)."""
    at = webm.index(b"\x44\x89\x88") + 3
    return webm[:at] + struct.pack(">d", seconds * 1000) + webm[at + 8 :]


async def test_a_recording_that_was_cut_off_is_taken_as_far_as_it_goes():
    whole = packed("webm")
    assert 0.3 < (await judged(whole[: len(whole) // 2], **LIMITS)).seconds < 1.5


@pytest.mark.parametrize("rate", [1, 400_000])
async def test_a_sample_rate_no_microphone_has_is_refused(rate):
    assert await refusal(wav(tone(2), rate=rate)) == NO_RECORDING


async def test_a_record_sleeve_is_no_video():
    file = io.BytesIO()
    with av.open(io.BytesIO(packed("mp3"))) as source, av.open(file, "w", format="mp3") as target:
        sound = target.add_stream_from_template(source.streams.audio[0])
        sleeve = target.add_stream("png", rate=1)
        sleeve.width = sleeve.height = 8
        sleeve.pix_fmt = "rgb24"
        sleeve.disposition = av.stream.Disposition.attached_pic
        target.mux(sleeve.encode(av.VideoFrame(8, 8, "rgb24")))
        target.mux(sleeve.encode(None))
        for packet in source.demux(source.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = sound
                target.mux(packet)
    assert b"\x89PNG" in file.getvalue()
    assert (await judged(file.getvalue(), **LIMITS)).kind == "mp3"
