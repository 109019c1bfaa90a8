"""Pages about oneself."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms import PreferencesForm
from accounts.preferences import language_for
from accounts.program_views import programs_of
from accounts.requests import SignedInRequest
from accounts.services.preferences import save_preferences


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: SignedInRequest) -> HttpResponse:
    # An empty form that was sent is one with errors, not one that nobody has filled in yet.
    form = PreferencesForm(request.POST if request.method == "POST" else None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = save_preferences(user=request.user, **form.cleaned_data)
        with translation.override(language_for(user, request.headers.get("Accept-Language", ""))):
            messages.success(request, _("Your settings are saved."))
        return redirect("accounts:settings")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/settings.html", programs_of(request) | {"form": form}, status=status)
