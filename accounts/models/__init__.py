"""The rows of accounts."""

from accounts.models.acted_for import ActedFor
from accounts.models.api_key import ApiKey, Scope
from accounts.models.invitation import Invitation, Role
from accounts.models.ownership import Ownership
from accounts.models.socket_ticket import SocketTicket
from accounts.models.token_family import RefreshToken, TokenFamily
from accounts.models.user import Theme, User

__all__ = [
    "ActedFor",
    "ApiKey",
    "Invitation",
    "Ownership",
    "RefreshToken",
    "Role",
    "Scope",
    "SocketTicket",
    "Theme",
    "TokenFamily",
    "User",
]
