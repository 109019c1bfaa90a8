"""The pages of this app. A new verb is a new resource."""

from django.urls import path

from agents import document_views, views

app_name = "agents"

agent = "<uuid:agent_id>"

urlpatterns = [
    path("", views.agent_list, name="list"),
    path("new/", views.create, name="create"),
    path("models/", views.models, name="models"),
    path("servers/<uuid:server_id>/test/", views.test_server, name="test_server"),
    path(f"{agent}/", views.edit, name="edit"),
    path(f"{agent}/delete/", views.delete, name="delete"),
    path(f"{agent}/documents/", document_views.documents, name="documents"),
    path(f"{agent}/documents/<uuid:document_id>/delete/", document_views.delete, name="delete_document"),
    path(f"{agent}/versions/", views.versions, name="versions"),
    path(f"{agent}/versions/<int:number>/", views.versions, name="version"),
    path(f"{agent}/versions/<int:number>/restore/", views.restore, name="restore"),
]
