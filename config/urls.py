"""Every address of the site; each app lists its own."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("accounts.urls")),
    path("agents/", include("agents.urls")),
    path("", include("chat.urls")),
    path("admin/", admin.site.urls),
]
