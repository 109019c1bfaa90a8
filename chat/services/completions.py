"""Answers that belong to no conversation: asked for with all that was said before, given to who asked."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from accounts.rate_limits import check_send
from agents.services.runs import queue_run, stop_runs
from agents.transcripts import Transcript
from chat import dispatch
from chat.errors import TooLong
from chat.services.answers import stop_run
from chat.turns import CHARS_PER_TOKEN

if TYPE_CHECKING:
    from accounts.models import User
    from agents.models import Agent, Run


@transaction.atomic
def begin_completion(*, actor: "User", agent: "Agent", transcript: Transcript) -> "Run":
    """A run that counts as the person's, over what their program has sent. Raises TooLong and TooMany.

    Its events are in the log as those of every run; what was sent is forgotten when it ends.
    """
    room = agent.context_tokens * CHARS_PER_TOKEN - len(agent.system_prompt)
    if transcript.length > room:
        raise TooLong(
            _("The messages have %(count)d characters; this agent reads at most %(limit)d.")
            % {"count": transcript.length, "limit": max(room, 0)}
        )
    check_send(actor.pk)
    run = queue_run(
        agent=agent,
        owner=actor,
        chat_id=uuid7(),
        message_id=uuid7(),
        answer_id=uuid7(),
        transcript=transcript,
        here=dispatch.is_open(),
    )
    dispatch.set_off(run)
    return run


@transaction.atomic
def abandon_completion(run: "Run") -> None:
    """Stops it, because nobody waits for it any more; nothing if it has ended."""
    for run_id in stop_runs(chat_id=run.chat_id):
        stop_run(run.chat_id, run_id)
