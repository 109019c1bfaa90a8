"""For whom a program calls: for its own account, or for people whom it names by ids of its own."""

from typing import TYPE_CHECKING
from uuid import UUID

from accounts.api_access import may_act_for_others
from accounts.errors import NoSuchPerson
from accounts.requests import ApiRequest
from accounts.services.acted_for import person_acted_for
from chat.selectors import is_member, person_in

if TYPE_CHECKING:
    from accounts.models import User

#: The own account in an address.
ME = "me"


def person_named(request: ApiRequest, user_id: str) -> "User":
    """The person of that id: the caller, or somebody the caller acts for, made on first sight.

    Raises NoSuchPerson. The id of another account is none that leads to it: it is a word of the program's.
    """
    if user_id.lower() in (ME, str(request.user.pk)):
        return request.user
    if not may_act_for_others(request):
        raise NoSuchPerson
    return person_acted_for(account=request.user, external_id=user_id)


def person_of_chat(request: ApiRequest, chat_id: UUID) -> "User":
    """As whom the caller is in the chat; whether they are in it is for what is asked next."""
    if is_member(request.user, chat_id) or not may_act_for_others(request):
        return request.user
    return person_in(request.user, chat_id)
