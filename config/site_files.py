"""What a browser asks for at the root: the manifest, the service worker and the page for no network."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

WORKER = "js/sw.js"


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    return render(request, "manifest.webmanifest", content_type="application/manifest+json")


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Kept by the service worker, so it holds nothing of anybody's."""
    response = render(request, "offline.html")
    response.headers["Cache-Control"] = "no-cache"
    return response


@login_not_required
@require_safe
def service_worker(_request: HttpRequest) -> HttpResponse:
    """From the root, because a worker governs only what lies below it; asked anew each time."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _worker() -> bytes:
    """The collected file, where names of other files are hashed; the source where nothing is collected."""
    name = getattr(staticfiles_storage, "hashed_files", {}).get(WORKER)
    if name:
        with staticfiles_storage.open(name) as file:
            return file.read()
    source = finders.find(WORKER)
    if source is None:
        raise Http404(WORKER)
    with open(source, "rb") as file:
        return file.read()
