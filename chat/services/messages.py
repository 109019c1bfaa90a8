"""Saying something, and saying it again in other words. Each is one transaction, told on commit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from accounts.errors import Forbidden
from accounts.prepared import Prepared
from accounts.rate_limits import check_send
from agents.selectors import agent_for
from chat.errors import Conflict, NotFound
from chat.lists import conversation_changed, lists_changed_of
from chat.models import Conversation, Membership, Message
from chat.models.conversation import ConversationKind
from chat.models.membership import MembershipRole
from chat.models.message import GIVEN, MessageKind, MessageRole
from chat.search_entries import index_new_message
from chat.selectors import membership_for, message_for, people_in
from chat.services.answers import (
    agent_for_answer,
    ask_for_answer,
    put_aside,
    refuse_while_answering,
    tell_changed,
)
from chat.services.conversations import start_conversation
from chat.sounds import RECORDING, Sound, recording_of
from chat.text import clean_client_id, clean_content, clean_metadata, title_from
from webhooks.outbox import EventType, tell

if TYPE_CHECKING:
    from accounts.models import User


class Manner(Enum):
    """A message, one that is of no use without an answer, or one of a room that nobody has said."""

    SAID = auto()
    ASKED = auto()
    ANNOUNCED = auto()


@dataclass(frozen=True)
class Posted:
    """A stored message with the answer that was asked for; ``created`` is False for a repeated send.

    Where nobody was asked ``answer`` is the message itself.
    """

    message: Message
    answer: Message
    created: bool

    @property
    def is_asked(self) -> bool:
        """Whether an answer was asked for."""
        return self.answer.pk != self.message.pk


@dataclass(frozen=True)
class _Said:
    """What a person says, cleaned. ``metadata`` is what their program keeps with it.

    ``reply_to`` names what it answers; ``recording`` is how it was said, where it was spoken.
    """

    content: str
    client_id: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    reply_to: UUID | None = None
    manner: Manner = Manner.SAID
    recording: Sound | None = None

    @property
    def by_system(self) -> bool:
        return self.manner == Manner.ANNOUNCED

    @property
    def kept(self) -> dict[str, Any]:
        """The column of the message; answers keep other things there."""
        kept: dict[str, Any] = {GIVEN: dict(self.metadata)} if self.metadata else {}
        if self.recording:
            kept[RECORDING] = self.recording.to_data()
        return kept


def post_message(
    *,
    actor: "User",
    conversation_id: UUID,
    content: str,
    client_id: str,
    metadata: Mapping[str, Any] | None = None,
    reply_to: UUID | None = None,
    manner: Manner = Manner.SAID,
) -> Posted:
    """Stores the person's message and asks for an answer where an agent is to give one.

    ``reply_to`` names a message of the same conversation. What is announced is for an owner of a room. To ask
    where no agent would answer is a Conflict, and nothing is stored.

    The same client id of the same person again gives the same message and no second run. Raises Invalid for
    a text that cannot be a message, NotFound for a conversation that is not theirs, Conflict for a client id
    with another text, other metadata, or another message that it answers.
    """
    said = _Said(
        clean_content(content),
        clean_client_id(client_id),
        clean_metadata(metadata or {}),
        reply_to=reply_to,
        manner=manner,
    )
    return _posted(actor, conversation_id, said)


def post_recording(
    *,
    actor: "User",
    conversation_id: UUID,
    content: str,
    client_id: str,
    recording: Sound,
    reply_to: UUID | None = None,
    manner: Manner = Manner.SAID,
) -> Posted:
    """The same for what was spoken: ``content`` is what was understood, or what the person made of it.

    Raises what ``post_message`` raises, and Conflict for a client id with another recording.
    """
    said = _Said(
        clean_content(content),
        clean_client_id(client_id),
        reply_to=reply_to,
        manner=manner,
        recording=recording,
    )
    return _posted(actor, conversation_id, said)


def _posted(actor: "User", conversation_id: UUID, said: _Said) -> Posted:
    try:
        with transaction.atomic():
            return _post(actor, conversation_id, said)
    except IntegrityError:
        # Another request with the same client id has committed between our look and our insert.
        with transaction.atomic():
            return _post(actor, conversation_id, said)


def post_first_message(
    *, actor: "User", agent_id: UUID, content: str, client_id: str, recording: Sound | None = None
) -> Posted:
    """Starts a conversation with the agent by saying something; the same client id again gives the same one.

    Raises what ``post_recording`` raises, and NotFound for an agent the person may not talk with.
    """
    said = _Said(clean_content(content), clean_client_id(client_id), recording=recording)
    agent = agent_for(actor, agent_id)
    if agent is None:
        raise NotFound(_("This agent does not exist any more, or is not yours."))
    key = f"{actor.pk}:{said.client_id}"
    try:
        with transaction.atomic():
            conversation = Conversation.objects.filter(started_by_send=key).first()
            if conversation is None:
                conversation = start_conversation(actor=actor, agent=agent, started_by_send=key)
            return _post(actor, conversation.pk, said)
    except IntegrityError:
        conversation = Conversation.objects.get(started_by_send=key)
        return _posted(actor, conversation.pk, said)


def _post(actor: "User", conversation_id: UUID, said: _Said) -> Posted:
    membership = membership_for(actor, conversation_id)
    if said.by_system:
        _refuse_unless_owner(membership)
    earlier = _sent_before(membership.participant_id, conversation_id, said)
    if earlier is not None:
        return _repeated(earlier, said)
    conversation = membership.conversation
    answered = message_for(actor, conversation_id, said.reply_to) if said.reply_to else None
    agent = None if said.by_system else agent_for_answer(conversation, said.content, answered)
    if agent is None and said.manner == Manner.ASKED:
        raise Conflict(_("Nobody answers in this conversation."))
    message = Message.objects.create(
        id=uuid7(),
        conversation=conversation,
        sender=membership.participant,
        role=MessageRole.SYSTEM if said.by_system else MessageRole.USER,
        kind=MessageKind.VOICE if said.recording else MessageKind.TEXT,
        content=said.content,
        client_id=said.client_id,
        reply_to=answered,
        metadata=said.kept,
    )
    if agent is None:
        check_send(actor.pk)  # whoever asks an agent is counted there
    answer = ask_for_answer(actor, agent, message) if agent else message
    _touch(actor, conversation, message)
    tell_changed(conversation.pk, *{message.pk, answer.pk})
    return Posted(message, answer, created=True)


def _refuse_unless_owner(membership: Membership) -> None:
    is_room = membership.conversation.kind == ConversationKind.ROOM
    if not is_room or membership.role != MembershipRole.OWNER:
        raise Forbidden(_("Only an owner of the room can do this."))


def _sent_before(participant_id: UUID, conversation_id: UUID, said: _Said) -> Message | None:
    """Of the same sender: everybody in a room reads the ids of the others, and many programs count from 1."""
    return _sent_as().first(conversation_id, participant_id, said.client_id)


@cache
def _sent_as() -> Prepared[Message]:
    def query(conversation_id: UUID, participant_id: UUID, client_id: str) -> QuerySet[Message]:
        sent = Message.objects.filter(conversation_id=conversation_id, sender=participant_id)
        return sent.filter(client_id=client_id)[:1]

    return Prepared.of(query, UUID, UUID, str)


def _repeated(earlier: Message, said: _Said) -> Posted:
    spoken = recording_of(earlier.metadata)
    was = (earlier.content, earlier.metadata.get(GIVEN, {}), earlier.reply_to_id, spoken)
    now = (said.content, said.metadata, said.reply_to, said.recording)
    if was != now or said.by_system != _by_system(earlier):
        raise Conflict(_("This client id has been used for another message. Send again with a new one."))
    answer = earlier.children.filter(role=MessageRole.ASSISTANT).order_by("id").first()
    return Posted(earlier, answer or earlier, created=False)


def _by_system(message: Message) -> bool:
    return message.role == MessageRole.SYSTEM


def _touch(actor: "User", conversation: Conversation, message: Message) -> None:
    """What every new message of a person does besides: order of the lists, title, search.

    A direct message has no title but the other one's name. Raises NotFound when the conversation has gone.
    """
    untitled = not conversation.title and conversation.kind != ConversationKind.DIRECT
    named = title_from(message.content) if untitled else ""
    conversation.title = conversation.title or named
    conversation.last_message_at = conversation.updated_at = timezone.now()
    fields = ("title", "last_message_at", "updated_at")
    there = Conversation.objects.filter(pk=conversation.pk)
    if not there.update(**{name: getattr(conversation, name) for name in fields}):
        raise NotFound
    tell(
        actor.pk,
        EventType.MESSAGE_CREATED,
        conversation_id=conversation.pk,
        message_id=message.pk,
        agent_id=conversation.agent_id,
    )
    index_new_message(conversation.pk, message.pk, message.content, title=named)
    if named:
        conversation_changed(conversation.pk)
    else:
        lists_changed_of(people_in(conversation.pk))


@transaction.atomic
def edit_message(
    *, actor: "User", conversation_id: UUID, message_id: UUID, content: str, client_id: str
) -> Posted:
    """Says the last own message in other words: the old one and its answer are put aside, not deleted.

    Raises what ``post_message`` raises, and Conflict unless it is the last own message, answered.
    """
    content, client_id = clean_content(content), clean_client_id(client_id)
    old = message_for(actor, conversation_id, message_id)
    said = _Said(content, client_id, reply_to=old.reply_to_id)
    repeated = _sent_before(old.sender_id, conversation_id, said)
    if repeated is not None and old.sender.user_id == actor.pk:
        return _repeated(repeated, said)
    later = Message.objects.filter(conversation_id=conversation_id, active=True, pk__gt=old.pk)
    is_last = old.active and not later.exclude(parent=old).exists()
    if old.role != MessageRole.USER or old.sender.user_id != actor.pk or not is_last:
        raise Conflict(_("Only your last message can be edited."))
    agent = agent_for_answer(old.conversation, said.content, old.reply_to)
    refuse_while_answering(conversation_id)
    answers = list(later)
    for aside in (old, *answers):
        put_aside(aside)
    message = Message.objects.create(
        id=uuid7(),
        conversation=old.conversation,
        sender=old.sender,
        role=MessageRole.USER,
        content=said.content,
        client_id=said.client_id,
        parent=old.parent or old,
        reply_to=old.reply_to,
    )
    answer = ask_for_answer(actor, agent, message) if agent else message
    _touch(actor, old.conversation, message)
    tell_changed(conversation_id, *{old.pk, *(one.pk for one in answers), message.pk, answer.pk})
    return Posted(message, answer, created=True)
