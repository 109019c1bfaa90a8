"""``Idempotency-Key``: a call that is sent again does nothing again, and gets the same answer."""

from hashlib import sha256
from typing import Annotated
from uuid import uuid4

from ninja import Header

from chat.text import CLIENT_ID

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Sent again with the same body: the same answer, and nothing is done twice. "
        "With another body: 409. Without a key every call is a new message",
        examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
    ),
]


def client_id_of(key: str | None) -> str:
    """The client id of the services; a page's id is the same key. A new one where none was sent.

    The draft of the header writes the key as a quoted string, most programs write it bare.
    """
    if key is None:
        return str(uuid4())
    if len(key) > 2 and key[0] == key[-1] == '"':  # noqa: PLR2004 (the two quotes)
        key = key[1:-1]
    return key if CLIENT_ID.fullmatch(key) else f"sha256:{sha256(key.encode('utf-8', 'replace')).hexdigest()}"
