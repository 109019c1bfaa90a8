"""The page of a person's webhooks."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from webhooks.errors import Conflict, NotFound, Refused
from webhooks.forms import WebhookForm
from webhooks.selectors import webhooks_with_deliveries
from webhooks.services import webhooks


@require_http_methods(["GET", "HEAD", "POST"])
def webhook_list(request: SignedInRequest) -> HttpResponse:
    """The secret of a new webhook is in the answer that makes it, and nowhere after."""
    form = WebhookForm(request.POST if request.method == "POST" else None)
    secret, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            _webhook, secret = webhooks.create_webhook(actor=request.user, **form.cleaned_data)
            form, status = WebhookForm(), 200
        except Refused as refused:
            form.add_error(None, refused.text)
            status = refused.status
    context = {"form": form, "secret": secret, "webhooks": webhooks_with_deliveries(request.user)}
    return render(request, "webhooks/list.html", context, status=status)


@require_POST
def switch(request: SignedInRequest, webhook_id: UUID) -> HttpResponse:
    active = request.POST.get("active") == "1"
    try:
        webhooks.update_webhook(actor=request.user, webhook_id=webhook_id, active=active)
    except NotFound as refused:
        raise Http404(refused.text) from refused
    return redirect("webhooks:list")


@require_POST
def delete(request: SignedInRequest, webhook_id: UUID) -> HttpResponse:
    try:
        webhooks.delete_webhook(actor=request.user, webhook_id=webhook_id)
    except NotFound as refused:
        raise Http404(refused.text) from refused
    messages.success(request, _("The webhook is deleted."))
    return redirect("webhooks:list")


@require_POST
def test(request: SignedInRequest, webhook_id: UUID) -> HttpResponse:
    try:
        webhooks.test_webhook(actor=request.user, webhook_id=webhook_id)
    except NotFound as refused:
        raise Http404(refused.text) from refused
    except Conflict as refused:
        messages.error(request, refused.text)
        return redirect("webhooks:list")
    messages.success(request, _("A test is on its way. Load this page again to see what came of it."))
    return redirect("webhooks:list")
