"""The documents of agents, for who may read the agent, and what is said of those that could not be read."""

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext, gettext_noop

from agents.models import Document
from agents.models.document import DocumentStatus
from agents.selectors import readable_agent

if TYPE_CHECKING:
    from accounts.models import User

#: By the key that a document keeps.
PROBLEMS = {
    "unreadable": gettext_noop("This file is damaged, or not what its name says."),
    "empty": gettext_noop("There is no text in this document."),
    "encrypted": gettext_noop("This document is locked with a password."),
    "too_long": gettext_noop("There is more text in this document than is read."),
    "gave_up": gettext_noop("This document could not be read: it took too much time or memory."),
}
UNKNOWN = gettext_noop("This document could not be read.")


def documents_of(user: "User", agent_id: UUID) -> QuerySet[Document]:
    """In the order in which they came. Raises NotFound for an agent that the person may not read."""
    return Document.objects.filter(agent=readable_agent(user, agent_id))


def document_counts(agent_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many documents each of the agents has; those without any are left out."""
    of_them = Document.objects.filter(agent_id__in=agent_ids).order_by()
    return dict(of_them.values_list("agent_id").annotate(Count("pk")))


def problem_of(document: Document) -> str:
    """Why it could not be read, in the reader's language; empty where it could, or is still to be."""
    if document.status != DocumentStatus.ERROR:
        return ""
    return gettext(PROBLEMS.get(document.problem, UNKNOWN))
