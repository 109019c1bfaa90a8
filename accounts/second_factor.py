"""What a person proves besides the password, where they have set such a thing up."""

from django.apps import apps

from accounts.models import User


def second_factor_needed(user: User) -> bool:
    """Whether the password alone is not enough for this person."""
    if not apps.is_installed("allauth.mfa"):
        return False
    from allauth.mfa.utils import is_mfa_enabled

    return bool(is_mfa_enabled(user))


def second_factor_proved(user: User, code: str) -> bool:
    """Whether the code is good, now: of the authenticator app, or a recovery code, each once.

    A passkey needs a browser, so whoever has nothing else proves nothing here.
    """
    if not apps.is_installed("allauth.mfa"):
        return False
    from allauth.mfa.models import Authenticator

    kinds = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    mine = Authenticator.objects.filter(user=user, type__in=kinds)
    return any(one.wrap().validate_code(code) for one in mine)
