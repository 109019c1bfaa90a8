"""What the page of an agent shows of its documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.documents import problem_of
from agents.errors import DocumentTooLarge
from agents.models import Agent, Document
from agents.models.document import DocumentStatus

UNDER_WAY = (DocumentStatus.QUEUED, DocumentStatus.INDEXING)
#: What the dialog that chooses files offers; what is taken is told from the bytes.
ACCEPT = ".pdf,.txt,.text,.md,.markdown,.docx,.html,.htm,.xhtml,.csv"


@dataclass(frozen=True)
class Refusal:
    """A file that was not taken; ``name`` is empty where the reason says it, or is about none of them."""

    name: str
    reason: str


@dataclass(frozen=True)
class DocumentRow:
    """``size`` in bytes, ``progress`` in hundredths; ``pages`` None where the format has none."""

    id: UUID
    name: str
    size: int
    status: str
    under_way: bool
    progress: int
    pages: int | None
    passages: int
    problem: str


@dataclass(frozen=True)
class KnowledgeSection:
    agent_id: UUID
    rows: Sequence[DocumentRow]
    refusals: Sequence[Refusal] = ()

    @property
    def is_busy(self) -> bool:
        """Whether it is worth looking again in a moment."""
        return any(row.under_way for row in self.rows)

    @property
    def summary(self) -> str:
        """For who does not see the rows change: in words that do not change with every look."""
        waiting = sum(row.under_way for row in self.rows)
        failed = sum(bool(row.problem) for row in self.rows)
        if waiting:
            return ngettext("%(n)d document is being read", "%(n)d documents are being read", waiting) % {
                "n": waiting
            }
        if failed:
            return ngettext(
                "%(n)d document could not be read", "%(n)d documents could not be read", failed
            ) % {"n": failed}
        return _("All documents are ready") if self.rows else ""

    @property
    def accept(self) -> str:
        return ACCEPT

    @property
    def most_bytes(self) -> int:
        return settings.MAX_DOCUMENT_BYTES

    @property
    def too_large(self) -> str:
        """What is said of a larger one, before it is sent in vain."""
        return DocumentTooLarge.over(settings.MAX_DOCUMENT_BYTES).text


def knowledge_section(agent: Agent, refusals: Sequence[Refusal] = ()) -> KnowledgeSection:
    """For who may change the agent: whoever calls sees to that. The newest stands where files are dropped."""
    rows = [_row(document) for document in agent.documents.order_by("-id")]
    return KnowledgeSection(agent.pk, rows, refusals)


def _row(document: Document) -> DocumentRow:
    return DocumentRow(
        id=document.pk,
        name=document.name,
        size=document.size,
        status=document.get_status_display(),
        under_way=document.status in UNDER_WAY,
        progress=document.progress,
        pages=document.pages,
        passages=document.chunk_count,
        problem=problem_of(document),
    )
