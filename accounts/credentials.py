"""By what a call was let in, and what that allows."""

from dataclasses import dataclass
from typing import Literal

from accounts.admissions import Admission
from accounts.models import Scope
from accounts.personal import SAFE_METHODS

Kind = Literal["owner", "session", "jwt", "key"]
#: Sessions, access tokens and the owner at their machine may whatever their person may.
EVERYTHING = frozenset(Scope.values)


@dataclass(frozen=True)
class Credential:
    """``admission`` is what streams and sockets wait on: they end when the credential does."""

    kind: Kind
    admission: Admission
    scopes: frozenset[str] = EVERYTHING

    def missing_for(self, method: str | None) -> Scope | None:
        """The scope that a call by this verb lacks, if any."""
        if Scope.WRITE in self.scopes or (method in SAFE_METHODS and Scope.READ in self.scopes):
            return None
        return Scope.READ if method in SAFE_METHODS else Scope.WRITE
