"""The doors of pages to what is spoken."""

from django.urls import path

from voice import views

app_name = "voice"

urlpatterns = [
    path("chat/voice/", views.start, name="start"),
    path("chat/<uuid:conversation_id>/voice/", views.speak, name="speak"),
    path("recordings/<uuid:recording_id>/", views.drop, name="recording"),
    path("recordings/<uuid:recording_id>/send/", views.send, name="send"),
]
