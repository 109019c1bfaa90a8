"""In which order somebody reads the runs of a chat: one after the other, from a place on, none twice."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agents.engine.events import parse_event_id
from agents.errors import Conflict, Invalid
from agents.models import Run, RunEvent
from agents.models.run import LIVE

#: A run that was begun first may be stored last, by another process: how far back one is still looked for.
OVERLAP = timedelta(seconds=10)

BEGINNING = UUID(int=0)


class Course:
    """``seen`` are the runs that are not to be read, of those whose id is after ``floor``.

    ``after`` is the sequence of the last event that has been read of the run ``begun``.
    """

    def __init__(self, chat_id: UUID, floor: UUID = BEGINNING, seen: set[UUID] | None = None) -> None:
        self.chat_id = chat_id
        self._floor = floor
        self._seen = seen or set()
        self._begun: UUID | None = None
        self._after = 0

    @classmethod
    def from_now(cls, chat_id: UUID) -> "Course":
        """What is under way from its beginning, and what comes after it."""
        runs = _runs(chat_id)
        live = runs.filter(state__in=LIVE).values_list("pk", flat=True).first()
        floor = _earlier(min(live or _id_at(datetime.now(UTC)), _id_at(datetime.now(UTC))))
        ended = runs.filter(pk__gt=floor).exclude(state__in=LIVE)
        return cls(chat_id, floor, set(ended.values_list("pk", flat=True)))

    @classmethod
    def from_event(cls, chat_id: UUID, last_id: str) -> "Course":
        """What comes after that event: the rest of its run, and the later ones.

        Raises Invalid for what is no id, and Conflict for an event that the chat does not have: to go on from
        there would leave a gap that nobody notices.
        """
        try:
            last = parse_event_id(last_id)
        except ValueError:
            raise Invalid({"since": [_("This is not the id of an event.")]}) from None
        runs = _runs(chat_id).order_by("-pk").values_list("pk", flat=True)
        run_id = next((pk for pk in runs.iterator() if pk.hex.endswith(last.tag)), None)
        if run_id is None or not RunEvent.objects.filter(run=run_id, seq__gte=last.seq).exists():
            raise Conflict(_("This conversation has no such event. Resume without one, and read it anew."))
        return cls.from_run(chat_id, run_id, last.seq)

    @classmethod
    def from_run(cls, chat_id: UUID, run_id: UUID, after: int = 0) -> "Course":
        """That run after so many of its events, and the later ones."""
        floor = _earlier(run_id)
        before = _runs(chat_id).filter(pk__gt=floor, pk__lt=run_id)
        course = cls(chat_id, floor, set(before.values_list("pk", flat=True)))
        course._begun, course._after = run_id, after
        return course

    def next(self) -> tuple[Run, int] | None:
        """The run to read now and the sequence after which; None while there is none."""
        runs = _runs(self.chat_id)
        run = runs.filter(pk__gt=self._floor).exclude(pk__in=self._seen).first()
        if self._begun is not None:
            run = runs.filter(pk=self._begun).first() or run
        if run is None:
            return None
        return run, self._after if run.pk == self._begun else 0

    def done(self, run_id: UUID) -> None:
        """That run has been read to its end, or is gone."""
        self._begun, self._after = None, 0
        self._floor = max(self._floor, _earlier(run_id))
        self._seen = {pk for pk in {*self._seen, run_id} if pk > self._floor}


def _runs(chat_id: UUID) -> QuerySet[Run]:
    """Those that messages asked for; what agents ask each other is told within them."""
    return Run.objects.filter(chat_id=chat_id, parent=None).order_by("pk")


def _earlier(run_id: UUID) -> UUID:
    """The least id of ``OVERLAP`` before; an id begins with its time in milliseconds."""
    ms = (run_id.int >> 80) - int(OVERLAP.total_seconds() * 1000)
    return UUID(int=max(ms, 0) << 80)


def _id_at(moment: datetime) -> UUID:
    return UUID(int=int(moment.timestamp() * 1000) << 80)
