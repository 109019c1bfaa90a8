"""RunEvent: the append-only log of a run. Only ``agents.eventlog`` writes it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models.run import Run


class RunEvent(models.Model):
    run = models.ForeignKey(Run, models.CASCADE, related_name="events", verbose_name=_("run"), db_index=False)
    seq = models.PositiveIntegerField(_("sequence"))
    type = models.CharField(_("type"), max_length=20)
    ts = models.DateTimeField(_("time"))
    data = models.JSONField(_("data"))

    class Meta:
        verbose_name = _("run event")
        verbose_name_plural = _("run events")
        ordering = ("run", "seq")
        constraints = (models.UniqueConstraint(fields=["run", "seq"], name="run_event_seq_once"),)

    def __str__(self) -> str:
        return f"{self.seq} {self.type}"
