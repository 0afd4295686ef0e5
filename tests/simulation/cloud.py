"""AWS, simulated: one clock, the services, and the invocations that run between two of each other's calls.

An invocation is a greenlet. Each call to a service lets time pass, and whatever else is due in that time
happens first: every interleaving of calls can come about, and each comes about again from the same seed.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError
from greenlet import getcurrent, greenlet

from tests.simulation.weather import Weather
from tests.support import engine, queues
from tests.support.engine import ORDERS_INDEXES, Client, Dynamo, Index
from tests.support.queues import Queue, QueueClient

ORDERS = "orders"
CONNECTIONS = "connections"
INBOX = "inbox"
MAILS = "mails"
STARTED = datetime(2026, 3, 2, 9, tzinfo=UTC)
LAMBDA_TIMEOUT = 30.0  # seconds, of every function
VISIBILITY = 180.0
_NO_SKEW = timedelta(0)
FROZEN = (130.0, 400.0)  # seconds: longer than any lease
_INDEXES: Mapping[str, Mapping[str, Index]] = {ORDERS: ORDERS_INDEXES}
_idle: list[greenlet] = []  # of this process: a new greenlet is a new stack, and costs as much as two calls


class KilledError(BaseException):
    """The end of an invocation, whatever it was doing: no handler of exceptions sees it."""


class Invocation:
    """One running function: its clock, its time limit, and its clients."""

    __slots__ = ("cloud", "effect", "ends_at", "name", "skew")

    def __init__(self, cloud: Cloud, name: str, skew: float) -> None:
        self.cloud = cloud
        self.name = name
        self.skew = timedelta(seconds=skew) if skew else _NO_SKEW
        self.ends_at = cloud.clock + LAMBDA_TIMEOUT
        self.effect: Any = None  # what a mail function is sending, as the mailbox's label

    @property
    def dynamodb(self) -> Any:
        return Client(partial(self.cloud.call, self, "dynamodb"))

    @property
    def sqs(self) -> Any:
        return QueueClient(partial(self.cloud.call, self, "sqs"))

    def now(self) -> datetime:
        """Return the present as this worker's clock shows it."""
        now = self.cloud.now()
        return now + self.skew if self.skew else now

    def pause(self, attempt: int) -> None:
        """Wait before a retry."""
        self.cloud.sleep(0.02 * 2**attempt * self.cloud.weather.random.random())

    def send_email(self, **parameters: Any) -> Mapping[str, Any]:
        """Send a mail: the one operation of SES that the product calls."""
        return self.cloud.call(self, "ses", "SendEmail", parameters)

    def put_object(self) -> None:
        """Archive a batch."""
        self.cloud.call(self, "s3", "PutObject", {})


