"""What a person proves besides the password, where they have set such a thing up."""

from accounts.models import User


def second_factor_needed(user: User) -> bool:
    """Whether the password alone is not enough for this person."""
    return False


def second_factor_proved(user: User, code: str) -> bool:
    """Whether the code is good, now."""
    return False
