"""One record, one line: text for people or JSON for programs, with the ids of the request and the run."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from agents import log_ids

#: Addresses that let in whoever has them: invitations, confirmations, new passwords. What makes them do so
#: is left out wherever a path is named.
LETTING_IN = re.compile(r"(/accounts/(?:invitation|confirm-email|password/reset/key)/)[^/\s]+")
#: What a terminal or a reader of lines obeys; a path can have any character.
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
IDS = {"request": log_ids.request_id, "run": log_ids.run_id}


class OneLine(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        ids = "".join(f" {name}={value}" for name, value in _ids().items())
        line = super().format(record).replace("\r", "").replace("\n", " ⏎ ") + ids
        return OBEYED.sub(_escaped, _safe(line))


class Json(logging.Formatter):
    """``time`` (ISO 8601, UTC), ``level``, ``logger``, ``message``; ``request``, ``run``, ``error`` if any.

    ``error`` is a traceback.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _safe(record.getMessage()),
            **_ids(),
        }
        if record.exc_info:
            line["error"] = _safe(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class Refusals(logging.Filter):
    """What Django refuses as suspicious, such as a form of too many fields: a warning, and not our fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = record.exc_text = None
        return True


def _safe(text: str) -> str:
    return LETTING_IN.sub(r"\1…", text)


def _escaped(found: re.Match[str]) -> str:
    return found.group().encode("unicode_escape").decode()


def _ids() -> dict[str, str]:
    return {name: value for name, variable in IDS.items() if (value := variable.get())}
