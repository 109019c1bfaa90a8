"""Routes of a person's webhooks, under /api/webhooks."""

from uuid import UUID

from ninja import Router
from ninja.responses import Status

from accounts.requests import SignedInRequest
from accounts.schemas import REFUSALS, Problem
from webhooks.models import Delivery, Webhook
from webhooks.schemas import (
    Deliveries,
    DeliveryOut,
    NewWebhook,
    WebhookChange,
    WebhookIn,
    WebhookOut,
    Webhooks,
)
from webhooks.selectors import deliveries_for, webhook_for, webhooks_of
from webhooks.services import webhooks

router = Router(tags=["webhooks"])

WITHOUT_404 = {401: Problem, 403: Problem}


@router.get(
    "/webhooks", operation_id="list_webhooks", url_name="webhooks", response={200: Webhooks, **WITHOUT_404}
)
def list_webhooks(request: SignedInRequest) -> Webhooks:
    """Your webhooks, the oldest first."""
    found = [WebhookOut.from_orm(one) for one in webhooks_of(request.user)]
    return Webhooks(webhooks=found, total=len(found))


@router.post(
    "/webhooks",
    operation_id="create_webhook",
    url_name="webhooks",
    response={201: NewWebhook, **WITHOUT_404, 409: Problem, 422: Problem},
)
def create_webhook(request: SignedInRequest, body: WebhookIn) -> Status[NewWebhook]:
    """Makes a webhook. `secret` verifies its signatures, and is said only here."""
    webhook, secret = webhooks.create_webhook(actor=request.user, url=body.url, events=body.events)
    return Status(201, NewWebhook(**WebhookOut.from_orm(webhook).dict(), secret=secret))


@router.get(
    "/webhooks/{uuid:webhook_id}",
    operation_id="get_webhook",
    url_name="webhook",
    response={200: WebhookOut, **REFUSALS},
)
def get_webhook(request: SignedInRequest, webhook_id: UUID) -> Webhook:
    """One webhook of yours."""
    return webhook_for(request.user, webhook_id)


@router.patch(
    "/webhooks/{uuid:webhook_id}",
    operation_id="update_webhook",
    url_name="webhook",
    response={200: WebhookOut, **REFUSALS, 422: Problem},
)
def update_webhook(request: SignedInRequest, webhook_id: UUID, body: WebhookChange) -> Webhook:
    """Changes a webhook; `active` switches it off and on. The secret stays."""
    return webhooks.update_webhook(actor=request.user, webhook_id=webhook_id, **body.dict(exclude_unset=True))


@router.delete(
    "/webhooks/{uuid:webhook_id}",
    operation_id="delete_webhook",
    url_name="webhook",
    response={204: None, **REFUSALS},
)
def delete_webhook(request: SignedInRequest, webhook_id: UUID) -> Status[None]:
    """Deletes a webhook with its deliveries, also those that wait."""
    webhooks.delete_webhook(actor=request.user, webhook_id=webhook_id)
    return Status(204, None)


@router.get(
    "/webhooks/{uuid:webhook_id}/deliveries",
    operation_id="list_deliveries",
    response={200: Deliveries, **REFUSALS},
)
def list_deliveries(request: SignedInRequest, webhook_id: UUID) -> Deliveries:
    """The latest twenty deliveries, newest first, with what came of each."""
    found = deliveries_for(request.user, webhook_id)
    return Deliveries(deliveries=[DeliveryOut.from_orm(one) for one in found])


@router.post(
    "/webhooks/{uuid:webhook_id}/test",
    operation_id="test_webhook",
    response={202: DeliveryOut, **REFUSALS, 409: Problem},
)
def test_webhook(request: SignedInRequest, webhook_id: UUID) -> Status[Delivery]:
    """Sends an event of the type `webhook.test`, as soon as the next second."""
    return Status(202, webhooks.test_webhook(actor=request.user, webhook_id=webhook_id))
