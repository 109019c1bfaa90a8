"""Having an agent's instructions improved."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict
from time import monotonic
from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils import translation
from ninja import Router

from accounts.errors import Refused
from accounts.later import LaterResponse
from accounts.requests import ApiRequest
from accounts.schemas import BODY_REFUSALS, REFUSALS, Problem
from agents.api.schemas import RefineIn, RefinementOut
from agents.errors import ModelFailed
from agents.fallbacks import fallback_for
from agents.frames import COMMENT, UNBUFFERED, frame
from agents.refinements import Refinement, Wish
from agents.refining import check_place, check_wish, refined

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

router = Router(tags=["agents"])

#: Seconds of silence before a comment line.
KEEP_ALIVE = 15.0
STREAM_SCHEMA = {
    "responses": {
        200: {
            "description": "The new instructions; with `stream` as they are written",
            "content": {
                "text/event-stream": {
                    "schema": {"type": "string"},
                    "example": 'event: token\ndata: {"content":"You know "}\n\nevent: done\n'
                    'data: {"system_prompt":"You know ships.","rationale":"…","changes":["…"]}\n\n',
                }
            },
        }
    }
}


@router.post(
    "/agents/refine",
    url_name="refine_agent",
    operation_id="refine_agent",
    response={200: RefinementOut, **REFUSALS, **BODY_REFUSALS, 429: Problem, 503: Problem},
    openapi_extra=STREAM_SCHEMA,
)
def refine_agent(request: ApiRequest, payload: RefineIn) -> HttpResponse | StreamingHttpResponse:
    """Has the configured model write better instructions. Nothing is stored."""
    wish = check_wish(Wish(payload.goal, payload.system_prompt, payload.feedback))
    check_place(request.user.pk)
    if not payload.stream:
        return LaterResponse(request, lambda: _whole(wish, request.user))
    language = translation.get_language()
    frames = _frames(wish, request.user, language)
    return StreamingHttpResponse(frames, content_type="text/event-stream", headers=UNBUFFERED)


async def _whole(wish: Wish, person: "User") -> HttpResponse:
    async with aclosing(refined(wish, person)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Refinement):
                return JsonResponse(asdict(piece))
    raise ModelFailed("default")  # never: a refinement is the last piece


async def _frames(wish: Wish, person: "User", language: str) -> AsyncGenerator[bytes, None]:
    with translation.override(language):
        try:
            async with aclosing(_told(wish, person)) as frames:
                async for one in frames:
                    yield one.encode()
        except Refused as refusal:
            text = refusal.fallback if isinstance(refusal, ModelFailed) else refusal.text
            yield frame("error", error=refusal.key, fallback_message=text).encode()
        except Exception:
            # The border of the stream: whoever reads it is told that nothing more comes.
            logger.exception("a refinement broke")
            yield frame("error", error="default", fallback_message=fallback_for("default")).encode()


async def _told(wish: Wish, person: "User") -> AsyncGenerator[str, None]:
    yield COMMENT  # so that the headers are sent at once
    last = monotonic()
    async with aclosing(refined(wish, person)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Refinement):
                yield frame("done", **asdict(piece))
            elif piece or monotonic() - last > KEEP_ALIVE:
                last = monotonic()
                yield frame("token", content=piece) if piece else COMMENT
