"""How collected static files are stored: hashed names, compressed copies, and one style sheet out of many."""

import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: The list of components: `@import "name.css" layer(name);` one a line. DEBUG serves it as it is.
BUNDLE = "css/parley.css"
IMPORT = re.compile(r"""@import\s+(?:url\()?["']([^"']+)["']\)?\s*(layer(?:\(([\w.-]+)\))?)?\s*;""")


class BundledStorage(CompressedManifestStaticFilesStorage):
    """Hashed names are for ever, so a browser asks once for each version of a file."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Puts the bundle in the place of its list, and leaves out the parts, which no page asks for."""
        if BUNDLE in paths and not dry_run:
            text, parts = bundle(BUNDLE)
            self.delete(BUNDLE)
            self._save(BUNDLE, ContentFile(text.encode()))
            for part in parts:
                self.delete(part)
            paths = {name: place for name, place in paths.items() if name not in parts} | {
                BUNDLE: (self, BUNDLE)
            }
        yield from super().post_process(paths, dry_run, **options)


def bundle(name: str) -> tuple[str, set[str]]:
    """The sheet ``name`` with the component in its layer for each import, and the names of those."""
    found = finders.find(name)
    if found is None:
        raise FileNotFoundError(f"{name}: no such static file")
    parts: set[str] = set()

    def component(match: re.Match[str]) -> str:
        part = normpath(join(dirname(name), match[1]))
        text, further = bundle(part)
        parts.update({part}, further)
        return text if match[2] is None else f"@layer {match[3] or ''} {{\n{text}}}\n"

    return IMPORT.sub(component, Path(found).read_text("utf-8")), parts
