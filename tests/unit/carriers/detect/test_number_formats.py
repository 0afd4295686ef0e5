"""The tables of formats: whole, consistent, and each row fits a number of its own."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from shared.carriers.detect import detect
from shared.carriers.detect.format import Format
from shared.carriers.detect.formats import BY_NAME, FORMATS, NAMES
from shared.notifications.links import payment_link, tracking_link

# One number a row. Where carriers or their documents publish one it is that one.
EXAMPLES = {
    "dhl_express": "3318810025",
    "dhl_express_piece_id": "JJD0099999999",
    "dhl_ecommerce": "GM295117494011169042",
    "dhl_ecommerce_14": "60120172242323",
    "dhl_parcel_jjd": "JD014600001234567890",
    "dhl_parcel_3s": "3SBCC000123456",
    "ups": "1Z5R89390357567127",
    "ups_waybill": "K1506235620",
    "amazon_logistics": "TBA000000000000",
    "amazon_international": "C1004444443",
    "landmark_global": "LTN74207623N1",
    "yunexpress": "YT2229521272164446",
    "s10": "RB123456785CV",
    "s10_canada_post": "RB123456785CA",
    "s10_dhl": "CY123456785DE",
    "s10_deutsche_post": "RB123456785DE",
    "s10_la_poste": "RB123456785FR",
    "s10_postnl": "RB123456785NL",
    "s10_ptt": "RB123456785TR",
    "s10_royal_mail": "RB123456785GB",
    "s10_usps": "RB123456785US",
    "fedex_12": "986578788855",
    "fedex_34": "1001921334250001000300779017972697",
    "fedex_astra_32": "32971514560102447849175802862014",
    "fedex_ground": "041441760228964",
    "fedex_ground_sscc_18": "000123450000000027",
    "fedex_ground_96": "9611020987654312345672",
    "fedex_ground_gsn": "9622001560001234567100794808390594",
    "usps_20": "03071790000523483741",
    "usps_legacy": "420221539101026837331000039521",
    "usps_impb_n": "9400111206206407628746",
    "usps_impb_c": "9361289878700317633795",
    "canada_post": "0073938000549297",
    "canpar_22": "D576002440000001718010",
    "purolator_numeric": "320595463938",
    "purolator_alpha": "KYV009956937",
    "ontrac_c": "C11031500001879",
    "ontrac_d": "D10011354453707",
    "old_dominion": "07209562763",
    "old_dominion_guaranteed": "80003280379",
    "lasership_lx": "LX17635036",
    "lasership_1ls7": "1LS717793482164",
    "lasership_1ls7_18": "1LS7119013618127-1",
    "lasership_1lscx": "1LSCXVE0058631Y",
    "speedee": "SP029692510000920746",
    "gofo_us": "GFUS01011884214464",
    "dhl_paket_20": "00340433836442636597",
    "dhl_paket_12": "201298452277",
    "gls_12": "123456789011",
    "gls_11": "12345678901",
    "gls_track_id": "XHAX4HDA",
    "hermes_14": "09133131530724",
    "hermes_h20": "H1234567890123456789",
    "dpd": "008182709980000020033350276C",
    "dpd_14": "09980000020033F",
    "dpd_number": "09980000020033",
    "colissimo": "7Q53894000014",
    "postnl_3s": "3SYZXG132912330",
    "yodel": "JJD0002257639032011",
    "evri_16": "1234567890123456",
    "yurtici": "123456789012",
    "aras": "1234567890123",
    "ptt_13": "1234567890123",
}

# Whose pages mails do not link yet: their domains are not among those that links in mails may have.
NOT_LINKED = {
    "canada_post",
    "canpar",
    "gofo",
    "landmark",
    "old_dominion",
    "ontrac",
    "purolator",
    "speedee",
    "yodel",
    "yunexpress",
}

by_id = pytest.mark.parametrize("entry", FORMATS, ids=lambda entry: entry.id)


def fitting(number: str) -> set[str]:
    return {candidate.format for candidate in detect(number)}


def test_each_format_has_an_id_of_its_own_and_an_example() -> None:
    assert sorted(entry.id for entry in FORMATS) == sorted(EXAMPLES)


def test_each_carrier_has_a_name_and_each_name_a_carrier() -> None:
    told_by_numbers = {entry.carrier for entry in FORMATS}
    assert told_by_numbers | set(BY_NAME) == set(NAMES)
    assert not told_by_numbers & set(BY_NAME)


@by_id
def test_an_example_fits_its_format(entry: Format) -> None:
    assert entry.id in fitting(EXAMPLES[entry.id])


@by_id
def test_nothing_else_may_stand_around_a_number(entry: Format) -> None:
    example = EXAMPLES[entry.id]
    assert entry.id not in fitting(f"{example}.")
    assert entry.id not in fitting(f"#{example}")


@pytest.mark.parametrize("entry", [entry for entry in FORMATS if entry.check], ids=lambda entry: entry.id)
def test_of_ten_check_digits_one_fits(entry: Format) -> None:
    example = EXAMPLES[entry.id]
    match = re.fullmatch(entry.pattern, example)
    assert match is not None
    start, end = match.span("digit")
    swapped = [example[:start] + digit + example[end:] for digit in "0123456789"]
    others = [number for number in swapped if number != example]
    assert [number for number in others if entry.id in fitting(number)] == []


@by_id
def test_a_check_has_the_groups_that_it_is_asked_with(entry: Format) -> None:
    groups = set(re.compile(entry.pattern).groupindex)
    assert groups == ({"serial", "digit"} if entry.check else set())


@by_id
def test_a_tracking_page_is_over_https_and_takes_the_number(entry: Format) -> None:
    if entry.url:
        assert entry.url.count("{}") == 1
        assert payment_link(entry.url.replace("{}", EXAMPLES[entry.id])) is not None
        assert "{}" not in (urlsplit(entry.url).hostname or "")


def test_mails_may_link_the_pages_of_all_but_these_carriers() -> None:
    refused = {
        entry.carrier
        for entry in FORMATS
        if entry.url and not tracking_link(entry.url.replace("{}", EXAMPLES[entry.id]))
    }
    assert refused == NOT_LINKED
