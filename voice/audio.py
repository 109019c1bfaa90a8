"""Recordings from outside become samples, samples become MP3. Knows nothing of Django.

FFmpeg reads bytes that a stranger wrote, so what may be opened is said here by name: one reader, chosen by
the first bytes, and a list of decoders. It still runs in a child process only (see ``voice.decoding``).

PyAV takes 30 MB and a quarter of a second, so it is imported where it is used.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Literal, get_args

from voice.pcm import HEARD_RATE, SAMPLE, SPOKEN_RATE, is_silent, peaks_of, seconds_of

if TYPE_CHECKING:
    from av import AudioFrame, AudioResampler
    from av.audio import AudioStream
    from av.container import InputContainer

__all__ = [
    "FAULTS",
    "KINDS",
    "Fault",
    "Kind",
    "Mp3Writer",
    "Probed",
    "Unusable",
    "decoded",
    "heard",
    "kind_of",
    "peaks_of",
]

Kind = Literal["webm", "ogg", "mp3", "wav", "m4a"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Fault = Literal["not_audio", "video", "too_long", "too_short", "silent"]
FAULTS: tuple[Fault, ...] = get_args(Fault)

READERS: dict[Kind, str] = {"webm": "matroska", "ogg": "ogg", "mp3": "mp3", "wav": "wav", "m4a": "mov"}
DECODERS = (
    *("opus", "vorbis", "aac", "alac", "flac", "mp3", "mp3float"),
    *("pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_alaw", "pcm_mulaw"),
)
#: What a reader or decoder may open besides what it is given: nothing, for there is no such protocol.
OPTIONS = {"codec_whitelist": ",".join(DECODERS), "protocol_whitelist": "none", "enable_drefs": "0"}
#: Samples a second that a recording may say it has; others are not from a microphone.
RATES = range(4_000, 192_001)
#: A page that stops at the limit sends a little more than that.
SLACK_S = 0.5
SHORTEST_S = 0.2

# Layer III of MPEG 1, 2 or 2.5, with a bit rate and a sample rate that exist: ISO/IEC 11172-3, 2.4.1.3.
_MP3_FRAME = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]")
_MP3_RESERVED_RATE = 0b11

MP3_BIT_RATE = 48_000


class Unusable(Exception):
    """What was sent is no recording to work with."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Probed:
    """A sound, as its bytes say. ``pcm`` has the rate that was asked for, ``peaks`` is as of ``peaks_of``."""

    kind: Kind
    seconds: float
    peaks: str
    pcm: bytes = field(repr=False)


def kind_of(data: bytes) -> Kind | None:
    """What the first bytes say it is."""
    if data.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm"
    if data.startswith(b"OggS"):
        return "ogg"
    if data.startswith(b"RIFF") and data[8:12] == b"WAVE":
        return "wav"
    if data[4:8] == b"ftyp":
        return "m4a"
    if data.startswith(b"ID3") or _begins_mp3(data):
        return "mp3"
    return None


def heard(data: bytes, *, max_seconds: float) -> Probed:
    """The recording in ``data`` where somebody can be heard in it. Raises Unusable."""
    found = decoded(data, max_seconds=max_seconds, rate=HEARD_RATE)
    if found.seconds < SHORTEST_S:
        raise Unusable("too_short")
    if is_silent(found.pcm, HEARD_RATE):
        raise Unusable("silent")
    return found


def decoded(data: bytes, *, max_seconds: float, rate: int) -> Probed:
    """The sound in ``data``, measured by decoding it; what its headers claim is not believed.

    Stops as soon as it is too long. Raises Unusable.
    """
    import av

    if (kind := kind_of(data)) is None:
        raise Unusable("not_audio")
    try:
        with av.open(BytesIO(data), "r", format=READERS[kind], options=OPTIONS) as container:
            pcm = b"".join(_samples_of(container, max_seconds, rate))
    except (av.FFmpegError, ValueError):  # ValueError: a reader found what PyAV has no name for
        raise Unusable("not_audio") from None
    if not pcm:
        raise Unusable("not_audio")
    return Probed(kind=kind, seconds=seconds_of(pcm, rate), peaks=peaks_of(pcm), pcm=pcm)


