"""Document: what an agent was given to know, its bytes, and the pieces of its text that are searched.

The bytes are in the database: they are read once, whole, by whichever process indexes them, which may be on
another machine than the one that took them. A document, its bytes and its pieces are gone together.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from agents.document_formats import MAX_NAME, Format
from agents.models.agent import Agent

MAX_WORKER = 60


class DocumentStatus(models.TextChoices):
    QUEUED = "queued", _("queued")
    INDEXING = "indexing", _("being read")
    READY = "ready", _("ready")
    ERROR = "error", _("failed")


class Document(models.Model):
    """``size`` is in bytes, ``progress`` in hundredths, ``pages`` None where the format has none.

    ``problem`` is the key of a sentence (``agents.documents``) where ``status`` is ``error``. ``worker`` is
    the process that indexes it, as it signs, and ``attempts`` how many have begun to.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agent = models.ForeignKey(
        Agent,
        models.CASCADE,
        related_name="documents",
        db_index=False,  # the constraint begins with it
        verbose_name=_("agent"),
    )
    name = models.CharField(_("name"), max_length=MAX_NAME)
    format = models.CharField(_("format"), max_length=10, choices=[(one.value, one.name) for one in Format])
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    status = models.CharField(
        _("status"), max_length=20, choices=DocumentStatus.choices, default=DocumentStatus.QUEUED
    )
    progress = models.PositiveSmallIntegerField(_("progress"), default=0)
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    chunk_count = models.PositiveIntegerField(_("pieces"), default=0)
    problem = models.CharField(_("problem"), max_length=40, blank=True)
    worker = models.CharField(_("process"), max_length=MAX_WORKER, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["agent", "sha256"], name="document_once_an_agent"),)
        # A partial one would do, but SQLite takes none for a status that is a parameter.
        indexes = (models.Index(fields=["status"], name="document_by_status"),)

    def __str__(self) -> str:
        return self.name


class DocumentContent(models.Model):
    """The bytes as they came, in a row of their own: lists of documents never fetch them."""

    document = models.OneToOneField(
        Document, models.CASCADE, primary_key=True, related_name="content", verbose_name=_("document")
    )
    data = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("content of a document")
        verbose_name_plural = _("contents of documents")

    def __str__(self) -> str:
        return str(self.document_id)


class Chunk(models.Model):
    """A piece of a document's text, the ``number``th from 0, with the headings it stands under in front.

    The full-text index is over this table. ``agent`` is the document's: a search looks at no other's rows.
    """

    document = models.ForeignKey(
        Document,
        models.CASCADE,
        related_name="chunks",
        db_index=False,  # as above
        verbose_name=_("document"),
    )
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+", verbose_name=_("agent"))
    number = models.PositiveIntegerField(_("number"))
    page = models.PositiveIntegerField(_("page"), null=True, blank=True)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("piece of a document")
        verbose_name_plural = _("pieces of documents")
        ordering = ("document", "number")
        constraints = (models.UniqueConstraint(fields=["document", "number"], name="chunk_number_once"),)

    def __str__(self) -> str:
        return f"{self.document_id} {self.number}"
