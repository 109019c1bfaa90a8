"""The pages of this app."""

from django.urls import path

from webhooks import views

app_name = "webhooks"

webhook = "settings/webhooks/<uuid:webhook_id>"

urlpatterns = [
    path("settings/webhooks/", views.webhook_list, name="list"),
    path(f"{webhook}/switch/", views.switch, name="switch"),
    path(f"{webhook}/delete/", views.delete, name="delete"),
    path(f"{webhook}/test/", views.test, name="test"),
]
