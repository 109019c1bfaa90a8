"""Workspace: the files of one conversation, written by its agents, read by them and by its people.

The bytes are in the database, not on a disk: they are small texts, and so a file and its row are one thing.
They are committed together and gone together; every process sees them, and every backup has them.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from agents.file_names import MAX_PATH
from agents.models.agent import Agent

#: Characters that one may become where case is folded.
KEY_GROWTH = 3


class Workspace(models.Model):
    """``agent`` is whom the conversation is with, and ``owner`` whose space it takes; it goes with either."""

    chat_id = models.UUIDField(_("conversation"), primary_key=True)
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="workspaces", verbose_name=_("agent"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("owner")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("workspace")
        verbose_name_plural = _("workspaces")

    def __str__(self) -> str:
        return str(self.chat_id)


class WorkspaceFile(models.Model):
    """``key`` is the path as it is looked for; ``size`` is in bytes.

    ``run_id`` is the last that wrote it, a plain value: a run that is deleted has no files to look for.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="files", db_index=False, verbose_name=_("workspace")
    )
    path = models.CharField(_("path"), max_length=MAX_PATH)
    key = models.CharField(max_length=MAX_PATH * KEY_GROWTH)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    run_id = models.UUIDField(_("run"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ("key",)
        constraints = (models.UniqueConstraint(fields=["workspace", "key"], name="workspace_file_once"),)

    def __str__(self) -> str:
        return self.path
