"""What `make run` prints: where everything is, and lines for a shell that work as they stand."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from local.channels.demo import DEMO_CHANNELS
from local.channels.server import ServedChannel
from local.connections import DEMO_CONNECTIONS, clock
from local.console import bold, dim, say, short_path
from local.deploy import Stack
from local.tokens import command_example, curl_example, stock_example
from local.webhooks import curl_line, signed_headers, url_of
from shared.adapters import signature_of

_ORDER, _ORDER_ID = "orders_create.json", "shop-one:920000000000001001"
_TO_PACK, _TO_PACK_ID = "cod-1-order.created.json", "shop-three:1502"
_NUMBER = "12345678905"


def explain(stack: Stack, samples: Path, channels: Mapping[str, ServedChannel]) -> None:
    """Print the addresses and the examples."""
    say(f"\n{bold('Webhooks go to')}")
    telling = [(connection.id, connection.kind) for connection in DEMO_CONNECTIONS]
    telling += [(channel.id, channel.kind) for channel in DEMO_CHANNELS if channel.secret]
    for name, kind in telling:
        say(f"  {name:<10} {url_of(stack.api_url, kind, name)}")
    how = "POST /_simulator/place, act or fail to any of them: local/channels/server.py"
    say(f"\n{bold('Simulated channels answer at')}  {dim(how)}")
    for channel in DEMO_CHANNELS:
        say(f"  {channel.id:<10} {channels[channel.id].url:<24} {channel.kind}")
    for title, lines in _examples(stack, samples, channels):
        say(f"\n{bold(title)}")
        for line in lines:
            say(line)


def _examples(
    stack: Stack, samples: Path, channels: Mapping[str, ServedChannel]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    python = short_path(Path(sys.executable))
    yield "Send a webhook by hand", (_signed(stack, samples),)
    file = short_path(samples / "shopify" / _ORDER)
    yield "Or let it be signed", (f"{python} -m local send shop-one {file} --topic orders/create",)
    yield "Ask the API", (curl_example(stack, python),)
    yield (
        "Let a buyer order at the simulated marketplace, then let the hub ask it as if in five minutes",
        (_act(channels["market"], "place", "M-1-A"), f"{python} -m local invoke poll_channels --time +5m"),
    )
    file = short_path(samples / "woocommerce" / _TO_PACK)
    yield (
        "Pack an order: it is booked at the simulated carrier, which then scans the parcel",
        (
            f"{python} -m local send shop-three {file} --topic order.created",
            command_example(stack, python, _TO_PACK_ID, "ready_to_ship"),
            _act(channels["parcels"], "act", "shipment-1", "in_transit"),
        ),
    )
    body = f'{{"tracking_number": "{_NUMBER}", "carrier": "gls"}}'
    yield (
        "Ship the first order with a number of your own, and let AfterShip tell of it",
        (
            command_example(stack, python, _ORDER_ID, "ship", body),
            _act(channels["aftership"], "place", _NUMBER),
            _act(channels["aftership"], "act", _NUMBER, "Delivered"),
        ),
    )
    yield (
        "Count a stock: the channels that take levels are told, here at once, else within a minute",
        (stock_example(stack, python, "MUG", 12), f"{python} -m local invoke push_levels"),
    )
    yield "Let all mails to an address come back", (f"{python} -m local ses bounce buyer@example.com",)


def _act(channel: ServedChannel, what: str, order: str, action: str = "") -> str:
    said = f'"order_id": "{order}"' + (f', "action": "{action}"' if action else "")
    return f"curl {channel.url}/_simulator/{what} -d '{{{said}}}'"


def _signed(stack: Stack, samples: Path) -> str:
    shop = DEMO_CONNECTIONS[0]
    file = samples / shop.kind / _ORDER
    headers = signed_headers(shop.kind, file.read_bytes(), shop.secret, topic="orders/create", now=clock())
    url = url_of(stack.api_url, shop.kind, shop.id)
    return curl_line(url, file, headers, signature_of(shop.kind).SIGNATURE_HEADERS[0])
