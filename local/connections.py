"""The demo's connections, as data, and where the command line finds connections and their secrets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Any

from local.channels.demo import DEMO_CHANNELS
from local.channels.server import ServedChannel
from local.deploy import Stack
from local.errors import LocalError
from shared.adapters import capabilities_of
from shared.connections.credentials import CredentialWriter
from shared.connections.errors import UnknownConnectionError
from shared.connections.model import Connection, Settings
from shared.connections.secrets import SecretStore, SecretWriter
from shared.connections.states import Progress, lag_of
from shared.connections.store import ConnectionStore
from shared.usecases.level_terms import takes_levels

# Before anything in events/: the demo's orders are lived through, not recorded as they stand.
_IMPORT_SINCE = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DemoConnection:
    """One connection of the demo. The secret is worth nothing: it opens a door on 127.0.0.1."""

    id: str
    kind: str
    name: str
    secret: str
    settings: Mapping[str, Any]


DEMO_CONNECTIONS = (
    DemoConnection(
        "shop-one",
        "shopify",
        "Example Shop One",
        "secret-of-shop-one",
        {
            "sender_name": "Example Shop One",
            "colour": "#0a6b5e",
            "tracking_wait_seconds": 4,
            "gather_seconds": 0,
            "carrier_account": "postage",
        },
    ),
    DemoConnection(
        "shop-two",
        "woocommerce",
        "Example Shop Two",
        "secret-of-shop-two",
        {
            "sender_name": "Example Shop Two",
            "colour": "#8a3ffc",
            "tracking_wait_seconds": 4,
            "gather_seconds": 0,
        },
    ),
    DemoConnection(
        "shop-three",
        "woocommerce",
        "Example Shop Three",
        "secret-of-shop-three",
        {
            "sender_name": "Example Shop Three",
            "colour": "#b3261e",
            "tracking_wait_seconds": 4,
            "gather_seconds": 0,
            "carrier_account": "parcels",
            "follows": {"ups": "ups", "dhl": "dhl"},
            "silent_seconds": 3_600,
        },
    ),
    DemoConnection("tracking", "easypost", "Parcel tracking", "secret-of-tracking", {"own_shop": False}),
)


def clock() -> datetime:
    """Return the time, UTC."""
    return datetime.now(UTC)


def store_of(stack: Stack) -> ConnectionStore:
    """Return where the stack keeps its connections."""
    return ConnectionStore(stack.clients.dynamodb, stack.outputs["ConnectionsTableName"], clock)


def secrets_of(stack: Stack) -> SecretStore:
    """Return where the stack's webhook secrets are read."""
    return SecretStore(stack.clients.ssm, secrets_path(stack), clock)


def writer_of(stack: Stack) -> SecretWriter:
    """Return where the stack's webhook secrets are written."""
    return SecretWriter(stack.clients.ssm, secrets_path(stack))


def secrets_path(stack: Stack) -> str:
    """Return the path that the template gives to the function that reads the secrets."""
    function = stack.physical("ReceiveWebhookFunction")
    configuration = stack.clients.functions.get_function_configuration(FunctionName=function)
    return configuration["Environment"]["Variables"]["SECRETS_PATH"]


def create_demo_connections(stack: Stack, now: datetime) -> None:
    """Create the demo's connections with their secrets."""
    connections, secrets = store_of(stack), writer_of(stack)
    for demo in DEMO_CONNECTIONS:
        connections.put(connection_of(demo, now))
        secrets.put(demo.kind, demo.id, demo.secret)


def credentials_of(stack: Stack) -> CredentialWriter:
    """Return where the stack's credentials of channels are written."""
    return CredentialWriter(stack.clients.ssm, credentials_path(stack))


def credentials_path(stack: Stack) -> str:
    """Return the path that the template gives to the function that calls channels."""
    function = stack.physical("CallChannelFunction")
    configuration = stack.clients.functions.get_function_configuration(FunctionName=function)
    return configuration["Environment"]["Variables"]["CREDENTIALS_PATH"]


