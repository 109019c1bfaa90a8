"""The files of a conversation: their list, one of them to keep, one of them gone."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from chat.services.files import delete_file, file_for, files_for
from chat.views.refusals import says_why

#: Should a browser show the bytes all the same, it runs nothing of them and gives them no origin.
NO_PAGE = "default-src 'none'; sandbox"


@require_safe
@says_why
def collection(request: SignedInRequest, conversation_id: UUID) -> HttpResponse:
    return _list(request, conversation_id)


@require_safe
@says_why
def download(request: SignedInRequest, conversation_id: UUID, file_id: UUID) -> HttpResponse:
    """The bytes as something to save, whatever they are: a model chose them, and their name."""
    file = file_for(request.user, conversation_id, file_id)
    name = file.path.rpartition("/")[2]
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment",
        "Content-Security-Policy": NO_PAGE,
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(bytes(file.content), content_type="application/octet-stream", headers=headers)


@require_POST
@says_why
def delete(request: SignedInRequest, conversation_id: UUID, file_id: UUID) -> HttpResponse:
    delete_file(actor=request.user, conversation_id=conversation_id, file_id=file_id)
    if not request.htmx:
        return redirect("chat:conversation", conversation_id)
    return _list(request, conversation_id)


def _list(request: SignedInRequest, conversation_id: UUID) -> HttpResponse:
    context = {"files": files_for(request.user, conversation_id), "conversation": {"pk": conversation_id}}
    return render(request, "chat/_file_list.html", context)
