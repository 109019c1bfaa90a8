"""The text of a DOCX, by way of HTML. Only for a process that may die of it."""

import io
import zipfile

import mammoth
from mammoth import images

from agents.knowledge.reading import Part, Unreadable, headed_text

#: Bytes of the text's own part, and of all parts together, unpacked. A thousand pages are some 20 MB of XML,
#: and each of these bytes takes about twenty of memory.
MOST_TEXT, MOST_UNPACKED = 20_000_000, 400_000_000
TEXT_PART = "word/document.xml"


def parts_of(data: bytes) -> list[Part]:
    """Raises Unreadable."""
    try:
        _check_sizes(data)
        made = mammoth.convert_to_html(
            io.BytesIO(data),
            include_embedded_style_map=False,
            convert_image=images.img_element(lambda _image: {"src": ""}),
        )
    except (Unreadable, MemoryError):
        raise
    except Exception:  # noqa: BLE001 (whatever a broken file makes of a parser)
        raise Unreadable("unreadable") from None
    return [headed_text(made.value)]


def _check_sizes(data: bytes) -> None:
    """What an archive says of its parts is kept: more than it says is not unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {part.filename: part for part in archive.infolist()}
    if any(part.flag_bits & 1 for part in parts.values()):
        raise Unreadable("encrypted")
    if sum(part.file_size for part in parts.values()) > MOST_UNPACKED:
        raise Unreadable("too_long")
    if parts[TEXT_PART].file_size > MOST_TEXT:
        raise Unreadable("too_long")
