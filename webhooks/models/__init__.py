"""Rows: who is told of what, and what is to be told."""

from webhooks.models.delivery import Delivery
from webhooks.models.webhook import EventType, Webhook

__all__ = ["Delivery", "EventType", "Webhook"]
