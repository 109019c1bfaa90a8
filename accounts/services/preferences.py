"""A person's own settings."""

from accounts.models import User


def save_preferences(*, user: User, display_name: str, theme: str, language: str, time_zone: str) -> User:
    """Saves values that ``PreferencesForm`` has looked at; touches no other column."""
    user.display_name = display_name
    user.theme = theme
    user.language = language
    user.time_zone = time_zone
    user.save(update_fields=["display_name", "theme", "language", "time_zone"])
    return user
