"""Claims as the gateway hands them over, and what they allow."""

from __future__ import annotations

from typing import Any

import pytest

from shared.api.callers import Caller, Right, caller_of, require
from shared.api.problems import ApiError

BOTH = frozenset(Right)
ACCESS = {"sub": "user-1", "token_use": "access"}


@pytest.mark.parametrize(
    ("claims", "rights"),
    [
        ({}, frozenset()),
        ({"cognito:groups": "[clerks]"}, BOTH),
        ({"cognito:groups": "[viewers]"}, {Right.READ}),
        ({"cognito:groups": "[viewers clerks]"}, BOTH),
        ({"cognito:groups": ["clerks"]}, BOTH),
        ({"cognito:groups": "[xclerks]"}, frozenset()),
        ({"cognito:groups": "[]"}, frozenset()),
        ({"scope": "orders/read"}, {Right.READ}),
        ({"scope": "orders/write"}, {Right.WRITE}),
        ({"scope": "orders/read orders/write"}, BOTH),
        ({"scope": "aws.cognito.signin.user.admin"}, frozenset()),
        ({"scope": "orders/readwrite"}, frozenset()),
        ({"scope": "clerks", "cognito:groups": "[orders/write]"}, frozenset()),
    ],
)
def test_rights_come_from_groups_and_scopes(claims: dict[str, Any], rights: frozenset[Right]) -> None:
    assert caller_of(ACCESS | claims) == Caller("user-1", frozenset(rights))


@pytest.mark.parametrize(
    "claims",
    [{}, {"sub": "user-1"}, ACCESS | {"token_use": "id"}, ACCESS | {"sub": ""}, ACCESS | {"sub": None}],
)
def test_b52_only_access_tokens_with_a_subject_are_keys(claims: dict[str, Any]) -> None:
    with pytest.raises(ApiError, match="unauthorized"):
        caller_of(claims)


def test_b54_a_right_that_is_missing_is_forbidden() -> None:
    require(Caller("user-1", BOTH), Right.WRITE)
    with pytest.raises(ApiError, match="forbidden"):
        require(Caller("user-1", frozenset({Right.READ})), Right.WRITE)
