"""Each function may do what it does, and nothing else: a busy week on the real handlers, each call noted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.client import BaseClient
from moto import mock_aws

from shared.channels.shopify import mapping
from shared.pages.tokens import write_token
from shared.runtime import resources, wiring
from shared.storage.inbox import Inbox
from shared.usecases import erase_connections
from shared.wire.calls import Answered, Told
from shared.wire.follow import Followed
from shared.wire.http import AuthError, RefusedError
from shared.wire.polls import Page, Polled
from shared.wire.receipts import Receipt
from tests.support.api import Api
from tests.support.hub import Hub, deployed_hub, document, event_body, forget_process
from tests.support.mail_events import mail_event
from tests.support.senders import gateway_event, signed_headers
from tests.support.template import STACK, of_type, translate_template

Right = tuple[str, str]  # action, resource

TEMPLATE = translate_template()
MAIL = "mail/order_received"
MODULES = {
    function["Handler"].partition(".")[0]: function["Role"]["Fn::GetAtt"][0]
    for function in of_type(TEMPLATE, "AWS::Lambda::Function").values()
}

# What a transaction is made of is granted, the transaction itself is not an action.
TRANSACTION_PARTS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
# Rights that Lambda uses with the function's role: logs, reading its queue or stream, giving a record up.
LAMBDAS_OWN_ACTIONS = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
LAMBDAS_OWN_RESOURCES = {"OrdersTable/stream/*", "RelayDeadLetterQueue", "FeedbackDeadLetterQueue"}


def granted(module: str) -> set[Right]:
    """Return the rights of a function beside those that Lambda uses."""
    rights = {
        (action, canonical(resource))
        for policy in TEMPLATE["Resources"][MODULES[module]]["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }
    return {
        (action, resource)
        for action, resource in rights
        if not action.startswith("logs:")
        and action not in LAMBDAS_OWN_ACTIONS
        and resource not in LAMBDAS_OWN_RESOURCES
    }


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def canonical(resource: Any) -> str:
    """Return a resource of a statement without the parts that are the same everywhere."""
    match resource:
        case {"Fn::GetAtt": [str(name), "Arn"]}:
            return name
        case {"Fn::Sub": str(text)}:
            text = re.sub(r"^arn:.*?\$\{AWS::AccountId\}:", "", text)
            return re.sub(r"\$\{([\w:]+?)(\.Arn)?\}", r"\1", text)
    raise AssertionError(resource)


def used(service: str, operation: str, parameters: dict[str, Any]) -> Iterator[Right]:
    """Yield the rights that one call needs."""
    match service, operation:
        case "dynamodb", "TransactWriteItems":
            for item in parameters["TransactItems"]:
                ((part, request),) = item.items()
                yield f"dynamodb:{TRANSACTION_PARTS[part]}", logical(request["TableName"])
        case "dynamodb", "BatchGetItem":
            for table in parameters["RequestItems"]:
                yield "dynamodb:BatchGetItem", logical(table)
        case "dynamodb", _:
            index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
            yield f"dynamodb:{operation}", logical(parameters["TableName"]) + index
        case "sqs", "ChangeMessageVisibility":
            yield "sqs:ChangeMessageVisibility", logical(parameters["QueueUrl"].rpartition("/")[2])
        case "sqs", "SendMessage" | "SendMessageBatch":
            yield "sqs:SendMessage", logical(parameters["QueueUrl"].rpartition("/")[2])
        case "s3", "HeadObject":
            yield "s3:GetObject", f"ArchiveBucket/{parameters['Key'].partition('/')[0]}/*"
        case "s3", "ListObjectsV2":
            assert parameters["Prefix"].startswith("failed/")
            yield "s3:ListBucket", "ArchiveBucket"
        case "s3", _:
            yield f"s3:{operation}", f"ArchiveBucket/{parameters['Key'].partition('/')[0]}/*"
        case "ssm", _ if parameters["Name"] == f"/orderhub/{STACK}/cursor-key":
            yield f"ssm:{operation}", "parameter/orderhub/AWS::StackName/cursor-key"
        case "ssm", _ if parameters["Name"].startswith(f"/orderhub/{STACK}/credentials/"):
            yield f"ssm:{operation}", "parameter/orderhub/AWS::StackName/credentials/*"
        case "ssm", _ if parameters["Name"] == f"/orderhub/{STACK}/address-key":
            yield f"ssm:{operation}", "parameter/orderhub/AWS::StackName/address-key"
        case "ssm", _ if parameters["Name"] == f"/orderhub/{STACK}/page-key":
            yield f"ssm:{operation}", "parameter/orderhub/AWS::StackName/page-key"
        case "ssm", _:
            assert parameters["Name"].startswith(f"/orderhub/{STACK}/webhooks/")
            yield f"ssm:{operation}", "parameter/orderhub/AWS::StackName/webhooks/*"
        case "events", "PutEvents":
            for entry in parameters["Entries"]:
                assert entry["EventBusName"] == STACK
            yield "events:PutEvents", "EventBus"
        case "sesv2", "SendEmail":
            yield "ses:SendEmail", "identity/*"
            assert parameters["ConfigurationSetName"] == f"{STACK}-MailConfiguration"
            yield "ses:SendEmail", "configuration-set/MailConfiguration"
        case _:
            raise AssertionError(f"{service} {operation} is new: say here which right it needs")


def logical(name: str) -> str:
    return name.removeprefix(f"{STACK}-").removesuffix(".fifo")


@pytest.fixture(scope="module")
def week() -> Iterator[dict[str, set[Right]]]:
    """Live through all that makes a function call AWS; return the rights that each one needed."""
    noted: dict[str, set[Right]] = {module: set() for module in MODULES}
    with pytest.MonkeyPatch.context() as patch, mock_aws(), deployed_hub(patch, AnnounceChanges="yes") as hub:
        inside: list[str] = []
        call, invoke = BaseClient._make_api_call, hub.invoke  # type: ignore[attr-defined]

        def noting_call(client: Any, operation: str, parameters: Any) -> Any:
            if inside:
                noted[inside[-1]].update(used(client.meta.service_model.service_name, operation, parameters))
            return call(client, operation, parameters)

        def noting_invoke(function: str, event: Any) -> Any:
            forget_process()  # each function is a process of its own, with empty caches
            inside.append(function)
            try:
                return invoke(function, event)
            finally:
                inside.pop()

        patch.setattr(BaseClient, "_make_api_call", noting_call)
        patch.setattr(hub, "invoke", noting_invoke)
        live_through(hub)
        work_with_channels(hub, patch)
        meet_a_new_key(hub)
        work_with_carriers(hub)
        work_with_stock(hub)
        forget_people(hub, patch)
        yield noted


def live_through(hub: Hub) -> None:
    hub.connect("shop-two", "woocommerce", gather_seconds=300)  # its parcels' mails look for each other
    # Once only: after a transaction that moto cancels, its stream hides what follows from an open iterator.
    post_order(hub, "1Z999AA10123456784", "1501", times=1)
    hub.stream = False
    # Another order and parcel, everything twice, and the sweeper has to bring the effects.
    post_order(hub, "1Z999AA10123456785", "1502", times=2)
    # A scan that waits for a parcel, until the deadlines speak up; and an order whose time has come.
    hub.post("tracking", event_body("easypost/parcel-4-tracker.updated.json").replace(b"6784", b"6786"))
    order = document(event_body("shopify/orders_create.json"))
    hub.post("shop-one", json.dumps(order | {"note": "long " * 50_000}).encode(), "orders/create")
    hub.settle()
    hub.run_deadlines(hub.now + timedelta(days=400))
    use_api(hub)
    hear_of_a_mail(hub)


def hear_of_a_mail(hub: Hub) -> None:
    """Let each function that knows addresses be the first to, and a mail bounce twice."""
    body = event_body("shopify/orders_create.json").replace(b"920000000000001001", b"77")
    hub.post("shop-one", body, "orders/create")
    hub.run_inbox()
    hub.sweep()
    forget_key(hub)
    hub.run_mails()
    order = next(item["pk"]["S"] for item in hub.items() if item["pk"]["S"].endswith(":77"))
    (owing,) = [r for r in hub.store.history(order.removeprefix("ORDER#")) if r.effect(MAIL)]
    told = mail_event(
        "Bounce",
        "message",
        order=owing.order_id,
        input_key=owing.sk.removeprefix("INPUT#"),
        effect=MAIL,
        recipient="0" * 32,
        bounce="Permanent",
    )
    for _ in range(2):
        hub.invoke("record_mail_feedback", told)
    ask_for_a_return(hub, owing.order_id)
    forget_key(hub)
    customer = {"customer": {"name": "Example Customer", "email": "customer@example.com"}}
    Api(hub).command(owing.order_id, "change_address", customer)
    redact = {"customer": {"email": "buyer@example.com"}, "orders_to_redact": [77]}
    hub.post("shop-one", json.dumps(redact).encode(), "customers/redact")
    hub.run_inbox()


def ask_for_a_return(hub: Hub, order: str) -> None:
    """Look at the page, and send its form."""
    hub.session.client("ssm").delete_parameter(Name=hub.environment["PAGE_KEY_NAME"])
    hub.invoke("show_tracking", {**PAGE, "pathParameters": {"token": "none"}})
    token = write_token(order, resources.page_key()())
    form = "number=%231001&secret=buyer%40example.com&line%3A1=1"
    for method in ("GET", "POST"):
        context = {"http": {"method": method}}
        hub.invoke(
            "show_tracking",
            {"pathParameters": {"token": token}, "requestContext": context, "body": form},
        )


PAGE = {"requestContext": {"http": {"method": "GET"}}}


def forget_key(hub: Hub) -> None:
    hub.session.client("ssm").delete_parameter(Name=hub.environment["ADDRESS_KEY_NAME"])


def meet_a_new_key(hub: Hub) -> None:
    """Let a webhook name a key of its sender's that nobody has stored."""
    hub.connect("keys", "ebay")
    headers = signed_headers("ebay", b"{}", "another secret")
    hub.invoke("receive_webhook", gateway_event("ebay", "keys", b"{}", headers, "a new key"))


