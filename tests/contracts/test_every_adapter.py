"""What every adapter of a channel with an API has to show, against its simulation."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

import pytest

from local.channels.catalogue import SIMULATED
from local.channels.ebay import Ebay
from local.channels.faults import Fault, Faulty
from local.channels.simulator import Clock, Recording, Simulator, Stocked
from shared.adapters import (
    ADAPTERS,
    calls_of,
    capabilities_of,
    later_levels_of,
    levels_of,
    mapping_of,
    polls_of,
    signature_of,
    subscriptions_of,
)
from shared.carriers.detect import NAMES
from shared.orders.effects import CALLS
from shared.orders.facts import OrderSeen, Report
from shared.usecases.channel_codes import REASONED, reason_code
from shared.wire.adapter import Reading
from shared.wire.api import Api, MissingCredentialError
from shared.wire.calls import Answered, Call, Parcel, Piece, Told
from shared.wire.http import (
    ApiError,
    AuthError,
    HttpRequest,
    RateLimitedError,
    RefusedError,
    UnreadableAnswerError,
)
from shared.wire.polls import Polled, Window
from shared.wire.strict_json import parse
from tests.support.address import hub_at

START = datetime(2026, 3, 10, 12, tzinfo=UTC)
NUMBER = "1Z999AA10123456784"
MOST_LOOKS = 5
WITH_API = sorted(kind for kind in ADAPTERS if capabilities_of(kind).polls or capabilities_of(kind).calls)


@dataclass
class Connected:
    """One kind's simulation, and an API to it on which faults can be planned."""

    kind: str
    clock: Clock = field(default_factory=lambda: Clock(START))

    def __post_init__(self) -> None:
        row = SIMULATED[self.kind]
        self.order_id = row.order
        self.simulator: Simulator = row.make(self.clock)
        self.faulty = Faulty(self.simulator)
        self.sent = Recording(self.faulty)
        self.api = Api(
            base_url=row.api_url,
            transport=self.sent,
            credentials=row.credentials,
            options=row.options,
            now=self.clock,
        )
        self.simulator.place(row.order, **row.wishes)
        self.clock.at += timedelta(minutes=5)

    def with_credentials(self, **changes: str) -> Api:
        return replace(self.api, credentials=changes, _tokens={}, _kept={})

    def window(self, back: timedelta) -> Window:
        until = self.clock() - capabilities_of(self.kind).settles_after
        return Window(since=until - back, until=until)

    def unknown(self) -> str:
        """An order id in the channel's form that is nobody's."""
        return self.order_id[:-1] + ("8" if self.order_id[-1] != "8" else "9")

    def poll(self) -> list[Polled]:
        polls, window = polls_of(self.kind), self.window(timedelta(days=1))
        documents: list[Polled] = []
        for _ in range(20):
            page = polls.read_page(window, self.api)
            documents += page.documents
            if not page.next_token:
                return documents
            window = replace(window, token=page.next_token)
        raise AssertionError("no end of pages")

    def read(self, document: Polled) -> Report:
        reading = Reading(received_at=self.clock(), currency="EUR")
        [report] = mapping_of(self.kind).normalize(
            parse(document.body)[0], topic=document.topic, reading=reading
        )
        return report

    def seen(self) -> OrderSeen:
        document = polls_of(self.kind).read_order(self.order_id, self.api)
        assert document is not None
        [seen] = [fact for fact in self.read(document).facts if isinstance(fact, OrderSeen)]
        return seen

    def ship_call(self) -> Call:
        lines = self.seen().lines
        return Call(
            name="ship",
            order_id=self.order_id,
            reference="0123456789abcdef0123456789abcdef",
            number="1",
            pieces=tuple(
                Piece(line_id=line.external_id, quantity=line.quantity, sku=line.sku) for line in lines
            ),
            parcel=Parcel(
                id="1",
                tracking_number=NUMBER,
                carrier="ups",
                carrier_code=calls_of(self.kind).CARRIERS.get("ups", "UPS"),
                shipped_at=self.clock(),
            ),
            is_rest=True,
        )

    def until_shown(self, call: Call, answered: Answered) -> Answered:
        for _ in range(MOST_LOOKS):
            if answered.told is not Told.PENDING:
                return answered
            self.clock.at += timedelta(minutes=1)
            answered = calls_of(self.kind).look(call, answered.ticket, self.api)
        raise AssertionError("it never shows")


