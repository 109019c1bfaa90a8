"""What the doors to spoken messages give out."""

from pydantic import Field

from chat.api.session_schemas import Exchange


class SpokenExchange(Exchange):
    """`audio_url` of your message is what you sent, `tts_audio_url` of the answer the answer read aloud."""

    notice: str | None = Field(description="Why the answer, which stands as text, is not read aloud")
