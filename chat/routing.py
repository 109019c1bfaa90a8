"""The sockets of this app."""

from django.urls import path

from chat.consumers import PageConsumer
from chat.preview import PreviewConsumer

websocket_urlpatterns = [
    path("ws/page/", PageConsumer.as_asgi()),
    path("ws/preview/", PreviewConsumer.as_asgi()),
]
