"""The pages of this app. A new verb is a new resource."""

from django.urls import path

from chat.views import answers, approvals, conversations, files, home, messages, replays, search

app_name = "chat"

conversation = "chat/<uuid:conversation_id>"
message = f"{conversation}/messages/<uuid:message_id>"
file = f"{conversation}/files/<uuid:file_id>"

urlpatterns = [
    path("", home.show, name="home"),
    path("chat/", home.start, name="start"),
    path("chat/sidebar/", conversations.sidebar, name="sidebar"),
    path("search/", search.show, name="search"),
    path(f"{conversation}/", conversations.show, name="conversation"),
    path(f"{conversation}/messages/", messages.collection, name="messages"),
    path(f"{conversation}/stop/", answers.stop, name="stop"),
    path(f"{conversation}/decisions/", approvals.decide, name="decide"),
    path(f"{conversation}/rename/", conversations.rename, name="rename"),
    path(f"{conversation}/pin/", conversations.pin, name="pin"),
    path(f"{conversation}/archive/", conversations.archive, name="archive"),
    path(f"{conversation}/delete/", conversations.delete, name="delete"),
    path(f"{conversation}/files/", files.collection, name="files"),
    path(f"{file}/", files.download, name="file"),
    path(f"{file}/delete/", files.delete, name="delete_file"),
    path(f"{conversation}/runs/<uuid:run_id>/replay/", replays.show, name="replay"),
    path(f"{conversation}/runs/<uuid:run_id>/replay/frames/", replays.frames, name="replay_frames"),
    path(f"{message}/retry/", answers.retry, name="retry"),
    path(f"{message}/continue/", answers.go_on, name="continue"),
    path(f"{message}/show/", answers.show, name="show"),
    path(f"{message}/edit/", messages.edit, name="edit"),
    path(f"{message}/text/", messages.text, name="text"),
]
