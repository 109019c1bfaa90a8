"""The forms of joining."""

from typing import Any, cast

from allauth.account.forms import LoginForm, SignupForm
from allauth.account.forms import ResetPasswordForm as AskForm
from allauth.core import context
from django import forms
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from accounts.groups import groups_for
from accounts.models import User
from accounts.services.invitations import MAX_DAYS, roles_for
from accounts.team.invited import invitation_of


class ResetPasswordForm(AskForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email = self.fields["email"]
        email.label = _("E-mail address")
        email.widget.attrs = {"autocomplete": "email", "autofocus": True}


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("E-mail address or user name")
        login.widget.attrs = {"autocomplete": "username", "autofocus": True}
        self.fields["password"].help_text = ""  # the way to a new one stands below the button
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponseBase:
        """An account without an address was made by hand: there is nothing to confirm."""
        if not self.user.email:
            self._login.email_verification = "none"
        return super().login(request, redirect_url=redirect_url)


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
        self.invitation = invitation_of(context.request)
        if self.invitation is not None:
            self.fields["email"].initial = self.invitation.email
        password = self.fields["password1"]
        password.help_text = _("At least 8 characters, and not one of the common ones.")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def clean_email(self) -> str:
        """An invitation to an address is for that address."""
        email = super().clean_email()
        invitation = self.invitation
        if invitation is not None and invitation.email not in ("", email.lower()):
            raise forms.ValidationError(_("The invitation is for another address."))
        return str(email)


class InvitationForm(forms.Form):
    """Whom to invite, as what, for how long; ``person`` is asked for no more than they may give."""

    role = forms.ChoiceField(label=_("As"), widget=forms.RadioSelect)
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Then only this address can be used, and the link is sent to it."),
    )
    groups = forms.ModelMultipleChoiceField(
        Group.objects.none(), label=_("Groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(label=_("Good for so many days"), min_value=1, max_value=MAX_DAYS, initial=7)

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = roles_for(person)
        role = cast(forms.ChoiceField, self.fields["role"])
        role.choices, role.initial = [(one.value, one.label) for one in roles], roles[0]
        groups = groups_for(person)
        if groups.exists():
            cast(forms.ModelMultipleChoiceField, self.fields["groups"]).queryset = groups
        else:
            del self.fields["groups"]
