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
        """Writes the bundle first: its hashed name then comes from what it really holds."""
        if BUNDLE in paths and not dry_run:
            self.delete(BUNDLE)
            self._save(BUNDLE, ContentFile(bundle(BUNDLE).encode()))
        yield from super().post_process(paths, dry_run, **options)


def bundle(name: str) -> str:
    """The style sheet ``name`` with each import replaced by the component, in its layer."""
    found = finders.find(name)
    if found is None:
        raise FileNotFoundError(f"{name}: no such static file")

    def component(match: re.Match[str]) -> str:
        text = bundle(normpath(join(dirname(name), match[1])))
        if match[2] is None:
            return text
        return f"@layer {match[3] or ''} {{\n{text}}}\n"

    return IMPORT.sub(component, Path(found).read_text("utf-8"))
