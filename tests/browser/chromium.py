"""The browser of the machine, if it has one."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.async_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-component-update",
    "--no-first-run",
]


def chromium_path() -> str:
    """Skips the test where there is no Chromium; with ``REQUIRE_BROWSER`` set, fails it."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        missing = f"none of {', '.join(NAMES)} is installed"
        if os.environ.get("REQUIRE_BROWSER", "") in ("", "0"):
            pytest.skip(missing)
        pytest.fail(missing)
    return found


async def launch(playwright: Playwright, path: str, *more: str) -> Browser:
    return await playwright.chromium.launch(executable_path=path, args=[*QUIET, *more])


def microphone(recording: Path) -> list[str]:
    """Arguments for a microphone lent at once, which plays a WAV file each time it is opened."""
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={recording}%noloop",
    ]
