"""The secret key: from the environment, or in personal mode a file that is made once."""

import os
import secrets
from pathlib import Path

from config.env import WrongSetting, text

LEAST_CHARS = 32


def secret_key(path: Path, *, personal: bool) -> str:
    """``SECRET_KEY``, else the key in ``path``, which personal mode generates with mode 0600."""
    value = text("SECRET_KEY")
    if value or not personal:
        if len(value) < LEAST_CHARS:
            # The value itself is never part of the text: the line may end up in a log.
            raise WrongSetting(
                "SECRET_KEY", f"set in team mode, and at least {LEAST_CHARS} random characters"
            )
        return value
    if not path.exists():
        _make(path)
    value = path.read_text("utf-8", errors="replace").strip()
    if len(value) < LEAST_CHARS:
        raise WrongSetting(
            str(path), f"a file with {LEAST_CHARS} random characters or more; delete it for a new one"
        )
    return value


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(50))
        file.flush()
        os.fsync(file.fileno())  # a name without its bytes would be an empty key after a power cut
    try:
        os.link(draft, path)  # fails where another process was first: then its key is the key
    except FileExistsError:
        pass
    finally:
        draft.unlink()
