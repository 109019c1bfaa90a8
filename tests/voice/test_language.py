"""A text is pronounced in the language it is in."""

import pytest

from voice.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello, how are you today?", "en"),
        ("Guten Morgen! Wie geht es dir?", "de"),
        ("Müllers Grüße", "de"),
        ("Bonjour, comment allez-vous ?", "fr"),
        ("Hola, ¿qué tal?", "es"),
        ("Il treno è in ritardo.", "it"),
        ("Olá, você está bem?", "pt"),
        ("Het weer is mooi.", "nl"),
        ("Привет, как дела?", "ru"),
        ("你好世界", "zh"),
        ("東京は美しい", "ja"),
        ("안녕하세요", "ko"),
        ("In Tokyo 東京 you eat well.", "en"),
        ("OK.", "en"),
        ("3.14", "en"),
        ("", "en"),
    ],
)
def test_the_language_shows_in_the_words(text, language):
    assert language_of(text) == language
