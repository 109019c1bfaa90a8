"""Accounts of an OpenID Connect provider: who may join with one, and the way there and back."""

import logging
from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect import views as theirs
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from requests import RequestException

from accounts.models import User
from accounts.services.members import SignUpClosed, admit_member, sign_up_is_open
from accounts.team.invited import invitation_of, token_of

logger = logging.getLogger(__name__)

#: One that is away, and one whose answers are not what the protocol says.
UNANSWERED = (RequestException, OAuth2Error, KeyError, ValueError)


class ProviderAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return sign_up_is_open() or invitation_of(request) is not None or _vouches(sociallogin)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, {**data, "username": ""})
        user.display_name = str(data.get("name") or "")[:100]
        return user

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Stores the person with what they may be. Raises SignUpClosed, which rolls it back."""
        user: User = super().save_user(request, sociallogin, form)
        if form is None:  # with one the adapter of accounts has seen to it
            admit_member(user=user, token=token_of(request), vouched=_vouches(sociallogin))
        return user


def _vouches(sociallogin: SocialLogin) -> bool:
    return bool(sociallogin.provider.app.settings.get("sign_up"))


@login_not_required
def go(request: HttpRequest, provider_id: str) -> HttpResponse:
    """On the way there by a page that leads on: the policy of our pages lets no form end elsewhere."""
    try:
        response = theirs.login(request, provider_id)
    except UNANSWERED:
        return _failed(request, provider_id)
    if response.status_code != 302:  # noqa: PLR2004
        return response
    return render(request, "account/going_on.html", {"address": response.headers["Location"]})


@login_not_required
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        return theirs.callback(request, provider_id)
    except SignUpClosed:
        return redirect("account_signup")
    except UNANSWERED:
        return _failed(request, provider_id)


def _failed(request: HttpRequest, provider_id: str) -> HttpResponse:
    logger.exception("the provider %s did not answer as it should", provider_id)
    return render(request, "socialaccount/authentication_error.html", status=401)
