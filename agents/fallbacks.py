"""What a person reads when a model, a voice or a server fails: all texts in one place, by key."""

from django.utils.translation import gettext_lazy as _

FALLBACKS = {
    "default": _("I apologize, I'm having trouble responding right now. Please try again."),
    "rate_limit": _(
        "I'm receiving too many requests at the moment. Please wait a few seconds and try again."
    ),
    "timeout": _("The request took too long to process. Please try again with a shorter message."),
    "stt_failed": _(
        "I couldn't understand the audio clearly. Please try speaking more clearly or use text instead."
    ),
    "tts_failed": _("I couldn't generate audio for this response, but here's my text reply."),
    "service_unavailable": _("The service is temporarily unavailable. Please try again in a few minutes."),
    "too_many_steps": _(
        "I stopped here because this took more steps than one answer may have. Please ask for a part of it."
    ),
    "too_long": _(
        "This is more than the model can read at once."
        " Please shorten your message or the agent's instructions."
    ),
    "run_limit": _(
        "I stopped here because one answer may not use more than this. Please ask for a part of it."
    ),
    "day_budget": _(
        "The budget for today is used up, so I cannot answer. Your message is kept: ask again tomorrow, or"
        " ask whoever runs this server for more."
    ),
    "month_budget": _(
        "The budget for this month is used up, so I cannot answer. Your message is kept: ask again next"
        " month, or ask whoever runs this server for more."
    ),
}


def fallback_for(key: str) -> str:
    """The text in the language now active; an unknown key gets the general one."""
    return str(FALLBACKS.get(key, FALLBACKS["default"]))
