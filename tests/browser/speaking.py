"""Speaking in a page: microphones that ask a question."""

import base64
import io
import re
import wave
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.voice.sounds import said, wav

QUESTION = "what time is it"

#: In the place of the microphone, one that the test speaks into.
UNDER_CONTROL = """
  const room = new AudioContext()
  const microphone = room.createMediaStreamDestination()
  navigator.mediaDevices.getUserMedia = async () => (await room.resume(), microphone.stream.clone())
  window.speak = async (recording) => {
    const bytes = Uint8Array.from(atob(recording), (letter) => letter.charCodeAt(0))
    const voice = new AudioBufferSourceNode(room, { buffer: await room.decodeAudioData(bytes.buffer) })
    voice.connect(microphone)
    voice.start()
  }
"""


async def speak(page: Page, text: str = QUESTION) -> None:
    """Says it into a microphone ``UNDER_CONTROL``."""
    await page.evaluate("recording => speak(recording)", base64.b64encode(said(text)).decode())


def question_in(folder: Path) -> Path:
    """A WAV file with the question and some silence around it."""
    with wave.open(io.BytesIO(said(QUESTION))) as reader:
        rate, pcm = reader.getframerate(), reader.readframes(reader.getnframes())
    file = folder / "question.wav"
    file.write_bytes(wav(bytes(rate) + pcm + bytes(4 * rate), rate))
    return file


def microphone(page: Page) -> Locator:
    return page.locator(".composer__microphone")


def kept(page: Page) -> Locator:
    """The recordings that are not with the server."""
    return page.locator(".kept__one")


async def record(page: Page) -> None:
    """Asks the question; the recording is under way afterwards."""
    await microphone(page).click()
    await expect(page.locator(".recorder__time")).to_have_text(re.compile("^0:0[2-9]$"))


async def send(page: Page) -> None:
    await record(page)
    await microphone(page).click()
