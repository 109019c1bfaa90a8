"""ActedFor: a person whom a program names by an id of its own, such as a customer of its own site."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_EXTERNAL_ID = 200


class ActedFor(models.Model):
    """``account`` is who acts; ``user`` is a person like any other, who cannot sign in.

    Two accounts that use the same id mean two people: none reaches through an id what another has stored.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="acts_for", verbose_name=_("acting account")
    )
    external_id = models.CharField(_("id of the program"), max_length=MAX_EXTERNAL_ID)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="acted_for", verbose_name=_("person")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("person acted for")
        verbose_name_plural = _("people acted for")
        constraints = (
            models.UniqueConstraint(fields=["account", "external_id"], name="acted_for_external_id_once"),
        )

    def __str__(self) -> str:
        return self.external_id
