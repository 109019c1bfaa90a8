"""How collected static files are stored: hashed names, compressed copies, and one style sheet out of many."""

import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: The sheets pages ask for, each a list of components: `@import "name.css" layer(name);`.
#: DEBUG serves them as they are.
BUNDLES = ("css/parley.css", "css/admin.css")
IMPORT = re.compile(r"""@import\s+(?:url\()?["']([^"']+)["']\)?\s*(layer(?:\(([\w.-]+)\))?)?\s*;""")


class BundledStorage(CompressedManifestStaticFilesStorage):
    """Hashed names are for ever, so a browser asks once for each version of a file."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Puts each bundle in the place of its list, and leaves out the parts, which no page asks for."""
        if not dry_run:
            for sheet in BUNDLES:
                if sheet in paths:
                    paths = self._bundled(sheet, paths)
        yield from super().post_process(paths, dry_run, **options)

    def _bundled(self, sheet: str, paths: dict[str, Any]) -> dict[str, Any]:
        text, parts = bundle(sheet)
        self.delete(sheet)
        self._save(sheet, ContentFile(text.encode()))
        for part in parts:
            self.delete(part)
        return {name: place for name, place in paths.items() if name not in parts} | {sheet: (self, sheet)}


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