@pytest.fixture(params=WITH_API)
def channel(request: pytest.FixtureRequest) -> Connected:
    return Connected(request.param)


@pytest.fixture(params=[kind for kind in WITH_API if "ship" in capabilities_of(kind).calls])
def shipping(request: pytest.FixtureRequest) -> Connected:
    return Connected(request.param)


def decisive(kind: str) -> HttpRequest:
    """Return the last request of a shipment that writes: the one by which the parcel leaves."""
    clean = Connected(kind)
    call = clean.ship_call()
    clean.sent.requests.clear()
    calls_of(kind).perform(call, clean.api)
    return [request for request in clean.sent.requests if request.method != "GET"][-1]


def shipments(channel: Connected) -> int:
    """How often the parcel was told to leave."""
    last = decisive(channel.kind)
    return sum((sent.url, sent.body) == (last.url, last.body) for sent in channel.sent.requests)


# --- what it declares


def test_every_channel_with_an_api_is_simulated() -> None:
    assert set(WITH_API) == set(SIMULATED)


@pytest.mark.parametrize("kind", WITH_API)
def test_what_it_declares_is_there(kind: str) -> None:
    declared = capabilities_of(kind)
    assert declared.calls <= CALLS
    assert declared.creates_orders is ("create" in declared.calls)
    calls = calls_of(kind)
    assert declared.calls >= calls.REPEATABLE
    assert set(calls.CARRIERS) <= set(NAMES)
    assert declared.polls
    assert callable(polls_of(kind).read_order)
    assert not declared.subscriptions or callable(subscriptions_of(kind).ensure)
    assert not declared.levels or levels_of(kind).AT_ONCE > 0
    # What has levels.py says so, and is simulated with a SKU to tell of.
    assert declared.levels is (find_spec(f"{ADAPTERS[kind]}.levels") is not None)
    assert declared.levels is all(SIMULATED[kind].skus)


@pytest.mark.parametrize("kind", WITH_API)
def test_what_it_needs_is_what_its_simulation_takes(kind: str) -> None:
    declared, row = capabilities_of(kind), SIMULATED[kind]
    assert set(row.credentials) == set(declared.credentials)
    assert set(row.options) <= set(declared.options)


@pytest.mark.parametrize("kind", WITH_API)
def test_nothing_pure_opens_connections(kind: str) -> None:
    for name in ("signature", "mapping", "capabilities"):
        module = import_module(f"{ADAPTERS[kind]}.{name}")
        assert not {"urllib3", "Api", "client"} & set(vars(module)), name


# --- what it reads


def test_a_placed_order_is_found_by_a_poll_and_read_by_its_id(channel: Connected) -> None:
    documents = channel.poll()
    assert len(documents) == 1
    polled = channel.read(documents[0])
    assert polled.order_external_id == channel.order_id
    assert documents[0].order_id in (channel.order_id, "")
    assert channel.seen().lines
    assert signature_of(channel.kind).MEDIA_TYPE == "application/json"


def test_nothing_is_found_that_changed_before_the_window(channel: Connected) -> None:
    channel.clock.at += timedelta(days=30)
    window = channel.window(timedelta(hours=1))
    assert polls_of(channel.kind).read_page(window, channel.api).documents == ()


def test_an_order_that_is_not_there_is_none(channel: Connected) -> None:
    assert polls_of(channel.kind).read_order(channel.unknown(), channel.api) is None


