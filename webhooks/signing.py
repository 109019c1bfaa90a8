"""Signatures by the Standard Webhooks specification, so that its libraries verify them unchanged.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
#: Bytes; the specification asks for 24 to 64.
LENGTH = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(LENGTH)).decode("ascii")


def headers_for(secret: str, *, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """``timestamp`` is that of this try, in seconds since 1970; ``message_id`` is the same for all tries."""
    signed = b"%s.%d.%s" % (message_id.encode("ascii"), timestamp, body)
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }
