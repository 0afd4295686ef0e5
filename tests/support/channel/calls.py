"""What the scripted channel answers to calls."""

from shared.wire.api import Api
from shared.wire.calls import Answered, Call, Told
from tests.support.channel import next_of, script_of

REPEATABLE = frozenset({"accept", "tracking", "cancel"})
CARRIERS = {"dhl": "DHL-CODE"}
OWN_REASONS = {"refund": frozenset({"delivery_delay"})}


def perform(call: Call, api: Api) -> Answered:
    """Remember the call, answer by the script, else that it is done."""
    script_of(api).told.append(call)
    return next_of(script_of(api).answers, Told.CONFIRMED)


def look(call: Call, ticket: str, api: Api) -> Answered:
    """Remember the question, answer by the script, else that nothing was done."""
    script_of(api).looked.append((call, ticket))
    return next_of(script_of(api).looks, Told.UNSEEN)