def test_f46_wrong_and_missing_credentials_are_said_as_such(channel: Connected) -> None:
    wrong = channel.with_credentials(**dict.fromkeys(channel.api.credentials, "wrong"))
    with pytest.raises(AuthError):
        polls_of(channel.kind).read_order(channel.order_id, wrong)
    with pytest.raises(MissingCredentialError):
        polls_of(channel.kind).read_order(channel.order_id, channel.with_credentials())


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMIT, RateLimitedError),
        (Fault.FORBIDDEN, AuthError),
        (Fault.HTML, UnreadableAnswerError),
        (Fault.SERVER_ERROR, ApiError),
        (Fault.TIMEOUT_BEFORE, ApiError),
        (Fault.REFUSED_CONNECTION, ApiError),
        (Fault.ERROR_IN_OK, ApiError),
    ],
)
def test_f42_f45_a_poll_that_meets_a_fault_says_which(
    channel: Connected, fault: Fault, error: type[ApiError]
) -> None:
    channel.poll()  # an access token is there
    channel.faulty.plan(fault, times=3)
    with pytest.raises(error):
        channel.poll()


def test_f46_a_token_that_has_ended_is_renewed_or_said(channel: Connected) -> None:
    channel.poll()
    channel.faulty.plan(Fault.UNAUTHORIZED)
    came = outcome_of(channel.poll)
    assert (isinstance(came, AuthError) and came.code == "http_401") or len(came) == 1


# --- what it tells


def test_a_shipment_is_told_and_shown(shipping: Connected) -> None:
    call = shipping.ship_call()
    answered = shipping.until_shown(call, calls_of(shipping.kind).perform(call, shipping.api))
    assert answered.told is Told.CONFIRMED
    assert calls_of(shipping.kind).look(call, answered.ticket, shipping.api).told is Told.CONFIRMED


def test_what_was_not_told_is_not_seen(shipping: Connected) -> None:
    call = shipping.ship_call()
    assert calls_of(shipping.kind).look(call, "", shipping.api).told is Told.UNSEEN
    assert shipments(shipping) == 0


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.SERVER_ERROR_AFTER])
def test_f43_a_shipment_that_took_effect_without_an_answer_is_found_and_not_made_twice(
    shipping: Connected, fault: Fault
) -> None:
    call, calls = shipping.ship_call(), calls_of(shipping.kind)
    shipping.faulty.plan_request(fault, decisive(shipping.kind))
    came = outcome_of(lambda: calls.perform(call, shipping.api))
    assert isinstance(came, ApiError)
    assert not came.is_certain
    seen = calls.look(call, "", shipping.api)
    if seen.told is Told.UNSEEN:
        # The request that met the fault was not the one that ships: the rest is made now.
        seen = calls.perform(call, shipping.api)
    assert shipping.until_shown(call, seen).told is Told.CONFIRMED
    assert shipments(shipping) == 1


@pytest.mark.parametrize(
    ("fault", "certain"), [(Fault.RATE_LIMIT, True), (Fault.HTML, False), (Fault.REFUSED_CONNECTION, True)]
)
def test_a_call_that_meets_a_fault_never_says_that_it_is_done(
    shipping: Connected, fault: Fault, certain: bool
) -> None:
    call = shipping.ship_call()
    shipping.faulty.plan_request(fault, decisive(shipping.kind))
    came = outcome_of(lambda: calls_of(shipping.kind).perform(call, shipping.api))
    if isinstance(came, ApiError):
        assert came.is_certain is certain
    else:
        # An answer that cannot be read may be no answer to this channel, which answers with nothing.
        assert (fault, came.told) == (Fault.HTML, Told.PENDING)


def test_f44_a_call_for_an_order_that_is_not_there_is_refused(shipping: Connected) -> None:
    call = replace(shipping.ship_call(), order_id=shipping.unknown())
    came = outcome_of(lambda: calls_of(shipping.kind).perform(call, shipping.api))
    assert isinstance(came, RefusedError) or came.told is Told.REFUSED


# --- the webhooks that are looked after

ADDRESS = "https://hub.example.com/webhooks/{kind}/example"
WEBHOOK_SECRET = "a-secret-of-webhooks-of-forty-characters"


