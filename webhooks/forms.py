"""The form of a new webhook. What an address may be, the service says."""

from django import forms
from django.utils.translation import gettext_lazy as _

from webhooks.models import EventType
from webhooks.models.webhook import MAX_ADDRESS


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=_("Address"),
        max_length=MAX_ADDRESS,
        widget=forms.URLInput(attrs={"placeholder": "https://example.org/hooks/parley", "class": "input"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Events"), choices=EventType.choices, widget=forms.CheckboxSelectMultiple
    )
