"""Ranking: evidence in the number, what others say of it, and silence on a tie."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.carriers.detect import Candidate, by_carrier, carrier_named, chosen, detect


def confidences(number: str, **given: str) -> dict[str, float]:
    return {found.carrier: found.confidence for found in by_carrier(detect(number, **given))}


# --- evidence


def test_a_mark_and_a_check_digit_are_nearly_certain() -> None:
    [found] = detect("1Z5R89390357567127")
    assert found == Candidate(
        carrier="ups",
        format="ups",
        confidence=0.9,
        reasons=("check_digit", "mark"),
        url="https://wwwapps.ups.com/WebTracking/track?track=yes&trackNums=1Z5R89390357567127",
    )


def test_a_number_without_a_check_digit_is_less_certain_than_one_with() -> None:
    assert confidences("TBA000000000000")["amazon"] == 0.5
    assert confidences("3318810025")["dhl"] == 0.45
    assert confidences("60120172242323")["dhl"] == 0.2


@pytest.mark.parametrize(
    "written", ["1z5r89390357567127", " 1Z 5R8 939 03 5756 7127\n", "1Z5R8939\u00a00357567127"]
)
def test_spaces_and_case_do_not_matter(written: str) -> None:
    [found] = detect(written)
    assert found.url.endswith("=1Z5R89390357567127")


@pytest.mark.parametrize("text", ["", "   ", "n/a", "١٢٣٤٥٦٧٨٩٠١٢", "pending", "1" * 10_000])
def test_what_is_no_tracking_number_has_no_candidates(text: str) -> None:
    assert detect(text) == []
    assert chosen(detect(text)) == ""


@given(st.text(max_size=60))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    found = detect(text, country=text[:2], channel_hint=text, default=text)
    assert all(0 < candidate.confidence < 1 for candidate in found)


@given(st.from_regex(r"[0-9]{8,40}", fullmatch=True))
def test_the_likeliest_stands_first(number: str) -> None:
    order = [candidate.confidence for candidate in detect(number, country="DE", default="gls")]
    assert order == sorted(order, reverse=True)


# --- who is chosen


def test_digits_alone_decide_nothing_even_where_a_check_digit_fits() -> None:
    assert confidences("986578788855")["fedex"] == 0.45
    assert chosen(detect("986578788855")) == ""


def test_the_destination_decides_between_formats_of_different_countries() -> None:
    assert chosen(detect("986578788855", country="us")) == "fedex"
    assert chosen(detect("320595463938", country="CA")) == "purolator"


def test_the_merchants_default_decides_where_the_number_says_little() -> None:
    assert chosen(detect("60120172242323")) == ""
    assert chosen(detect("60120172242323", default="dpd")) == "dpd"


def test_the_channels_word_weighs_more_than_the_merchants_default() -> None:
    assert chosen(detect("60120172242323", channel_hint="DHL eCommerce", default="dpd")) == "dhl"


def test_a_default_makes_no_candidate_of_a_number_that_does_not_fit() -> None:
    assert chosen(detect("1Z5R89390357567127", default="gls", channel_hint="gls")) == "ups"


def test_whatever_is_said_no_confidence_reaches_one() -> None:
    [found, *_] = detect("00340434161094042557", country="DE", channel_hint="DHL", default="dhl")
    assert found.confidence == 0.99
    assert found.reasons == ("check_digit", "mark", "channel", "default", "country")


def test_two_formats_of_one_carrier_are_no_tie() -> None:
    twice = [Candidate("dhl", "a", 0.9, (), ""), Candidate("dhl", "b", 0.9, (), "")]
    assert chosen(twice) == "dhl"
    assert [found.format for found in by_carrier(twice)] == ["a"]


def test_two_carriers_that_are_equally_likely_are_a_tie() -> None:
    assert chosen([Candidate("dhl", "a", 0.9, (), ""), Candidate("gls", "b", 0.9, (), "")]) == ""


# --- numbers that several carriers could have made


def test_twelve_digits_may_be_fedex_or_purolator() -> None:
    found = confidences("287809468872")
    assert found["fedex"] == found["purolator"] == 0.45
    assert chosen(detect("287809468872", country="CA")) == ""
    assert chosen(detect("287809468872", country="CA", default="Purolator")) == "purolator"


def test_a_dhl_paket_of_twenty_digits_is_not_taken_for_usps() -> None:
    found = confidences("00340434161094042557")
    assert found == {"dhl": 0.9, "usps": 0.45}
    assert chosen(detect("00340434161094042557")) == "dhl"


def test_twenty_digits_that_pass_by_accident_are_nobodys() -> None:
    assert "usps" in confidences("12345678901234567890")
    assert chosen(detect("12345678901234567890")) == ""


def test_3s_may_be_postnl_or_dhl() -> None:
    for number in ("3SYZXG132912330", "3SBCC000123456"):
        assert confidences(number) == {"postnl": 0.5, "dhl": 0.5}
        assert chosen(detect(number, country="NL")) == ""
        assert chosen(detect(number, default="postnl")) == "postnl"
        assert chosen(detect(number, channel_hint="DHL Parcel")) == "dhl"


def test_3s_is_not_taken_for_colissimo() -> None:
    found = {candidate.format for candidate in detect("3S53894000014")}
    assert found == {"postnl_3s", "dhl_parcel_3s"}


def test_a_34_digit_bar_code_with_a_postcode_is_usps_though_fedex_fits() -> None:
    found = confidences("4201028200009261290113185417468510")
    assert (found["usps"], found["fedex"]) == (0.9, 0.45)


def test_an_s10_number_with_a_wrong_check_digit_can_only_be_dhls() -> None:
    assert confidences("LX123456789DE") == {"dhl": 0.2}
    assert chosen(detect("LX123456785DE")) == "deutsche_post"


def test_lx_and_eight_digits_is_lasership() -> None:
    assert confidences("LX17635036")["lasership"] == 0.5
    assert chosen(detect("LX17635036")) == "lasership"


def test_eleven_digits_may_be_dhl_express_or_old_dominion() -> None:
    found = confidences("78045768393")
    assert found["dhl"] == found["old_dominion"] == 0.45


def test_three_letters_and_nine_digits_may_be_purolator_or_dhl() -> None:
    assert confidences("JFV247545960") == {"dhl": 0.2, "purolator": 0.2}
    assert chosen(detect("JFV247545960")) == ""


def test_jjd_and_sixteen_digits_is_yodels_other_lengths_are_dhls() -> None:
    assert chosen(detect("JJD0002257639032011")) == "yodel"
    assert chosen(detect("JJD000390007882434508")) == "dhl"
    assert chosen(detect("JJD1410302937991")) == "dhl"


def test_fifteen_digits_may_be_fedex_or_dpd_but_a_letter_is_dpds() -> None:
    assert confidences("099800000200561") == {"dpd": 0.45, "fedex": 0.45}
    assert chosen(detect("09980000020033F")) == "dpd"


def test_fourteen_digits_in_germany_may_be_hermes_or_dpd() -> None:
    assert confidences("09133131530724", country="DE") == {"hermes": 0.45, "dpd": 0.3, "dhl": 0.2}
    assert chosen(detect("09133131530724", country="DE")) == ""
    assert chosen(detect("09133131530724", country="DE", default="dpd")) == "dpd"


def test_parcels_of_deutsche_post_are_dhls() -> None:
    assert chosen(detect("CY123456785DE")) == "dhl"
    assert chosen(detect("RB123456785DE")) == "deutsche_post"


def test_a_post_that_we_do_not_know_is_never_chosen() -> None:
    assert confidences("RB123456785CV") == {"s10": 0.45}
    assert chosen(detect("RB123456785CV", country="CV")) == ""


def test_turkish_numbers_are_told_only_by_who_names_the_carrier() -> None:
    assert chosen(detect("1234567890123", country="TR")) == ""
    assert chosen(detect("1234567890123", country="TR", channel_hint="Aras Kargo")) == "aras"
    assert chosen(detect("1234567890123", country="TR", default="ptt")) == "ptt"


# --- names


@pytest.mark.parametrize(
    ("text", "carrier"),
    [
        ("DHL Express", "dhl"),
        ("dhl_paket", "dhl"),
        ("UPS®", "ups"),
        ("USPS Ground Advantage", "usps"),
        ("Royal Mail", "royal_mail"),
        ("royalmail", "royal_mail"),
        ("Yurtiçi Kargo", "yurtici"),
        ("YURTİÇİ KARGO", "yurtici"),
        ("La Poste", "la_poste"),
        ("Some Courier", ""),
        ("", ""),
        ("---", ""),
    ],
)
def test_a_carrier_is_known_by_the_start_of_its_name(text: str, carrier: str) -> None:
    assert carrier_named(text) == carrier


# --- speed


def test_a_number_takes_less_than_200_microseconds() -> None:
    numbers = ["1Z5R89390357567127", "00340434161094042557", "986578788855", "3SYZXG132912330", "nonsense"]
    detect(numbers[0])  # compiles
    fastest = min(_seconds(numbers) for _ in range(20))
    assert fastest / len(numbers) < 200e-6


def _seconds(numbers: list[str]) -> float:
    started = time.perf_counter()
    for number in numbers:
        detect(number, country="DE", channel_hint="Example Courier", default="gls")
    return time.perf_counter() - started
