import pytest


@pytest.fixture
def filled():
    """The values of a good form."""
    return {
        "name": "Cook",
        "description": "Cooks",
        "system_prompt": "You cook.\r\nWell.",
        "starters": "What is for dinner?\r\n\r\nSomething with rice",
        "model": "",
        "temperature": "0.4",
        "history_messages": "10",
        "context_tokens": "4000",
        "voice": "nova",
        "speech_speed": "1.5",
        "language": "pt-BR",
        "visibility": "everyone",
    }
