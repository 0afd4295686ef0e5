"""What the scripted channel answers when it is asked of parcels, as a carrier."""

from collections.abc import Sequence

from shared.wire.api import Api
from shared.wire.follow import Followed
from tests.support.channel import script_of


def follow(numbers: Sequence[str], reference: str, api: Api) -> Followed:
    """Remember the numbers, answer by the script, else that they are followed."""
    script = script_of(api)
    script.followed += numbers
    answer = script.follows.pop(0) if script.follows else Followed()
    if isinstance(answer, Exception):
        raise answer
    return answer