def work_with_channels(hub: Hub, patch: pytest.MonkeyPatch) -> None:
    """Let orders of a marketplace be worked on in the merchant's shop, with all that can come in between."""
    market = hub.script("market", back_office="office", own_shop=False)
    office = hub.script("office", is_back_office=True, own_shop=False)
    for number, hub.stream in (("1", True), ("2", False)):
        at = hub.now.isoformat()
        order = {"id": number, "status": "open", "lines": {"1": 1}, "at": at, "note": "x" * 200_000}
        market.pages.append(Page(documents=(Polled(body=json.dumps(order).encode(), order_id=number),)))
        market.renewed = "keys of its own"
        office.answers.append(AuthError("http_401"))
        hub.poll(sweep=number == "2")
        hub.sweep()
        hub.settle()
        # The shop tells of its copy before it has answered.
        copy = {"id": f"c{number}", "source": f"market:{number}", "at": at, "lines": {"9": 1}}
        office.pages.append(Page(documents=(Polled(body=json.dumps(copy).encode()),)))
        hub.now += timedelta(minutes=30)
        hub.poll()
        office.answers.append(Answered(told=Told.CONFIRMED, external_id=f"c{number}", lines={"1": "9"}))
        hub.make_calls()
        hub.settle()
    sent = {"id": "c2", "at": hub.now.isoformat(), "packages": [{"id": "f", "number": "1Z999AA10123456784"}]}
    office.pages += [
        Page(documents=(), next_token="2"),
        Page(documents=(Polled(body=json.dumps(sent).encode()),)),
    ]
    market.answers.append(RefusedError("NOT_NOW"))
    hub.now += timedelta(minutes=30)
    with patch.context() as hurry:
        hurry.setattr(wiring, "poll_seconds", lambda: 0)
        hub.poll()
    hub.make_calls()
    canceled = json.dumps({"id": "1", "status": "canceled", "at": hub.now.isoformat()}).encode()
    market.pages.append(Page(documents=(Polled(body=b'{"signal": "1"}'), Polled(body=canceled))))
    hub.now += timedelta(minutes=30)
    hub.poll()
    hub.make_calls()
    hub.connect("amazon", "amazon", api_options={"seller_id": "AEXAMPLESELLER"})
    hub.notify(event_body("amazon/change-ORDER_CHANGE.json"))


