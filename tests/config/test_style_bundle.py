"""Collected, the many style sheets are one, under a name that changes with its content."""

import json
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

LIST = '@layer a, b;\n@import "a.css" layer(a);\n@import url("b.css") layer(b);\n.rest { color: red }\n'


@pytest.fixture
def sources(tmp_path, settings):
    """A folder of sources of our own, and an empty one to collect into."""
    css = tmp_path / "sources" / "css"
    css.mkdir(parents=True)
    (css / "parley.css").write_text(LIST)
    (css / "a.css").write_text(".a { background: url(a.svg) }\n")
    (css / "a.svg").write_text("<svg/>")
    (css / "b.css").write_text(".b { color: blue }\n")
    settings.STATICFILES_DIRS = [tmp_path / "sources"]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "config.static.BundledStorage"}}
    finders.get_finder.cache_clear()
    yield css
    finders.get_finder.cache_clear()


def collected(root: Path) -> tuple[str, str]:
    """The name of the bundle and its text, after collecting."""
    call_command("collectstatic", interactive=False, verbosity=0)
    name = json.loads((root / "staticfiles.json").read_text())["paths"]["css/parley.css"]
    return name, (root / name).read_text()


def test_each_part_stands_in_its_layer_in_order(sources, settings):
    name, text = collected(settings.STATIC_ROOT)
    assert "@import" not in text
    assert text.index("@layer a {") < text.index("@layer b {") < text.index(".rest")
    assert 'url("a.' in text  # and the picture has its hashed name too
    assert (settings.STATIC_ROOT / f"{name}.br").is_file()


def test_the_parts_are_not_collected(sources, settings):
    collected(settings.STATIC_ROOT)
    assert {path.name.partition(".")[0] for path in (settings.STATIC_ROOT / "css").iterdir()} == {
        "parley",
        "a",
    }
    assert not list((settings.STATIC_ROOT / "css").glob("*a.*.css"))


def test_a_changed_part_changes_the_name(sources, settings):
    first, _text = collected(settings.STATIC_ROOT)
    (sources / "b.css").write_text(".b { color: green }\n")
    second, text = collected(settings.STATIC_ROOT)
    assert first != second
    assert "green" in text


def test_a_part_that_is_missing_stops_the_collection(sources, settings):
    (sources / "b.css").unlink()
    with pytest.raises(FileNotFoundError, match=r"css/b\.css"):
        collected(settings.STATIC_ROOT)
