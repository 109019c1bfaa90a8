"""Who a program's user name and password belong to."""

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts.errors import NeedsConfirmation, NeedsSecondFactor, WrongPassword
from accounts.models import User
from accounts.rate_limits import check_sign_in
from accounts.second_factor import second_factor_needed, second_factor_proved


def person_signing_in(request: HttpRequest, *, username: str, password: str, code: str = "") -> User:
    """Raises WrongPassword, NeedsConfirmation, NeedsSecondFactor and TooMany.

    Django hashes the password also where nobody has that name, or who has it is disabled: neither the answer
    nor its time tells.
    """
    check_sign_in(account=username, address=request.META.get("REMOTE_ADDR", ""))
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        raise WrongPassword
    if not _has_confirmed(user):
        raise NeedsConfirmation
    if second_factor_needed(user):
        if not code:
            raise NeedsSecondFactor
        if not second_factor_proved(user, code):
            raise WrongPassword
    return user


def _has_confirmed(user: User) -> bool:
    """Pages ask the same after the password, in a step of their own."""
    if settings.PERSONAL or not settings.EMAIL_CONFIRMATION:
        return True
    from allauth.account.utils import has_verified_email  # installed in team mode only

    return bool(has_verified_email(user))
