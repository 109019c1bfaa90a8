"""The form for a new API key."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Scope, User

#: Days after which a key ends; empty is never.
LASTS = [("30", _("30 days")), ("90", _("90 days")), ("365", _("One year")), ("", _("Never"))]


class KeyForm(forms.Form):
    """``scopes`` and ``expires_at`` are what the service takes."""

    name = forms.CharField(label=_("Which program it is for"), max_length=100)
    scope = forms.ChoiceField(
        label=_("What it may do"), choices=[(one.value, one.label) for one in (Scope.READ, Scope.WRITE)]
    )
    for_others = forms.BooleanField(label=Scope.ACT_FOR_OTHERS.label, required=False)
    lasts = forms.ChoiceField(label=_("How long it is good"), choices=LASTS, required=False)

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data, initial={"scope": Scope.READ, "lasts": "90"}, auto_id="key_%s", prefix=None)
        if not user.has_perm("accounts.act_for_others"):
            del self.fields["for_others"]

    @property
    def scopes(self) -> list[str]:
        acts = self.cleaned_data.get("for_others")
        return [self.cleaned_data["scope"], *([Scope.ACT_FOR_OTHERS] if acts else [])]

    @property
    def expires_at(self) -> datetime | None:
        days = self.cleaned_data["lasts"]
        return timezone.now() + timedelta(days=int(days)) if days else None
