"""The scripted channel takes stock levels, but those of the SKUs that its script refuses."""

from __future__ import annotations

from shared.wire.api import Api
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
