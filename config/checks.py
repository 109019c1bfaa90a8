"""What ``manage.py check`` and every start refuse: settings that each may hold, but not together."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from accounts.personal import host_name, is_loopback_name


@register(Tags.security)
def hosts_fit_the_mode(**_options: Any) -> list[CheckMessage]:
    if settings.PERSONAL:
        return [] if settings.DEBUG else _personal_hosts()
    if "*" in settings.ALLOWED_HOSTS:
        hint = "Name the hosts people use, for example ALLOWED_HOSTS=chat.example.org."
        return [Error("ALLOWED_HOSTS must not hold * in team mode.", hint=hint, id="parley.E002")]
    return []


def _personal_hosts() -> list[CheckMessage]:
    others = [
        name for name in settings.ALLOWED_HOSTS if not is_loopback_name(host_name(name.removeprefix(".")))
    ]
    if not others:
        return []
    message = f"Personal mode signs everybody in, but ALLOWED_HOSTS holds {', '.join(others)}."
    hint = "Set PARLEY_MODE=team, or keep ALLOWED_HOSTS to names of this machine."
    return [Error(message, hint=hint, id="parley.E001")]
