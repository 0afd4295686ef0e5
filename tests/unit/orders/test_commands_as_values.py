"""Commands are frozen dataclasses in all but the making: by keyword, equal by value, never changed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest

from shared.orders import commands as c
from shared.orders.asked import Asked

COMMANDS: list[Any] = Asked.__subclasses__()
SHIP = c.Ship(package_id="1", tracking_number="X")


def test_every_command_is_one_of_the_commands_there_are() -> None:
    assert set(COMMANDS) == set(c.Command.__args__)


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_command_has_its_own_fields_and_whether_to_notify(kind: Any) -> None:
    names = [field.name for field in fields(kind)]
    assert names == ["notify", *kind.__annotations__]
    made = kind(**dict.fromkeys(names, "x"))
    assert [getattr(made, name) for name in names] == ["x"] * len(names)


def test_what_is_not_given_has_its_default() -> None:
    assert (SHIP.notify, SHIP.contents, SHIP.carrier) == (None, None, "")


def test_commands_are_equal_by_kind_and_value() -> None:
    assert c.Ship(package_id="1", tracking_number="X") == SHIP != c.Ship(package_id="2", tracking_number="X")
    assert len({SHIP, c.Ship(package_id="1", tracking_number="X"), c.Accept(), c.Release()}) == 3
    returned = {"return_id": "1", "line_ids": ()}
    assert c.ReceiveReturn(**returned) != c.RestockReturn(**returned)  # type: ignore[arg-type]


def test_a_command_is_never_changed() -> None:
    made: Any = c.Ship()
    with pytest.raises(FrozenInstanceError):
        made.package_id = "2"
    with pytest.raises(FrozenInstanceError):
        made.new = "2"
    with pytest.raises(FrozenInstanceError):
        del made.package_id
    assert made == c.Ship()


def test_a_copy_with_another_value_is_made_of_it() -> None:
    assert replace(SHIP, package_id="2") == c.Ship(package_id="2", tracking_number="X")


def test_a_field_that_there_is_not_is_refused() -> None:
    kind: Any = c.Ship
    with pytest.raises(TypeError, match="Ship has no weight"):
        kind(package_id="1", weight=2)


def test_a_field_without_a_default_has_to_be_given() -> None:
    kind: Any = c.ChangeTracking
    with pytest.raises(TypeError, match="ChangeTracking needs package_id, tracking_number"):
        kind(carrier="dhl")


def test_a_command_shows_its_fields() -> None:
    assert repr(c.Cancel(reason="x")) == "Cancel(notify=None, reason='x')"
