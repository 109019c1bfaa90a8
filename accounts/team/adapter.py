"""How django-allauth makes accounts here."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import redirect

from accounts.models import User
from accounts.services.members import SignUpClosed, admit_member, sign_up_is_open
from accounts.team.invited import invitation_of, token_of

logger = logging.getLogger(__name__)

#: Names are made of addresses; somebody who signs up in the same moment can take one first.
TRIES = 5


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return sign_up_is_open() or invitation_of(request) is not None

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Stores the person with what they may be, or leads to the page that says that they may not."""
        user.display_name = form.cleaned_data.get("display_name", "")
        for tries_left in reversed(range(TRIES)):
            try:
                with transaction.atomic():
                    super().save_user(request, user, form, commit)
                    if commit:
                        admit_member(user=user, token=token_of(request))
            except IntegrityError:
                if not tries_left:
                    raise
                user._state.adding = True
            except SignUpClosed:
                raise ImmediateHttpResponse(redirect("account_signup")) from None
            else:
                break
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A server that is away is for the log: the page would say who is here by failing for them only."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:  # those of smtplib are such
            logger.exception("a message could not be sent")
