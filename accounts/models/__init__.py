"""The rows of accounts."""

from accounts.models.user import Theme, User

__all__ = ["Theme", "User"]