def work_with_carriers(hub: Hub) -> None:
    """Book a parcel and print its label, while the account fails once; ask a carrier that tells a lot."""
    hub.stream = True
    account, tracker = hub.script("account"), hub.script("tracker")
    market = hub.script("market-two", carrier_account="account", follows={"ups": "tracker"})
    order = {"id": "9", "status": "open", "lines": {"1": 1}, "at": hub.now.isoformat()}
    market.pages.append(Page(documents=(Polled(body=json.dumps(order).encode(), order_id="9"),)))
    account.bookings.append(AuthError("http_401"))
    tracker.follows.append(Followed(documents=(Polled(body=b"{}" + b" " * 200_000, order_id="x"),)))
    hub.poll()
    api = Api(hub)
    customer = {"name": "Example Customer", "shipping": ADDRESS}
    api.command("market-two:9", "change_address", {"customer": customer}, key="address")
    api.command("market-two:9", "ready_to_ship", {}, key="ready")
    hub.settle()
    hub.now += timedelta(hours=1)
    hub.sweep()
    carry_out_bookings(hub)
    hub.settle()
    carry_out_bookings(hub)
    assert tracker.followed
    assert api.get("/v1/orders/market-two:9/packages/1/label").status == 303


def carry_out_bookings(hub: Hub) -> None:
    """Carry out what is owed to carriers, whatever its message waits for."""
    for item in hub.items():
        for key, effect in item.get("effects", {}).get("M", {}).items():
            if key.startswith(("booking/", "tracking/")) and effect["M"]["state"]["S"] == "owed":
                message = {"pk": item["pk"]["S"], "sk": item["sk"]["S"], "effect": key}
                record = {"messageId": key, "body": json.dumps(message), "eventSource": "aws:sqs"}
                hub.invoke("book_parcel", {"Records": [record]})


