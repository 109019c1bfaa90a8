"""The documents that an agent knows."""

from uuid import UUID

from ninja import Router
from ninja.responses import Status

from accounts.requests import ApiRequest
from accounts.schemas import BODY_REFUSALS, REFUSALS, Problem, form_with
from agents.api.schemas import DocumentOut
from agents.document_formats import Format
from agents.documents import documents_of, problem_of
from agents.models import Document
from agents.models.document import DocumentStatus
from agents.selectors import changeable_agent
from agents.services.documents import FIELD, add_documents, delete_document
from agents.uploads import files_in

router = Router(tags=["agents"])

FORM_SCHEMA = form_with(
    FIELD,
    {
        "type": "array",
        "items": {"type": "string", "format": "binary"},
        "minItems": 1,
        "description": "PDF, TXT, Markdown, DOCX, HTML or CSV; what they are said to be "
        "does not matter, but what their bytes and names say",
    },
)


@router.get(
    "/agents/{uuid:agent_id}/documents",
    url_name="agent_documents",
    operation_id="list_documents",
    response={200: list[DocumentOut], **REFUSALS, 422: Problem},
)
def list_documents(request: ApiRequest, agent_id: UUID) -> list[DocumentOut]:
    """All documents of an agent that you may talk with or change, in the order in which they came."""
    return [_told(document) for document in documents_of(request.user, agent_id)]


@router.post(
    "/agents/{uuid:agent_id}/documents",
    url_name="agent_documents",
    operation_id="add_documents",
    response={201: list[DocumentOut], **REFUSALS, **BODY_REFUSALS},
    openapi_extra=FORM_SCHEMA,
)
def post_documents(request: ApiRequest, agent_id: UUID) -> Status[list[DocumentOut]]:
    """Gives an agent of yours documents to know: all of the form, or none. They are read afterwards.

    Bytes that the agent has already are the document that is there; one that failed is tried again. 413 for
    one that is too large, 415 for one of another format, 422 for none, an empty one and too many.
    """
    changeable_agent(request.user, agent_id)  # nobody else learns what is wrong with a form
    files = files_in(request)
    documents = add_documents(actor=request.user, agent_id=agent_id, files=files)
    return Status(201, [_told(document) for document in documents])


@router.delete(
    "/documents/{uuid:document_id}",
    url_name="document",
    operation_id="delete_document",
    response={204: None, **REFUSALS, 422: Problem},
)
def remove_document(request: ApiRequest, document_id: UUID) -> Status[None]:
    """Takes a document away from its agent, with all that was found in it."""
    delete_document(actor=request.user, document_id=document_id)
    return Status(204, None)


def _told(document: Document) -> DocumentOut:
    return DocumentOut(
        id=document.pk,
        agent_id=document.agent_id,
        name=document.name,
        format=Format(document.format),
        size=document.size,
        status=DocumentStatus(document.status),
        progress=document.progress,
        pages=document.pages,
        chunks=document.chunk_count,
        problem=problem_of(document) or None,
        created_at=document.created_at,
        updated_at=document.updated_at,
    )
