"""Every address of the site; each app lists its own."""

from django.apps import apps
from django.contrib import admin
from django.urls import include, path, re_path

from config import api, api_reference, faults, health, metrics, site_files

admin.site.site_header = admin.site.site_title = "Parley"

if apps.is_installed("allauth"):
    from allauth.account.decorators import secure_admin_login

    # One door for all, with its limits and second factor.
    admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("chat.urls")),
    path("", include("voice.urls")),
    path("", include("webhooks.urls")),
    path("agents/", include("agents.urls")),
    path("admin/", admin.site.urls),
    path("api/docs", api.outside(api_reference.reference), name="api_reference"),
    path("api/health", api.outside(health.health), name="health"),
    path("metrics", metrics.metrics, name="metrics"),
    path("api/", (api.urls(), "ninja", "api")),
    re_path("^api/", api.nowhere),
    path("v1/", (api.urls(api.openai), "ninja", "openai")),
    re_path("^v1/", api.nowhere),
    path("manifest.webmanifest", site_files.manifest, name="manifest"),
    path("sw.js", site_files.service_worker, name="service_worker"),
    path("offline/", site_files.offline, name="offline"),
]

if apps.is_installed("allauth"):
    urlpatterns.append(path("accounts/", include("accounts.team.urls")))

handler400 = api.bad_request
handler500 = faults.server_error