@pytest.fixture(params=[kind for kind in WITH_API if capabilities_of(kind).subscriptions])
def listening(request: pytest.FixtureRequest) -> Connected:
    channel = Connected(request.param)
    if isinstance(channel.simulator, Ebay):
        channel.simulator.notifications.hub = hub_at(address_of(channel), WEBHOOK_SECRET)
    return channel


def address_of(channel: Connected) -> str:
    if capabilities_of(channel.kind).by_queue:
        return "arn:aws:sqs:eu-central-1:123456789012:notifications"
    return ADDRESS.format(kind=channel.kind)


def ensured(channel: Connected) -> tuple[str, ...]:
    return subscriptions_of(channel.kind).ensure(address_of(channel), WEBHOOK_SECRET, channel.api)


def test_f20_webhooks_that_are_missing_are_made_and_those_that_are_there_are_left(
    listening: Connected,
) -> None:
    assert ensured(listening)
    listening.clock.at += timedelta(days=1)
    listening.sent.requests.clear()
    assert ensured(listening) == ()
    assert {sent.method for sent in listening.sent.requests if not is_read(sent)} == set()


def is_read(sent: HttpRequest) -> bool:
    """True for what changes nothing: a token is asked for by POST, and GraphQL asks for everything so."""
    return sent.method == "GET" or "token" in sent.url or b"listWebhook" in sent.body


@pytest.mark.parametrize(
    "fault",
    [
        *(Fault.RATE_LIMIT, Fault.FORBIDDEN, Fault.HTML, Fault.SERVER_ERROR),
        *(Fault.TIMEOUT_BEFORE, Fault.REFUSED_CONNECTION, Fault.ERROR_IN_OK),
    ],
)
def test_f42_f45_webhooks_whose_list_meets_a_fault_are_not_said_to_be_there(
    listening: Connected, fault: Fault
) -> None:
    ensured(listening)
    listening.faulty.plan(fault, times=3)
    assert isinstance(outcome_of(lambda: ensured(listening)), ApiError)


def test_f46_webhooks_are_looked_after_by_known_credentials_alone(listening: Connected) -> None:
    wrong = dict.fromkeys(listening.api.credentials, "wrong")
    listening.api = listening.with_credentials(**wrong)
    with pytest.raises(AuthError):
        ensured(listening)
    listening.api = listening.with_credentials()
    with pytest.raises(MissingCredentialError):
        ensured(listening)


# --- what it is told of the stock


@pytest.fixture(params=[kind for kind in WITH_API if capabilities_of(kind).levels])
def stocked(request: pytest.FixtureRequest) -> Connected:
    return Connected(request.param)


def told_stock(channel: Connected, **levels: int) -> dict[str, str]:
    """Tell levels of the SKU that the simulation knows, and of the one that is nobody's."""
    known, unknown = SIMULATED[channel.kind].skus
    names = {"known": known, "unknown": unknown}
    wanted = {names[name]: count for name, count in levels.items()}
    if not capabilities_of(channel.kind).levels_later:
        return levels_of(channel.kind).push(wanted, channel.api)
    module = later_levels_of(channel.kind)
    submitted = module.submit(wanted, channel.api)
    for _ in range(MOST_LOOKS if submitted.ticket else 0):
        later = module.outcome(submitted.ticket, channel.api)
        if later is not None:
            return submitted.refused | later
        channel.clock.at += timedelta(minutes=1)
    assert not submitted.ticket, "it is never carried out"
    return submitted.refused


def shown_stock(channel: Connected) -> int:
    return cast("Stocked", channel.simulator).stock(SIMULATED[channel.kind].skus[0])


def test_a_level_is_told_and_shown_however_often(stocked: Connected) -> None:
    for count in (7, 7, 0, 3):
        assert told_stock(stocked, known=count) == {}
        assert shown_stock(stocked) == count
        stocked.clock.at += timedelta(minutes=1)


def test_a_sku_that_it_does_not_know_is_refused_by_a_code_and_holds_up_no_other(stocked: Connected) -> None:
    refused = told_stock(stocked, unknown=4, known=7)
    assert set(refused) == {SIMULATED[stocked.kind].skus[1]}
    assert all(re.fullmatch(r"[A-Za-z0-9_.:-]{1,80}", code) for code in refused.values())
    assert shown_stock(stocked) == 7


