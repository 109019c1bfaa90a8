"""The pages of the documentation: every link leads somewhere, and every path they name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
#: In backquotes, from the root of the tree: `chat/turns.py`, `tests/agents/pages/`.
NAMED = re.compile(
    r"`((?:accounts|agents|benchmarks|chat|config|docs|locale|static|templates|tests|voice)/[\w./-]+)`"
)


def prose_of(page: Path) -> str:
    return CODE.sub("", page.read_text("utf-8"))


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_to_a_file(page):
    links = [first or second for first, second in LINK.findall(prose_of(page))]
    inside = [link.partition("#")[0] for link in links if "://" not in link and not link.startswith("#")]
    assert [link for link in inside if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_path_that_is_named_is_there(page):
    assert [path for path in NAMED.findall(prose_of(page)) if not (ROOT / path).exists()] == []


def test_every_page_is_in_the_list_of_pages():
    listed = (ROOT / "docs" / "README.md").read_text("utf-8")
    assert [page.name for page in PAGES if page.parent != ROOT and f"({page.name})" not in listed] == [
        "README.md"
    ]
