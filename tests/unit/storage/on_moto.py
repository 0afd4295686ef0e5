"""The orders table of the template on moto, with a store whose calls can be made to fail. One thread only."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ReadTimeoutError
from moto.dynamodb.models import dynamodb_backends

from shared.orders.changes import Change, Input
from shared.orders.model import Order
from shared.orders.rules import Rules
from shared.storage.orders_table import Stored
from shared.storage.store import OrderStore
from tests.support.template import ACCOUNT, REGION, load_template, of_type
from tests.unit.storage.samples import ORDER_ID, RULES, decided

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Items = dict[tuple[str, str], dict[str, Any]]


class OrdersTable:
    """``store`` is under test; ``failures`` are used up by its next calls, in their order."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self.client = client
        self.name = name
        self.calls: list[str] = []
        self.sent: list[dict[str, Any]] = []  # the parameters of each call
        self.failures: deque[Callable[[Callable[[], Any]], Any]] = deque()
        self._claims = 0
        self._original = client._make_api_call  # type: ignore[attr-defined]
        client._make_api_call = self._call  # type: ignore[attr-defined]
        self.store = OrderStore(client, name, self._new_claimant)

    def _call(self, operation: str, parameters: dict[str, Any]) -> Any:
        self.calls.append(operation)
        self.sent.append(parameters)

        def carry_out() -> Any:
            return self._original(operation, parameters)

        return self.failures.popleft()(carry_out) if self.failures else carry_out()

    def _new_claimant(self) -> str:
        self._claims += 1
        return f"claim-{self._claims}"

    def canceled(self, *codes: str) -> Callable[[Callable[[], Any]], Any]:
        """Return a failure: the transaction is canceled for these reasons, one for each of its writes."""

        def fail(carry_out: Callable[[], Any]) -> Any:
            reasons: Any = [{"Code": code} for code in codes]
            answer: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise self.client.exceptions.TransactionCanceledException(answer, "TransactWriteItems")

        return fail

    def items(self) -> Items:
        """Return all that is stored, without being counted as a call."""
        items = self._original("Scan", {"TableName": self.name})["Items"]
        return {(item["pk"]["S"], item["sk"]["S"]): item for item in items}

    def item(self, pk: str, sk: str) -> dict[str, Any]:
        """Return one item. Raises KeyError."""
        return self.items()[pk, sk]

    def recreate(self) -> None:
        """Begin anew: no items, no calls, no failures.

        The table is the template's, without its stream: moto copies all that was ever streamed with each
        transaction. It is made once, and emptied after that: to make it takes longer than most tests.
        """
        made = dynamodb_backends[ACCOUNT][REGION].tables.get(self.name)
        if made is None:
            properties = of_type(load_template(), "AWS::DynamoDB::Table")["OrdersTable"]
            design = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
            settings = {name: properties[name] for name in design}
            self._original("CreateTable", {"TableName": self.name, **settings})
        else:
            made.items.clear()
        self.calls.clear()
        self.sent.clear()
        self.failures.clear()

    def put(self, item: dict[str, Any]) -> None:
        """Store an item past the store."""
        self._original("PutItem", {"TableName": self.name, "Item": item})

    def change(self, pk: str, sk: str, **attributes: Any) -> None:
        """Change an item past the store."""
        self.put({**self.item(pk, sk), **attributes})

    def apply(self, entry: Input, rules: Rules = RULES, **options: Any) -> tuple[Stored, Change]:
        """Read, decide and commit, as the use case does."""
        before = self.order()
        change = decided(before, entry, rules)
        return self.store.commit(before, entry, change, receipt_id="receipt", **options), change

    def order(self) -> Order | None:
        """Return the order as it stands."""
        return self.store.read(ORDER_ID).order


def never_sent(code: str) -> Callable[[Callable[[], Any]], Any]:
    """Return a failure: the service refuses the call, nothing happens."""

    def fail(carry_out: Callable[[], Any]) -> Any:
        raise ClientError({"Error": {"Code": code, "Message": ""}}, "Any")

    return fail


def response_lost(carry_out: Callable[[], Any]) -> Any:
    """Carry the call out and lose its answer; the client repeats it, as botocore does."""
    carry_out()
    return carry_out()


def response_lost_for_good(carry_out: Callable[[], Any]) -> Any:
    """Carry the call out and lose its answer; the process hears of nothing but a timeout."""
    carry_out()
    raise ReadTimeoutError(endpoint_url="https://dynamodb.example.com")
