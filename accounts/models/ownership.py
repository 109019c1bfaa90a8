"""Ownership: one row, there from the moment somebody has signed up first."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Ownership(models.Model):
    """Its key can be 1 only, so of many who insert it at once the database lets one through.

    The row outlives the owner: nobody becomes one by waiting until the first is gone.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="one_ownership"),)

    def __str__(self) -> str:
        return str(self.owner or "")
