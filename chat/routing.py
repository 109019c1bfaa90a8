"""The sockets of this app."""

from django.urls import path

from chat.consumers import PageConsumer
from chat.preview import PreviewConsumer
from chat.program_socket import ProgramConsumer

websocket_urlpatterns = [
    path("ws", ProgramConsumer.as_asgi()),
    path("api/v1/chat/ws", ProgramConsumer.as_asgi()),
    path("ws/page/", PageConsumer.as_asgi()),
    path("ws/preview/", PreviewConsumer.as_asgi()),
]
