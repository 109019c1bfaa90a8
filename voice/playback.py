"""A sound as an answer: whole or in part, in pieces that wait for whoever listens."""

import asyncio
from collections.abc import AsyncGenerator

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.etags import names
from chat.sounds import Sound
from voice import files
from voice.ranges import OutOfRange, Part, part_of

#: Bytes in one piece: the next waits until the listener has taken most of it (config/server.py).
PIECE = 64 * 1024
#: By how a file ends, which says what its bytes were found to be.
TYPES = {
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "webm": "audio/webm",
}


def playback(request: HttpRequest, sound: Sound) -> HttpResponseBase:
    """What is asked for of the sound. The bytes of a path never change, so its name is their tag."""
    name = sound.path.rpartition("/")[2]
    tag = f'"{name.partition(".")[0]}"'
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": tag,
        # A browser may keep it for who is signed in there, and asks each time whether they still may.
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'inline; filename="{name}"',
        # Somebody has sent these bytes: shown as a page of their own they play, and do nothing else.
        "Content-Security-Policy": "default-src 'none'; media-src 'self'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    if names(request.headers.get("If-None-Match", ""), tag):
        return HttpResponse(status=304, headers=headers)
    try:
        part = part_of(_asked(request, tag), sound.size)
    except OutOfRange:
        return _out_of_range(sound)
    if part is not None:
        headers["Content-Range"] = str(part)
    return _answer(request, sound, part, headers)


def _asked(request: HttpRequest, tag: str) -> str:
    """With ``If-Range`` a part is good only of what the client has the rest of."""
    same = request.headers.get("If-Range", tag) == tag
    return request.headers.get("Range", "") if same else ""


def _out_of_range(sound: Sound) -> HttpResponse:
    detail = _("There is no such part: the recording has %(size)d bytes.") % {"size": sound.size}
    headers = {"Content-Range": f"bytes */{sound.size}"}
    return JsonResponse({"error": "out_of_range", "detail": detail}, status=416, headers=headers)


def _answer(
    request: HttpRequest, sound: Sound, part: Part | None, headers: dict[str, str]
) -> HttpResponseBase:
    status, kind = 206 if part else 200, TYPES[sound.path.rpartition(".")[2]]
    part = part or Part(0, sound.size - 1, sound.size)
    headers["Content-Length"] = str(len(part))
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=kind, headers=headers)
    pieces = _pieces(sound.path, part)
    return StreamingHttpResponse(pieces, status=status, content_type=kind, headers=headers)


async def _pieces(path: str, part: Part) -> AsyncGenerator[bytes, None]:
    """Read on threads: a disk may be slow, and a storage elsewhere is."""
    left = len(part)
    file = await asyncio.to_thread(files.open_bytes, path)
    try:
        await asyncio.to_thread(file.seek, part.first)
        while left and (piece := await asyncio.to_thread(file.read, min(left, PIECE))):
            left -= len(piece)
            yield piece
    finally:
        file.close()
