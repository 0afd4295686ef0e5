"""The scripted channel takes stock levels, but those of the SKUs that its script refuses."""

from __future__ import annotations

from shared.wire.api import Api
from shared.wire.polls import Submitted
from tests.support.channel import script_of

AT_ONCE = 2


def push(levels: dict[str, int], api: Api) -> dict[str, str]:
    """Take levels as the script says."""
    script = script_of(api)
    if script.level_failures:
        raise script.level_failures.pop(0)
    if script.on_levels:
        script.on_levels.pop(0)()
    script.levels.append(levels)
    return {sku: script.refused_skus[sku] for sku in levels if sku in script.refused_skus}


def submit(levels: dict[str, int], api: Api) -> Submitted:
    """Take levels to carry them out later."""
    return Submitted(refused=push(levels, api), ticket=f"ticket-{len(script_of(api).levels)}")


def outcome(ticket: str, api: Api) -> dict[str, str] | None:
    """Say what became of them, as the script says."""
    del ticket
    made = script_of(api).outcomes.pop(0)
    if isinstance(made, Exception):
        raise made
    return made
