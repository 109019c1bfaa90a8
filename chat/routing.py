"""The sockets of this app."""

from django.urls import path

from chat.consumers import PageConsumer

websocket_urlpatterns = [path("ws/page/", PageConsumer.as_asgi())]
