"""Entity tags: whether somebody has changed a thing meanwhile, and whether it looks as it did.

A tag has two parts, ``"<edition>.<rest>"``. The edition is a digest of what people set, the rest one of the
whole that is shown. ``If-Match`` is about the edition only: a title is not lost because an answer came
meanwhile. ``If-None-Match`` is about both.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Any

from django.utils.http import parse_etags
from ninja import Header

from accounts.errors import ChangedMeanwhile

IfMatch = Annotated[
    str,
    Header(alias="If-Match", description="The `ETag` you have read. 409 if somebody changed it since"),
]
IfNoneMatch = Annotated[
    str, Header(alias="If-None-Match", description="The `ETag` you have. 304 if nothing is different")
]


def digest(value: Any) -> str:
    """16 characters that stand for a value of plain parts; what is none counts as its text."""
    text = json.dumps(value, sort_keys=True, default=str)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def tag_of(edition: str, shown: Any) -> str:
    """The header of a thing: its edition, and all that the answer says."""
    return f'"{edition}.{digest(shown)}"'


def names(header: str, tag: str) -> bool:
    """Whether ``If-None-Match`` names this tag, or any."""
    return any(one in ("*", tag) for one in _tags_in(header))


@dataclass(frozen=True)
class Expected:
    """The editions that a change is for; None is whatever is there."""

    editions: Collection[str] | None = None

    def check(self, edition: str) -> None:
        """To be called in the transaction of the change, the row locked. Raises ChangedMeanwhile."""
        if self.editions is not None and edition not in self.editions:
            raise ChangedMeanwhile


#: For callers that name no edition.
ANY = Expected()


def expected_by(header: str) -> Expected:
    """What ``If-Match`` asks for. One that names no tag we could have made is met by nothing."""
    if not header or header.strip() == "*":
        return ANY
    return Expected({tag.strip('"').partition(".")[0] for tag in _tags_in(header)})


def _tags_in(header: str) -> list[str]:
    """The tags in strong form: a proxy that compresses makes ours weak, and they still mean the same."""
    return [tag.removeprefix("W/") for tag in parse_etags(header)]
