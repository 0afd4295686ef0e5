"""Who calls, and what they may. The gateway has checked the token; what it allows is decided here.

People sign in and are in groups of the user pool; machines have scopes. Cognito puts no scopes of our
own into the tokens of people who sign in with SRP, so a scope on the route would keep them all out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.api.problems import ApiError


class Right(StrEnum):
    """What a caller may do."""

    READ = "read"
    WRITE = "write"


# Scopes of the user pool's resource server, and its groups.
SCOPES: dict[str, frozenset[Right]] = {
    "orders/read": frozenset({Right.READ}),
    "orders/write": frozenset({Right.WRITE}),
}
GROUPS: dict[str, frozenset[Right]] = {
    "viewers": frozenset({Right.READ}),
    "clerks": frozenset({Right.READ, Right.WRITE}),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the subject of the token, an opaque id of a person or a machine."""

    id: str
    rights: frozenset[Right]


def caller_of(claims: Mapping[str, Any]) -> Caller:
    """Return who calls, from the claims of an access token. Raises ApiError (401) for any other token.

    An id token tells an application who has signed in; it is no key to an API.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject or claims.get("token_use") != "access":
        raise ApiError("unauthorized")
    granted = [SCOPES.get(scope, frozenset()) for scope in str(claims.get("scope", "")).split()]
    granted += [GROUPS.get(group, frozenset()) for group in _groups(claims.get("cognito:groups", ""))]
    return Caller(subject, frozenset().union(*granted))


def require(caller: Caller, right: Right) -> None:
    """Raise ApiError (403) unless the caller has the right."""
    if right not in caller.rights:
        raise ApiError("forbidden", f"This needs the right to {right}.")


def _groups(claim: Any) -> list[str]:
    # An HTTP API hands lists over as text: "[clerks viewers]".
    if isinstance(claim, list):
        return [str(group) for group in claim]
    return str(claim).strip("[]").split()
