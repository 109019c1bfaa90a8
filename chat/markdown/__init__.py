"""Markdown to safe HTML, whole (``render``) and as it is being written (``Stream``).

The only place that marks HTML safe. Raw HTML is off, links go to http, https and mailto only, images are
never loaded, and what comes out has passed the sanitiser last.
"""

from chat.markdown.document import render
from chat.markdown.excerpts import words_only
from chat.markdown.patches import Close, Grow, Patch, Swap, Tail
from chat.markdown.stream import Stream

__all__ = ["Close", "Grow", "Patch", "Stream", "Swap", "Tail", "render", "words_only"]
