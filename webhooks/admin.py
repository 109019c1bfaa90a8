"""Webhooks and their deliveries in the admin, to be read, switched off and deleted."""

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest

from webhooks import listeners
from webhooks.models import Delivery, Webhook


@admin.register(Webhook)
class WebhookAdmin(admin.ModelAdmin):
    """Made by their owners only: whoever makes one learns its secret."""

    list_display = ("url", "owner", "active", "failing_since", "problem")
    list_filter = ("active",)
    search_fields = ("url", "owner__username")
    fields: ClassVar = ["owner", "url", "events", "active", "failing_since", "problem", "created_at"]
    readonly_fields: ClassVar = ["owner", "url", "events", "failing_since", "problem", "created_at"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Webhook, form: object, change: bool) -> None:
        super().save_model(request, obj, form, change)
        listeners.changed()


@admin.register(Delivery)
class DeliveryAdmin(admin.ModelAdmin):
    list_display = ("type", "webhook", "created_at", "attempts", "status", "delivered_at", "next_at")
    list_filter = ("type", "status")
    list_select_related = ("webhook",)
    search_fields = ("webhook__url", "webhook__owner__username")

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Delivery | None = None) -> bool:
        return False
