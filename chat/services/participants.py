"""The participant that stands for a person or an agent; made on first sight."""

from typing import TYPE_CHECKING

from chat.models import Participant
from chat.models.participant import ParticipantKind

if TYPE_CHECKING:
    from accounts.models import User
    from agents.models import Agent


def participant_of_user(user: "User") -> Participant:
    return Participant.objects.get_or_create(user=user, defaults={"kind": ParticipantKind.USER})[0]


def participant_of_agent(agent: "Agent") -> Participant:
    return Participant.objects.get_or_create(agent=agent, defaults={"kind": ParticipantKind.AGENT})[0]