class Mp3Writer:
    """Samples at ``SPOKEN_RATE``, piece by piece, become one MP3 that can be played while it grows.

    Its bit rate is constant, so that players know the time of each byte without a header, which could only be
    written at the end. One second takes some milliseconds: for longer pieces call it in a thread.
    """

    def __init__(self) -> None:
        from av import AudioCodecContext, AudioFifo

        codec: AudioCodecContext = AudioCodecContext.create("libmp3lame", "w")
        codec.rate, codec.layout, codec.format, codec.bit_rate = SPOKEN_RATE, "mono", "s16p", MP3_BIT_RATE
        codec.open()
        self._codec = codec
        self._waiting = AudioFifo()
        self._half = b""
        self._samples = 0

    @property
    def seconds(self) -> float:
        """How long what was fed so far takes."""
        return self._samples / SPOKEN_RATE

    def feed(self, pcm: bytes) -> bytes:
        """What can be written now of the MP3; often nothing. Half a sample waits for its other half."""
        from av import AudioFrame

        pcm = self._half + pcm
        whole = len(pcm) // SAMPLE
        self._half = pcm[whole * SAMPLE :]
        if not whole:
            return b""
        frame = AudioFrame(format="s16p", layout="mono", samples=whole, align=True)
        frame.planes[0].update(pcm[: whole * SAMPLE])
        frame.rate = SPOKEN_RATE
        self._waiting.write(frame)
        self._samples += whole
        return b"".join(
            bytes(packet)
            for full in self._waiting.read_many(self._codec.frame_size)
            for packet in self._codec.encode(full)
        )

    def finish(self) -> bytes:
        """The rest. Nothing can be fed after it; nothing at all was fed: nothing comes."""
        if not self._samples:
            return b""
        last = self._waiting.read(partial=True)
        frames = [*([last] if last else []), None]
        return b"".join(bytes(packet) for frame in frames for packet in self._codec.encode(frame))


def _begins_mp3(data: bytes) -> bool:
    return bool(_MP3_FRAME.match(data)) and (data[2] >> 2) & _MP3_RESERVED_RATE != _MP3_RESERVED_RATE


def _samples_of(container: "InputContainer", max_seconds: float, rate: int) -> Iterator[bytes]:
    stream = _voice_in(container)
    resampling = _Resampling(rate)
    seconds = 0.0
    for frame in _frames_of(container, stream):
        if frame.sample_rate not in RATES:
            raise Unusable("not_audio")
        seconds += frame.samples / frame.sample_rate
        if seconds > max_seconds + SLACK_S:
            raise Unusable("too_long")
        yield resampling.feed(frame)
    yield resampling.finish()


def _voice_in(container: "InputContainer") -> "AudioStream":
    from av.stream import Disposition

    for picture in container.streams.video:
        # That of a record's sleeve is a video of one frame, and no reason to refuse.
        if not picture.disposition & Disposition.attached_pic:
            raise Unusable("video")
    if not container.streams.audio:
        raise Unusable("not_audio")
    stream = container.streams.audio[0]
    if stream.codec_context is None or stream.codec_context.codec.name not in DECODERS:
        raise Unusable("not_audio")
    return stream


def _frames_of(container: "InputContainer", stream: "AudioStream") -> Iterator["AudioFrame"]:
    """What can be decoded: a recording that was cut off, or has a bad spot, is taken for the rest of it."""
    import av

    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (av.FFmpegError, StopIteration):
            return
        with suppress(av.FFmpegError):
            yield from stream.codec_context.decode(packet)


class _Resampling:
    """To mono at ``rate``, also where the stream changes its form on the way."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._form: tuple[str, str, int] | None = None
        self._resampler: AudioResampler | None = None

    def feed(self, frame: "AudioFrame") -> bytes:
        from av import AudioResampler

        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        before = b""
        if self._resampler is None or form != self._form:
            before = self.finish()
            self._form = form
            self._resampler = AudioResampler(format="s16", layout="mono", rate=self._rate)
        return before + _bytes_of(self._resampler.resample(frame))

    def finish(self) -> bytes:
        return _bytes_of(self._resampler.resample(None)) if self._resampler else b""


def _bytes_of(frames: "list[AudioFrame]") -> bytes:
    return b"".join(bytes(frame.planes[0])[: frame.samples * SAMPLE] for frame in frames)
