"""The scripted channel's webhooks."""

from shared.wire.api import Api
from tests.support.channel import script_of


def renewed_secret(stored: str, api: Api, key: str) -> str:
    """Return what the script says is to be stored, where it is not yet."""
    script_of(api).keys.append(key)
    renewed = script_of(api).renewed
    if isinstance(renewed, Exception):
        raise renewed
    return "" if renewed == stored else renewed


def ensure(address: str, secret: str, api: Api) -> tuple[str, ...]:
    """Remember what was wanted, return what the script says was missing."""
    script = script_of(api)
    script.ensured.append((address, secret))
    if isinstance(script.restored, Exception):
        raise script.restored
    return script.restored
