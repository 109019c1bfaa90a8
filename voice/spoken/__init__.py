"""Markdown as it arrives to the sentences that are said of it, in order, none skipped and none said twice.

Free of rows, of the network and of audio. Code, tables, formulas and links are said as a person would who
reads aloud; what is drawn only (emphasis, emoji, rules, footnote marks) is not said.
"""

from voice.spoken.blocks import Speakable
from voice.spoken.sentences import LONGEST

__all__ = ["LONGEST", "Speakable"]
