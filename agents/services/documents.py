"""Giving documents to an agent and taking them away. Each is one transaction; indexing comes after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.document_formats import Format, format_of, shown_name
from agents.errors import DocumentTooLarge, Invalid, NotADocument, NotFound
from agents.models import Agent, Document, DocumentContent
from agents.models.document import DocumentStatus
from agents.selectors import changeable_agents

if TYPE_CHECKING:
    from accounts.models import User

#: The field of a form that has them.
FIELD = "file"


@dataclass(frozen=True)
class _Judged:
    """A file that can be a document; its bytes are read again when they are stored."""

    file: "File[bytes]"
    name: str
    format: Format
    size: int
    sha256: str

    @property
    def data(self) -> bytes:
        self.file.seek(0)
        data: bytes = self.file.read()
        return data


def add_documents(*, actor: "User", agent_id: UUID, files: "Sequence[File[bytes]]") -> list[Document]:
    """The documents the files have become, in their order, to be indexed: all of the files, or none.

    Bytes that the agent has already are the document that is there, under its first name; one that could
    not be read is tried again. Raises NotFound, Invalid for no file, an empty one or too many,
    DocumentTooLarge and NotADocument.
    """
    if not changeable_agents(actor).filter(pk=agent_id).exists():
        raise NotFound
    if not files:
        raise Invalid({FIELD: [_("Choose at least one file.")]})
    judged: dict[str, _Judged] = {}
    for one in map(_judged, files):
        judged.setdefault(one.sha256, one)
    with transaction.atomic():
        agent = _held(actor, agent_id)
        there = {one.sha256: one for one in Document.objects.filter(agent=agent)}
        new = [one for one in judged.values() if one.sha256 not in there]
        if new and len(there) + len(new) > settings.MAX_DOCUMENTS:
            raise Invalid({FIELD: [_too_many(settings.MAX_DOCUMENTS)]})
        for one in new:
            there[one.sha256] = _stored(agent, one)
        documents = [there[digest] for digest in judged]
        for document in documents:
            _try_again(document)
    return documents


@transaction.atomic
def delete_document(*, actor: "User", document_id: UUID) -> None:
    """With its bytes and all that was found in it. Raises NotFound."""
    theirs = Document.objects.filter(agent__in=changeable_agents(actor), pk=document_id)
    deleted, _by_model = theirs.delete()
    if not deleted:
        raise NotFound(_("This document does not exist any more, or is not yours."))


def _judged(file: "File[bytes]") -> _Judged:
    name = shown_name(file.name or "")
    if (file.size or 0) > settings.MAX_DOCUMENT_BYTES:
        raise DocumentTooLarge.over(settings.MAX_DOCUMENT_BYTES)
    file.seek(0)
    data = file.read()
    if not data:
        raise Invalid({FIELD: [_("“%(name)s” is empty.") % {"name": name}]})
    found = format_of(name, data)
    if found is None:
        raise NotADocument(name)
    return _Judged(file, name, found, len(data), sha256(data).hexdigest())


def _too_many(most: int) -> str:
    text = ngettext(
        "An agent has at most %(most)d document.", "An agent has at most %(most)d documents.", most
    )
    return text % {"most": most}


def _held(actor: "User", agent_id: UUID) -> Agent:
    """The agent, locked until the transaction ends: two uploads at once pass no bound together."""
    agent = changeable_agents(actor).select_for_update().filter(pk=agent_id).first()
    if agent is None:
        raise NotFound
    return agent


def _stored(agent: Agent, one: _Judged) -> Document:
    document = Document.objects.create(
        agent=agent, name=one.name, format=one.format, size=one.size, sha256=one.sha256
    )
    DocumentContent.objects.create(document=document, data=one.data)
    return document


def _try_again(document: Document) -> None:
    if document.status == DocumentStatus.ERROR:
        document.status, document.problem = DocumentStatus.QUEUED, ""
        document.progress = document.attempts = 0
        document.save(update_fields=["status", "problem", "progress", "attempts", "updated_at"])
