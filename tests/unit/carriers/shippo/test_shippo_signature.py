from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.adapters import signature_of
from shared.carriers.shippo import signature
from shared.wire.adapter import SignatureModule
from shared.wire.signing import hmac_sha256_hex

NOW = datetime(2026, 3, 6, 11, 50, tzinfo=UTC)
UNIX = 1_772_797_800
BODY = b'{"event":"track_updated","data":{"tracking_number":"92055901755477000000000015"}}'
SECRET = "a secret"
HEADER = signature.SIGNATURE_HEADER


def signed(body: bytes = BODY, secret: str = SECRET, at: datetime = NOW) -> dict[str, str]:
    return signature.sign(body, secret, topic="track_updated", now=at)


def holds(header: str, *, secrets: tuple[str, ...] = (SECRET,), body: bytes = BODY) -> bool:
    return signature.verify({HEADER: header}, body, secrets, now=NOW)


def stamped(time: str) -> str:
    """Return the header with a right signature over whatever ``time`` says."""
    digest = hmac_sha256_hex(SECRET.encode(), time.encode() + b"." + BODY).decode()
    return f"t={time},v1={digest}"


def vectors() -> list[dict[str, Any]]:
    folder = os.environ.get("ORDERHUB_PAYLOADS")
    if not folder:
        return []
    known = json.loads((Path(folder) / "signatures.json").read_text(encoding="utf-8"))["vectors"]
    return [vector for vector in known if vector["provider"] == "shippo"]


def test_the_adapter_keeps_the_protocol() -> None:
    module: SignatureModule = signature_of("shippo")

    assert (*module.SIGNATURE_HEADERS, module.SUCCESS_STATUS, module.MEDIA_TYPE) == (
        "shippo-auth-signature",
        202,
        "application/json",
    )


def test_a_body_is_authentic_with_its_own_signature() -> None:
    assert signature.verify(signed(), BODY, [SECRET], now=NOW)


def test_the_signature_is_the_one_that_openssl_computes() -> None:
    # printf '1772797800.{"id":1}' | openssl dgst -sha256 -hmac 'a secret' -hex
    expected = "48fc62227905ef2b285b6c3fa08526ac1732964787f205dd2920a16789cd1998"

    assert signed(b'{"id":1}') == {
        "content-type": "application/json",
        "shippo-auth-signature": f"t={UNIX},v1={expected}",
    }


def test_b01_a_missing_or_empty_signature_is_refused() -> None:
    assert not signature.verify({}, BODY, [SECRET], now=NOW)
    assert not holds("")


def test_b03_another_secret_is_refused() -> None:
    assert not signature.verify(signed(secret="another"), BODY, [SECRET], now=NOW)


def test_b04_a_header_that_lacks_a_part_or_has_another_form_is_refused() -> None:
    time, digest = stamped(str(UNIX)).split(",")
    bare = digest.removeprefix("v1=")

    for header in (time, digest, bare, f"{time},{bare}", f"{time},v0={bare}", f"{time},v1=", f"{time},v1=é"):
        assert not holds(header)
    assert not holds(f"{time},v1={bare.upper()}")
    assert not holds(f"t=,{digest}")


def test_the_order_of_the_parts_and_parts_of_other_names_do_not_matter() -> None:
    time, digest = stamped(str(UNIX)).split(",")

    assert holds(f"{digest}, {time}")
    assert holds(f"{time},v0=older,{digest}")


def test_b09_a_body_serialised_again_is_refused() -> None:
    assert not signature.verify(signed(), json.dumps(json.loads(BODY)).encode(), [SECRET], now=NOW)


def test_b10_a_header_sent_twice_counts_once_and_two_different_ones_not_at_all() -> None:
    one = stamped(str(UNIX))

    assert holds(f"{one},{one}")
    assert not holds(f"{one},{stamped(str(UNIX + 1))}")
    assert not holds(f"{one},{signed(secret='another')[HEADER]}")


@pytest.mark.parametrize("seconds", [-301, 301])
def test_b11_a_time_301_seconds_from_ours_is_refused(seconds: int) -> None:
    assert not signature.verify(signed(at=NOW + timedelta(seconds=seconds)), BODY, [SECRET], now=NOW)


@pytest.mark.parametrize("seconds", [-300, 300])
def test_b12_a_time_300_seconds_from_ours_is_accepted(seconds: int) -> None:
    assert signature.verify(signed(at=NOW + timedelta(seconds=seconds)), BODY, [SECRET], now=NOW)


def test_b11_the_time_is_part_of_what_is_signed() -> None:
    old = signed(at=NOW - timedelta(hours=1))[HEADER]

    assert not holds(f"t={UNIX},{old.partition(',')[2]}")


@pytest.mark.parametrize(
    "time",
    [
        "nan",
        "inf",
        "1.7e9",
        "1_772_797_800",
        f" {UNIX}",
        f"{UNIX}.9",
        "-1",
        "",
        f"{UNIX:040}",
        "\u0967\u096d\u096d\u0968\u096d\u096f\u096d\u096e\u0966\u0966",
    ],
)
def test_b13_a_time_that_is_not_plain_digits_is_refused_however_well_signed(time: str) -> None:
    assert holds(stamped(str(UNIX)))
    assert not holds(stamped(time))


@pytest.mark.parametrize("name", ["", "a.b", "a\nb", "x" * 257])
def test_b14_nothing_beside_time_and_body_is_signed_or_believed(name: str) -> None:
    # Shippo's webhooks have no id: one that is sent along changes nothing, and stands in for nothing.
    assert holds(f"{stamped(str(UNIX))},id={name}")
    assert not holds(f"id={name},{stamped(str(UNIX)).partition(',')[2]}")
    assert not holds(f"{stamped(str(UNIX)).partition(',')[0]},id={name}")


def test_while_a_secret_is_rotated_both_count_and_afterwards_only_the_new_one() -> None:
    header = signed(secret="old")[HEADER]

    assert holds(header, secrets=("new", "old"))
    assert not holds(header, secrets=("new",))


def test_an_empty_secret_authenticates_nothing() -> None:
    assert not holds(signed(secret="")[HEADER], secrets=("", ""))


@pytest.mark.skipif(not vectors(), reason="ORDERHUB_PAYLOADS names no folder of payloads")
def test_known_vectors_are_judged_as_expected() -> None:
    for vector in vectors():
        now = datetime.fromtimestamp(vector["now"], UTC)
        headers = {HEADER: vector["header_value"]}

        assert signature.verify(headers, vector["body"].encode(), [vector["secret"]], now=now)
        assert not signature.verify(headers, vector["body"].encode(), [vector["secret"]], now=NOW)


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(
    presented=st.text() | st.text().map(lambda text: f"t={UNIX},v1={text}"),
    body=st.binary() | st.text().map(str.encode),
    secrets=st.lists(st.text(st.characters(categories=None))),
)
def test_s1_no_header_body_or_secret_makes_it_raise(presented: str, body: bytes, secrets: list[str]) -> None:
    headers = {HEADER: presented}

    assert signature.verify(headers, body, secrets, now=NOW) is False
    assert isinstance(signature.topic(headers, body), str)
    assert isinstance(signature.entity_hint(headers, body), str)


def test_topic_and_hint_are_read_from_the_body() -> None:
    assert signature.topic({}, BODY) == "track_updated"
    assert signature.entity_hint({}, BODY) == "92055901755477000000000015"


def test_no_request_is_a_handshake() -> None:
    assert signature.handshake("POST", {}, {}, b"") is None
    assert signature.handshake("GET", {}, {"challenge": "x"}, b"") is None
