"""Recordings from outside, judged by decoding their bytes in a child process that can do nothing else."""

import asyncio
import re
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from children.pool import ChildEnded, ChildFailed, ChildNotStarted, Children
from children.wire import Message
from voice.audio import FAULTS, KINDS, Fault, Probed
from voice.errors import AudioTooLarge, BadAudio, Unavailable
from voice.pcm import HEARD_RATE, SPOKEN_RATE, seconds_of

#: Recordings decoded at once by one process of ours; more of them would not be ready any sooner.
AT_ONCE = 2
#: Two minutes take a quarter of a second on a free core.
PATIENCE_S = 20.0
#: Seconds after which a machine that had no time or memory for a child may have some.
SOON = 10
LONGEST_SPEECH_S = 600.0

Way = Literal["recording", "speech"]

_PEAKS = re.compile(r"[0-9a-f]{128}")
_children = Children("voice.child_decode", most=AT_ONCE, uses=1)


async def judged(recording: bytes | Path, *, max_seconds: float, max_bytes: int) -> Probed:
    """What the recording is, measured. Neither its name nor its declared type nor its headers are believed.

    Raises AudioTooLarge for more than ``max_bytes``, and BadAudio for what nobody said: nothing at all,
    another kind of file, a video, more than ``max_seconds``, silence. Unavailable where that is not known.
    """
    data = (
        recording
        if isinstance(recording, bytes)
        else await asyncio.to_thread(_beginning, recording, max_bytes)
    )
    if len(data) > max_bytes:
        raise AudioTooLarge.over(max_bytes)
    if not data:
        raise BadAudio(_("The recording is empty. Please record it again."))
    return await _decoded(data, "recording", max_seconds)


async def speech_in(data: bytes) -> bytes:
    """The samples, at ``SPOKEN_RATE``, of what a service made of a text. Raises BadAudio and Unavailable."""
    return (await _decoded(data, "speech", LONGEST_SPEECH_S)).pcm


async def _decoded(data: bytes, way: Way, max_seconds: float) -> Probed:
    rate = HEARD_RATE if way == "recording" else SPOKEN_RATE
    try:
        found, pcm = await _asked({"as": way, "max_seconds": max_seconds}, data)
    except (ChildEnded, ChildNotStarted):
        raise Unavailable(SOON) from None
    except ChildFailed:
        raise BadAudio(_sentence("not_audio", max_seconds)) from None
    kind, peaks = found.get("kind"), found.get("peaks")
    # What a crafted file may have made of the child is not believed either: its words become names of files.
    if kind not in KINDS or not isinstance(peaks, str) or not _PEAKS.fullmatch(peaks):
        fault = found.get("fault")
        raise BadAudio(_sentence(fault if fault in FAULTS else "not_audio", max_seconds))
    return Probed(kind=kind, seconds=seconds_of(pcm, rate), peaks=peaks, pcm=pcm)


async def _asked(question: dict[str, Any], data: bytes) -> Message:
    """A child that dies may have had bad luck, so a second one is asked; not after one that took too long."""
    try:
        return await _children.ask(question, data, seconds=PATIENCE_S)
    except ChildEnded:
        raise
    except ChildFailed:
        return await _children.ask(question, data, seconds=PATIENCE_S)


def _beginning(path: Path, max_bytes: int) -> bytes:
    with path.open("rb") as file:
        return file.read(max_bytes + 1)


def _sentence(fault: Fault, max_seconds: float) -> str:
    match fault:
        case "not_audio":
            return _("This is not a recording that can be played. Send WebM, Ogg, MP3, WAV or M4A.")
        case "video":
            return _("This is a video. Send sound only.")
        case "too_long":
            return ngettext(
                "The recording is too long: at most %(count)d second can be sent.",
                "The recording is too long: at most %(count)d seconds can be sent.",
                int(max_seconds),
            ) % {"count": int(max_seconds)}
        case "too_short":
            return _("The recording is too short to hear anything. Hold the microphone longer.")
        case "silent":
            return _("The recording is silent. Please check your microphone and speak up.")
