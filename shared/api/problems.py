"""Every way in which a request can fail, as one table: code to HTTP status and title (RFC 9457).

A code may carry what it is about behind a colon (``unknown_field:colour``); its row is named by the
part before. Codes are stable. Details never repeat a value that was sent: they can be logged.
"""

from __future__ import annotations

from typing import Any, NamedTuple

MEDIA_TYPE = "application/problem+json"


class Problem(NamedTuple):
    """What a code means to HTTP, and to a person."""

    status: int
    title: str


# fmt: off
PROBLEMS: dict[str, Problem] = {
    # Who asks
    "unauthorized": Problem(401, "The request has no valid access token."),
    "forbidden": Problem(403, "The access token does not allow this."),
    # How it is asked
    "invalid_json": Problem(400, "The body is not JSON."),
    "invalid_utf8": Problem(400, "The body is not UTF-8."),
    "invalid_unicode": Problem(400, "The body holds half a character."),
    "invalid_number": Problem(400, "A number is none, or longer than any that is meant."),
    "duplicate_key": Problem(400, "A name occurs twice in one object."),
    "too_deep": Problem(400, "The body is nested too deeply."),
    "missing_idempotency_key": Problem(400, "A command needs the header Idempotency-Key."),
    "invalid_idempotency_key": Problem(400, "An Idempotency-Key is 1 to 200 visible ASCII characters."),
    "invalid_if_match": Problem(400, "If-Match takes one strong entity tag: a version in double quotes."),
    "invalid_cursor": Problem(400, "The cursor is not one that this list has given."),
    "body_too_large": Problem(413, "The body is too large."),
    "unsupported_media_type": Problem(415, "The body must be application/json."),
    # What is asked
    "unknown_field": Problem(422, "There is no such field or parameter."),
    "missing_field": Problem(422, "A field is missing."),
    "invalid_field": Problem(422, "A field has a value that it cannot have."),
    "invalid_body": Problem(422, "The body must be a JSON object."),
    "invalid_limit": Problem(422, "The limit is a whole number from 1 to 100."),
    "invalid_day": Problem(422, "A day is written as 2026-01-31."),
    "invalid_id": Problem(422, "An id is a text of 1 to 200 characters, 300 bytes at most, on one line."),
    "invalid_amount": Problem(422, "An amount is as 12.50: positive, with no more digits than its currency."),
    "invalid_currency": Problem(422, "A currency is an ISO 4217 code."),
    "invalid_quantity": Problem(422, "There are not so many pieces, or it is no number of pieces."),
    "invalid_timestamp": Problem(422, "A time is ISO 8601 with an offset, and not in the future."),
    "invalid_tracking": Problem(422, "A tracking number is 3 to 64 letters and digits, spaces, and . / -."),
    "invalid_url": Problem(422, "A tracking address is https, at a carrier that is known."),
    "invalid_payment_url": Problem(422, "A payment link is https, at a named host; notify needs one."),
    "ambiguous_tracking": Problem(422, "One tracking number cannot stand for several packages."),
    "unknown_line": Problem(422, "The order has no such line."),
    "unknown_package": Problem(422, "The order has no such package."),
    "unknown_refund": Problem(422, "The order has no such refund."),
    "unknown_return": Problem(422, "The order has no such return."),
    "unknown_effect": Problem(422, "The order owes no such effect that could be resent."),
    "idempotency_key_reuse": Problem(422, "This Idempotency-Key came before, with another command."),
    # What there is
    "not_found": Problem(404, "There is no such thing here."),
    # What the order does not take as it is
    "version_conflict": Problem(412, "The order has changed since it was read."),
    "illegal_transition": Problem(409, "The order does not take this as it is."),
    "exists": Problem(409, "There is one already."),
    "nothing_open": Problem(409, "No piece is open: all are packed or canceled."),
    "acceptance_failed": Problem(409, "The channel refused the acceptance: the order must not be shipped."),
    "fully_refunded": Problem(409, "All money went back: the order is not handed over any more."),
    "nothing_paid": Problem(409, "Nothing was paid that could go back."),
    "refund_exceeds_paid": Problem(409, "More would go back than was paid."),
    "already_scanned": Problem(409, "The carrier has the package: it cannot be taken back."),
    "return_rejected": Problem(409, "The return of this line was rejected and cannot be asked for again."),
    "erased": Problem(409, "The customer's data was erased and does not come back."),
    # What is to be tried again
    "busy": Problem(503, "Others are changing the same order: try again with the same key."),
    "unavailable": Problem(503, "Something that is needed does not answer: try again."),
}
# fmt: on


class ApiError(Exception):
    """A request that is answered with a problem. ``code`` has a row in :data:`PROBLEMS`."""

    def __init__(self, code: str, detail: str = "", **members: Any) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.members = members

    @property
    def status(self) -> int:
        """The HTTP status."""
        return problem_of(self.code).status


def problem_of(code: str) -> Problem:
    """Return a code's row. Raises KeyError for a code without one."""
    return PROBLEMS[base_of(code)]


def base_of(code: str) -> str:
    """Return a code without what it is about: ``unknown_field`` of ``unknown_field:colour``."""
    return code.partition(":")[0]


def problem_body(error: ApiError, request_id: str) -> dict[str, Any]:
    """Return the answer to a request that failed. What the error knows besides stands beside it."""
    problem = problem_of(error.code)
    return {
        "type": f"urn:orderhub:problem:{base_of(error.code)}",
        "title": problem.title,
        "status": problem.status,
        "code": error.code,
        "detail": error.detail or problem.title,
        "request_id": request_id,
        **error.members,
    }