@pytest.mark.parametrize(
    "fault",
    [
        *(Fault.RATE_LIMIT, Fault.FORBIDDEN, Fault.HTML, Fault.SERVER_ERROR),
        *(Fault.TIMEOUT_BEFORE, Fault.REFUSED_CONNECTION, Fault.ERROR_IN_OK),
    ],
)
def test_f42_f45_levels_that_meet_a_fault_are_never_said_to_be_taken(
    stocked: Connected, fault: Fault
) -> None:
    clean = Connected(stocked.kind)
    told_stock(clean, known=7)
    for request in [request for request in clean.sent.requests if "token" not in request.url]:
        channel = Connected(stocked.kind)
        channel.faulty.plan(fault, method=request.method, path=request.url, times=3)
        came = outcome_of(partial(told_stock, channel, known=7))
        assert came, request.url
        if fault is Fault.RATE_LIMIT:
            assert isinstance(came, RateLimitedError)


def test_f46_levels_are_told_by_known_credentials_alone(stocked: Connected) -> None:
    stocked.api = stocked.with_credentials(**dict.fromkeys(stocked.api.credentials, "wrong"))
    with pytest.raises(AuthError):
        told_stock(stocked, known=7)
    stocked.api = stocked.with_credentials()
    with pytest.raises(MissingCredentialError):
        told_stock(stocked, known=7)


def test_f46_a_token_that_ends_while_levels_are_told_is_renewed_or_said(stocked: Connected) -> None:
    told_stock(stocked, known=5)
    stocked.faulty.plan(Fault.UNAUTHORIZED)
    came = outcome_of(lambda: told_stock(stocked, known=7))
    assert (isinstance(came, AuthError) and came.code == "http_401") or (came, shown_stock(stocked)) == (
        {},
        7,
    )


def outcome_of(work: Callable[[], Any]) -> Any:
    """Return what ``work`` returns, or the ApiError that it raises."""
    try:
        return work()
    except ApiError as error:
        return error


def test_s9_a_polled_document_names_its_order_as_its_report_does(channel: Connected) -> None:
    # By this name it is found when its customer is erased, where nobody could read it.
    documents = channel.poll()
    assert documents
    for document in documents:
        assert document.order_id == channel.read(document).order_external_id


# Tables of reasons, by the name of the table: which calls say why by it.
TABLES_OF_REASONS = {
    "REASONS": ("refuse", "cancel", "cancel_lines"),
    "CANCEL_REASONS": ("cancel", "cancel_lines"),
    "REFUND_REASONS": ("refund",),
}


def reasons_of_its_own(kind: str) -> list[tuple[str, str]]:
    """Return each call that says why, with each code that the adapter's tables have for it."""
    adapter, package = calls_of(kind), ADAPTERS[kind]
    coded = adapter.OWN_REASONS or capabilities_of(kind).calls  # the others take any text
    tables = vars(import_module(f"{package}.words")) if find_spec(f"{package}.words") else {}
    return [
        (call, str(code))
        for name, calls in TABLES_OF_REASONS.items()
        for code in {**tables, **vars(adapter)}.get(name, {}).values()
        for call in calls
        if call in coded
    ]


@pytest.mark.parametrize("kind", [kind for kind in WITH_API if capabilities_of(kind).calls])
def test_a_code_of_the_channels_own_is_never_the_rest_of_a_connections_table(kind: str) -> None:
    own = calls_of(kind).OWN_REASONS
    assert set(own) <= capabilities_of(kind).calls & REASONED
    for call, code in reasons_of_its_own(kind):
        assert reason_code(call, code, {"*": "any"}, own) == "", (call, code)


def test_there_are_reasons_that_are_written_like_ours() -> None:
    codes = {(kind, *row) for kind in WITH_API for row in reasons_of_its_own(kind)}
    assert {("kaufland", "refund", "delivery_damage"), ("shopify", "cancel", "fraud")} <= codes
