"""The forms of joining."""

from typing import Any

from allauth.account.forms import LoginForm, SignupForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("E-mail address or user name")
        login.widget.attrs = {"autocomplete": "username", "autofocus": True}
        self.fields["password"].help_text = ""  # the way to a new one stands below the button
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignUpForm(SignupForm):
    """Nobody chooses a user name: it would tell strangers who is here already."""

    display_name = forms.CharField(
        label=_("Your name"),
        max_length=User._meta.get_field("display_name").max_length,
        help_text=_("As others see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    field_order = ("display_name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        password = self.fields["password1"]
        password.help_text = _("At least 8 characters, and not one of the common ones.")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
