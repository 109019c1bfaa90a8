"""What the routes of webhooks take in and give out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from accounts.schemas import Strict
from webhooks.models import EventType
from webhooks.models.webhook import MAX_ADDRESS, PATTERN

Address = Annotated[
    str,
    Field(
        max_length=MAX_ADDRESS,
        examples=["https://example.org/hooks/parley"],
        json_schema_extra={"pattern": f"^{PATTERN}$"},
    ),
]
#: A name in JSON is no member of an enumeration yet.
Event = Annotated[EventType, Field(strict=False)]
Events = Annotated[
    list[Event], Field(min_length=1, max_length=50, examples=[["message.completed", "run.failed"]])
]


class WebhookIn(Strict):
    url: Address
    events: Events


class WebhookChange(Strict):
    """What is left out stays as it is."""

    url: Address | None = None
    events: Events | None = None
    active: bool | None = None


class WebhookOut(Schema):
    """``problem`` says why a webhook was switched off, where nobody did it."""

    id: UUID
    url: str
    events: list[str]
    active: bool
    failing_since: datetime | None
    problem: str
    created_at: datetime
    updated_at: datetime


class NewWebhook(WebhookOut):
    secret: str = Field(description="Verifies the signatures; it is said this once")


class Webhooks(Schema):
    webhooks: list[WebhookOut]
    total: int


class DeliveryOut(Schema):
    """``next_at`` is null once it is not tried any more; ``status`` is that of HTTP at the last try."""

    id: UUID
    type: str
    created_at: datetime
    attempts: int
    next_at: datetime | None
    delivered_at: datetime | None
    status: int | None
    problem: str


class Deliveries(Schema):
    deliveries: list[DeliveryOut]
