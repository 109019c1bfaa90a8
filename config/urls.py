"""Every address of the site; each app lists its own."""

from django.contrib import admin
from django.urls import include, path

from config import health, site_files

admin.site.site_header = admin.site.site_title = "Parley"

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("chat.urls")),
    path("agents/", include("agents.urls")),
    path("admin/", admin.site.urls),
    path("api/health", health.health, name="health"),
    path("manifest.webmanifest", site_files.manifest, name="manifest"),
    path("sw.js", site_files.service_worker, name="service_worker"),
    path("offline/", site_files.offline, name="offline"),
]