ADDRESS = {"name": "Example Customer", "street": ["Street 1"], "city": "Berlin", "country": "DE"}


def work_with_stock(hub: Hub) -> None:
    """Count, correct and list a SKU; order more of it than there is, by stream and by sweeper."""
    api = Api(hub)
    path = "/v1/stock/SKU-1"
    api.post(path, {"on_hand": 5}, key="count", method="PUT")
    api.post(f"{path}/movements", {"by": 1, "reason": "found"}, key="correct")
    api.get("/v1/stock", limit="1")
    api.get(path, limit="1")
    stocked = hub.script("stocked", stock=True)
    for number, hub.stream in (("1", True), ("2", False)):
        order = {
            "id": number,
            "at": hub.now.isoformat(),
            "status": "open",
            "lines": {"1": 9 if number == "1" else 2},
        }
        stocked.pages.append(Page(documents=(Polled(body=json.dumps(order).encode(), order_id=number),)))
        hub.now += timedelta(minutes=30)
        hub.poll()
        hub.sweep()
        hub.settle()
        stocked.level_failures += [AuthError("http_401")] * (number == "2")
        hub.invoke("push_levels", {"time": hub.now.isoformat()})


def forget_people(hub: Hub, patch: pytest.MonkeyPatch) -> None:
    """Forget a customer whose parcel has a label, a marketplace's account, and all customers of a shop."""
    for number in (78, 79):
        shipped = document(event_body("shopify/orders_updated_shipped.json")) | {"id": number}
        hub.post("shop-one", json.dumps(shipped).encode(), "orders/updated")
        hub.settle()
        with patch.context() as fault:
            fault.setattr(mapping, "normalize", None)
            hub.post("shop-one", json.dumps(shipped | {"note": "later"}).encode(), "orders/updated")
            batch = hub.inbox_event()
            assert batch is not None
            hub.give_up(batch)
    redact = {"customer": {"email": ""}, "orders_to_redact": [78]}
    hub.post("shop-one", json.dumps(redact).encode(), "customers/redact")
    hub.post("shop-one", b'{"shop_id": 1}', "shop/redact")
    hub.connect("market-three", "ebay")
    topic = "MARKETPLACE_ACCOUNT_DELETION"
    receipt = Receipt(
        receipt_id="deletion",
        connection="market-three",
        kind="ebay",
        source="webhook",
        received_at=hub.now,
        topic=topic,
        body=event_body(f"ebay/notification-{topic}.json"),
    )
    Inbox(hub.session.client("sqs"), hub.environment["INBOX_QUEUE_URL"]).put(receipt, group="deletion")
    while hub.run_inbox():
        pass
    patch.setattr(erase_connections, "PAGE", 2)
    while wiring.erasure_desk().privacy.ledger.under_way():
        hub.run_deadlines(hub.now)


def use_api(hub: Hub) -> None:
    """List by each index, page by page, read, and give one command twice."""
    api = Api(hub)
    for filters in ({}, {"connection": "shop-one"}, {"status": "new"}, {"attention": "true"}):
        api.get("/v1/orders", limit="1", **filters)
    api.get("/v1/orders", number="1001")
    api.get("/v1/orders", email="buyer@example.com")
    order = api.get("/v1/orders").body["orders"][0]["id"]
    api.get(f"/v1/orders/{order}")
    api.get("/v1/connections/shop-one/inputs")
    api.get("/v1/connections")
    for _ in range(2):
        api.command(order, "refuse", {})


def post_order(hub: Hub, number: str, order: str, *, times: int) -> None:
    """Let an order come, from its payment to its delivery, and a scan before its parcel is known."""

    def renamed(path: str) -> bytes:
        return (
            event_body(path).replace(b"1Z999AA10123456784", number.encode()).replace(b"1501", order.encode())
        )

    for _ in range(times):
        hub.post("tracking", renamed("easypost/parcel-4-tracker.updated.json"))
        hub.settle()
    for name in ("transfer-1-order.created", "transfer-2-order.updated", "transfer-3-order.updated"):
        for _ in range(times):
            hub.post("shop-two", renamed(f"woocommerce/{name}.json"), name.rpartition("-")[2])
            hub.settle()
            if not hub.stream:
                hub.sweep()
                hub.settle()


@pytest.mark.parametrize("module", MODULES)
def test_a_function_may_do_what_it_does(week: dict[str, set[Right]], module: str) -> None:
    assert week[module] - granted(module) == set()


@pytest.mark.parametrize("module", MODULES)
def test_a_function_may_do_nothing_that_it_does_not(week: dict[str, set[Right]], module: str) -> None:
    assert granted(module) - week[module] == set()
