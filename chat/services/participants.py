"""The participant that stands for a person or an agent; made on first sight."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.people import people_known_to
from agents.selectors import agent_for
from chat.errors import NotFound
from chat.models import Participant
from chat.models.participant import ParticipantKind

if TYPE_CHECKING:
    from accounts.models import User
    from agents.models import Agent


def participant_of_user(user: "User") -> Participant:
    return Participant.objects.get_or_create(user=user, defaults={"kind": ParticipantKind.USER})[0]


def participant_of_agent(agent: "Agent") -> Participant:
    return Participant.objects.get_or_create(agent=agent, defaults={"kind": ParticipantKind.AGENT})[0]


def participant_known_to(actor: "User", any_id: UUID) -> Participant:
    """The participant behind the id of a person, of an agent or of their participant.

    Raises NotFound for whom the actor may not know of.
    """
    person = people_known_to(actor).filter(pk=any_id).first()
    if person is not None:
        return participant_of_user(person)
    agent = agent_for(actor, any_id)
    if agent is not None:
        return participant_of_agent(agent)
    found = Participant.objects.filter(pk=any_id).first()
    if found is None or not _is_known(actor, found):
        raise NotFound(_("There is no such person or agent."))
    return found


def _is_known(actor: "User", participant: Participant) -> bool:
    if participant.user_id:
        return people_known_to(actor).filter(pk=participant.user_id).exists()
    return participant.agent_id is not None and agent_for(actor, participant.agent_id) is not None
