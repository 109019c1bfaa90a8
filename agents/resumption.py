"""Where a reader of a run goes on, from the id of the last event it has seen."""

from uuid import UUID

from django.utils.translation import gettext as _

from agents.engine.events import End, parse_event_id
from agents.errors import Conflict, Invalid
from agents.models import Run, RunEvent
from agents.selectors import runs_of_message


def seen_up_to(run: Run, last_id: str) -> int:
    """The sequence of the last event that whoever names this id has seen; 0 where nothing of this run.

    The id may be of an earlier run of the same message: then the answer was asked for again meanwhile, and
    all of the new run is unseen. Raises Invalid for what is no id, and Conflict for an event that the message
    does not have: to go on from there would leave a gap that nobody notices.
    """
    if not last_id:
        return 0
    try:
        seen = parse_event_id(last_id)
    except ValueError:
        raise Invalid({"since": [_("This is not the id of an event.")]}) from None
    if run.pk.hex.endswith(seen.tag):
        if not seen.seq or RunEvent.objects.filter(run=run, seq__gte=seen.seq).exists():
            return seen.seq
    elif any(pk.hex.endswith(seen.tag) for pk in _runs_before(run)):
        return 0
    raise Conflict(_("This message has no such event. Ask again without an event id to get all of them."))


def has_ended_by(run: Run, seq: int) -> bool:
    """Whether that event is the end of the run, after which nothing comes."""
    return RunEvent.objects.filter(run=run, seq=seq, type=End.type).exists()


def _runs_before(run: Run) -> list[UUID]:
    earlier = runs_of_message(run.chat_id, run.message_id).filter(pk__lt=run.pk)
    return list(earlier.values_list("pk", flat=True))
