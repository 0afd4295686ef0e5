"""Access tokens by OAuth 2.0: the token endpoint, asked with a form (RFC 6749, sections 4.4 and 6).

Without a token nothing is sent: whatever goes wrong here, the call that needed it was certainly not made.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from shared.wire.api import Api
from shared.wire.http import (
    ApiError,
    AuthError,
    NotSentError,
    RateLimitedError,
    RefusedError,
    check,
)


def fetch_token(
    api: Api, url: str, form: Mapping[str, str], *, headers: Mapping[str, str] | None = None
) -> tuple[str, timedelta]:
    """Return an access token and how long it lives.

    Raises AuthError where the endpoint does not know us (whether it says so by 400 or by 401),
    RateLimitedError, and NotSentError where there is no token for any other reason.
    """
    wanted = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    body = urlencode(form).encode("ascii")
    try:
        answer = check(
            api.send("POST", url, headers={**wanted, **(headers or {})}, body=body),
            code=lambda document: str(document["error"]),
        )
        document = answer.json()
        token, lifetime = document["access_token"], int(document["expires_in"])
    except RefusedError as error:
        raise AuthError(error.code) from None
    except (AuthError, RateLimitedError, NotSentError):
        raise
    except (ApiError, LookupError, TypeError, ValueError) as error:
        again_after = error.again_after if isinstance(error, ApiError) else None
        raise NotSentError("no_token", again_after=again_after) from None
    if not isinstance(token, str) or not token:
        raise NotSentError("no_token")
    return token, timedelta(seconds=lifetime)