def create_channel_connections(stack: Stack, channels: Mapping[str, ServedChannel], now: datetime) -> None:
    """Connect the simulated channels, with their addresses on this machine."""
    connections, secrets, credentials = store_of(stack), writer_of(stack), credentials_of(stack)
    for demo in DEMO_CHANNELS:
        connections.put(
            Connection(
                id=demo.id,
                kind=demo.kind,
                name=demo.name,
                connected_at=now,
                import_since=_IMPORT_SINCE,
                settings=Settings.model_validate(
                    {
                        **demo.settings,
                        "api_url": demo.api_url(channels[demo.id].url),
                        "api_options": demo.simulated.options,
                    }
                ),
            )
        )
        credentials.put(demo.id, demo.simulated.credentials)
        if demo.secret:
            secrets.put(demo.kind, demo.id, demo.secret)


def connection_of(demo: DemoConnection, now: datetime) -> Connection:
    """Return the connection that a row of the demo describes."""
    return Connection(
        id=demo.id,
        kind=demo.kind,
        name=demo.name,
        connected_at=now,
        import_since=_IMPORT_SINCE,
        settings=Settings.model_validate(demo.settings),
    )


def connection_line(connection: Connection, progress: Progress, now: datetime) -> str:
    """Return a connection as a line of the list: what it is, how its API is doing, how far behind it is."""
    lag = lag_of(progress, now)
    doing = "removed" if connection.removed_at else ", ".join(_states(connection, progress))
    levels = f"levels {progress.levels_state}" if takes_levels(connection) else ""
    behind = f"{int(lag.total_seconds() // 60)} min behind" if lag is not None else ""
    missed = f"{progress.missed} of {progress.swept} missed" if progress.swept else ""
    return (
        f"{connection.id:<20} {connection.kind:<14} {doing:<22} {behind:<14} {missed:<18} {levels:<20} "
        f"{connection.name}"
    )


def _states(connection: Connection, progress: Progress) -> Iterator[str]:
    if connection.is_polled:
        yield progress.state
    named = {
        "calls": progress.calls_state,
        "webhooks": progress.webhooks_state,
        "look back": progress.sweep_state,
    }
    for name, code in named.items():
        if code:
            yield f"{name}: {code}"


def missing_credentials(kind: str, stored: Iterable[str]) -> tuple[str, ...]:
    """Return the credentials that an adapter needs beside those stored."""
    return tuple(name for name in capabilities_of(kind).credentials if name not in set(stored))


def missing_options(connection: Connection) -> tuple[str, ...]:
    """Return the options that an adapter knows and that the connection's settings lack."""
    given = connection.settings.api_options
    return tuple(name for name in capabilities_of(connection.kind).options if name not in given)


def find(stack: Stack, connection: str) -> Connection | None:
    """Return a connection, None where there is none."""
    try:
        return store_of(stack).get(connection)
    except UnknownConnectionError:
        return None


def get(stack: Stack, connection: str) -> Connection:
    """Return a connection. Raises LocalError where there is none."""
    try:
        return store_of(stack).get(connection)
    except UnknownConnectionError as error:
        raise LocalError(f"{str(error)[:1].upper()}{str(error)[1:]}") from None


def get_connected(stack: Stack, connection: str) -> Connection:
    """Return a connection that was not removed. Raises LocalError."""
    found = get(stack, connection)
    if found.removed_at is not None:
        raise LocalError(f"{connection} was removed; `connection add {connection}` connects it again.")
    return found


def put_secret(stack: Stack, connection: Connection, secret: str) -> str:
    """Set ``secret``, or a new one where it is "", and return it."""
    value = secret or token_urlsafe(32)
    writer_of(stack).put(connection.kind, connection.id, value)
    return value


def keep_secret(stack: Stack, connection: Connection, secret: str) -> str:
    """Set ``secret``, or a new one where it is "" and there is none yet; return what was set, "" for nothing.

    A sender goes on with the secret that it has: a connection that is only set up anew keeps it.
    """
    if not secret and secrets_of(stack).secrets_for(connection.kind, connection.id):
        return ""
    return put_secret(stack, connection, secret)