class Cloud:
    """The services and the clock. ``clock`` is seconds since ``STARTED``."""

    def __init__(self, weather: Weather) -> None:
        self.weather = weather
        self.clock = 0.0
        self.database = Dynamo(_INDEXES, lambda: self.clock)
        self.queues = {
            name: Queue(fifo=True, visibility=VISIBILITY, leaky=weather.leaky, copies=self._copies)
            for name in (INBOX, MAILS)
        }
        self.mailbox: list[Any] = []
        self.sends_unknown: set[Any] = set()  # labels of sends whose answer the sender has not seen
        self.calls: Counter[str] = Counter()
        self.paused_until = 0.0
        self._events: list[tuple[float, int, Callable[[], object]]] = []
        self._order = count()
        self._tokens = count()
        self._hub = getcurrent()

    # --- time

    def now(self) -> datetime:
        """Return the true time."""
        return STARTED + timedelta(seconds=self.clock)

    def at(self, moment: float, action: Callable[[], object]) -> None:
        """Let something happen at a moment, in seconds."""
        heapq.heappush(self._events, (max(moment, self.clock), next(self._order), action))

    def after(self, delay: float, action: Callable[[], object]) -> None:
        """Let something happen after a delay, in seconds."""
        self.at(self.clock + delay, action)

    def run(self, until: float) -> None:
        """Let happen all that is due until a moment."""
        while self._events and self._events[0][0] <= until:
            self.clock, _, action = heapq.heappop(self._events)
            action()
        self.clock = max(self.clock, until)

    @property
    def next_event(self) -> float | None:
        return self._events[0][0] if self._events else None

    def sleep(self, seconds: float) -> None:
        """Let time pass for the running invocation; others run meanwhile."""
        wakes_at = self.clock + seconds
        if not self._events or self._events[0][0] > wakes_at:
            self.clock = wakes_at  # nobody else is due: no need to step aside
            return
        heapq.heappush(self._events, (wakes_at, next(self._order), getcurrent().switch))
        self._hub.switch()

    # --- invocations

    def invoke(
        self,
        name: str,
        body: Callable[[Invocation], Any],
        *,
        then: Callable[[Any, BaseException | None], None] = lambda _answer, _error: None,
        now: bool = False,
    ) -> None:
        """Start a function; ``then`` gets its answer, or what ended it."""
        skew = self.weather.random.uniform(-1, 1) * self.weather.skew if self.weather.skew else 0.0

        def run() -> None:
            invocation = Invocation(self, name, 0.0 if self.weather.calm else skew)
            try:
                answer = body(invocation)
            except KilledError as killed:
                then(None, killed)
            except Exception as error:  # noqa: BLE001 - Lambda reports it, and nothing else happens
                then(None, error)
            else:
                then(answer, None)

        if now:
            self._start(run)
        else:
            self.after(0.001, partial(self._start, run))

    def _start(self, run: Callable[[], None]) -> None:
        worker = _idle.pop() if _idle else greenlet(_work, self._hub)
        worker.switch(run, self._hub)

    # --- calls

    def call(
        self, invocation: Invocation, service: str, operation: str, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Let one request of an invocation happen, with what the weather does to it."""
        self.calls[operation] += 1
        weather = self.weather
        fault = "" if weather.calm else weather.draw(service)
        if operation == "TransactWriteItems" and "ClientRequestToken" not in parameters:
            # boto3 makes one, and keeps it when it asks again.
            parameters = {**parameters, "ClientRequestToken": f"boto3-{next(self._tokens)}"}
        if not fault:
            self.sleep(0.002 + 0.02 * weather.random.random())
            if self.clock > invocation.ends_at:
                raise KilledError
            if weather.outage[1] or service == "ses":
                self._refuse(service, operation)
            return self._execute(invocation, service, operation, parameters)
        return self._disturbed(fault, invocation, service, operation, parameters)

    def _disturbed(
        self,
        fault: str,
        invocation: Invocation,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Let one request happen with a fault."""
        if fault == "zombie":
            pause = self.weather.random.uniform(*FROZEN)
            invocation.ends_at = self.clock + pause + LAMBDA_TIMEOUT
            self.sleep(pause)
        else:
            self.sleep(0.002 + 0.02 * self.weather.random.random())
            if self.clock > invocation.ends_at:
                raise KilledError
        if fault == "crash_before":
            raise KilledError
        self._refuse(service, operation)
        _fail_before(fault, service, operation)
        if fault == "paused":
            self.paused_until = self.clock + 900.0
            raise _client_error("SendingPausedException", operation)
        if service == "ses" and fault in ("crash_after", "lost_response"):
            self.sends_unknown.add(invocation.effect)
        if fault == "conflict" and operation == "BatchGetItem":
            return {"Responses": {}, "UnprocessedKeys": parameters["RequestItems"]}
        answer = self._execute(invocation, service, operation, parameters)
        if fault == "repeated_by_sdk":
            self.sleep(0.05)
            answer = self._execute(invocation, service, operation, parameters)
        if fault in ("crash_after", "timeout"):
            raise KilledError
        if fault == "lost_response":
            raise ReadTimeoutError(endpoint_url=service)
        return answer

    def _refuse(self, service: str, operation: str) -> None:
        """Raise what a call ends with while its service takes none."""
        if service == "dynamodb":
            if self.weather.outage[0] < self.clock < self.weather.outage[1]:
                raise _client_error("InternalServerError", operation)
        elif service == "ses" and self.clock < self.paused_until:
            raise _client_error("SendingPausedException", operation)

    def _execute(
        self, invocation: Invocation, service: str, operation: str, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        if service == "dynamodb":
            return self.database.execute(operation, parameters)
        if service == "sqs":
            return queues.execute(self.queues, operation, parameters, self.clock)
        if service == "ses":
            self.mailbox.append(invocation.effect)
            return {"MessageId": f"mail-{len(self.mailbox)}"}
        return {}

    def _copies(self) -> tuple[float, ...]:
        """Standard queues deliver at least once, in any order."""
        spread = 5.0 * self.weather.random.random()
        if self.weather.happens(0.2, "queue_duplicates"):
            return spread, spread + self.weather.random.choice(
                (0.02, 0.2, 20.0)
            ) * self.weather.random.random()
        return (spread,)


def _work(run: Callable[[], None], hub: greenlet) -> None:
    """Run one invocation after the other, in one greenlet."""
    while True:
        run()
        _idle.append(getcurrent())
        run, hub = hub.switch()


def _fail_before(fault: str, service: str, operation: str) -> None:
    """Raise what a call ends with that the service has not carried out."""
    if fault == "unsent_timeout":
        raise ReadTimeoutError(endpoint_url=service)
    if fault == "internal_error":
        raise _client_error("InternalServerError", operation)
    if fault == "conflict":
        if operation == "TransactWriteItems":
            reasons = [{"Code": "TransactionConflict"}, {"Code": "None"}]
            raise engine.client_error("TransactionCanceledException", operation, CancellationReasons=reasons)
        if operation in ("PutItem", "UpdateItem", "DeleteItem"):
            raise _client_error("TransactionConflictException", operation)
    if fault == "throttled":
        if service == "ses":
            raise _client_error("TooManyRequestsException", operation)
        if operation == "TransactWriteItems":
            reasons = [{"Code": "ThrottlingError"}, {"Code": "None"}]
            raise engine.client_error("TransactionCanceledException", operation, CancellationReasons=reasons)
        if service == "sqs":
            raise ConnectTimeoutError(endpoint_url=service)
        raise _client_error("ProvisionedThroughputExceededException", operation)


def _client_error(code: str, operation: str) -> ClientError:
    return engine.client_error(code, operation)
