"""Which addresses a channel may be at, and that a name which leads anywhere else is not asked."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from io import BytesIO
from ipaddress import ip_address
from typing import Any

import pytest
from urllib3 import HTTPResponse, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from shared.wire.addresses import addresses_of, is_public
from shared.wire.http import HttpRequest, NotSentError
from shared.wire.transport import LOOK_AGAIN_SECONDS, MOST_ADDRESSES, HttpTransport

PUBLIC = """
1.1.1.1 8.8.8.8 23.227.38.65 93.184.215.14 100.63.255.255 100.128.0.1 172.15.255.255 172.32.0.1 169.253.0.1
192.0.1.1 192.167.1.1 198.17.255.255 198.20.0.1 223.255.255.255
2001:4860:4860::8888 2606:4700::1111 2a00:1450:4001::1 2620:0:2d0:200::7 2400:cb00::1
"""

INSIDE = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.1.2.3 127.255.255.255
169.254.0.1 169.254.100.1 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.170
192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.0.1 192.168.255.255 192.175.48.1 198.18.0.1
198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1
64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1:: 2001:2::1
2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::1 2002:a00:1:: 2002:a9fe:a9fe::1 2620:4f:8000::1 3fff::1
5f00::1 fc00::1 fd00:ec2::254 fd12:3456:789a::1 fe80::1 fe80::1%eth0 fe80::a9fe:a9fe fec0::1 ff02::1 ff0e::1
2606:4700::1111%eth0 localhost 0x7f000001 2130706433 127.1
"""


@pytest.mark.parametrize("address", PUBLIC.split())
def test_s7_what_anybody_can_have_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", INSIDE.split())
def test_s7_what_is_inside_or_carries_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


def test_s7_the_tables_of_this_test_agree_with_python_and_are_long_enough() -> None:
    assert all(ip_address(address).is_global for address in PUBLIC.split())
    assert len(INSIDE.split()) >= 60


class Line:
    """What urllib3 would send, and where to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, dead: Sequence[str] = ()) -> None:
        self.tries: list[tuple[str, str]] = []
        self.hosts: list[str] = []
        line = self

        def urlopen(pool: HTTPSConnectionPool, method: str, url: str, **named: Any) -> HTTPResponse:
            assert (named["redirect"], pool.retries.total) == (False, False)  # type: ignore[union-attr]
            line.tries.append((pool.host, str(pool.conn_kw["server_hostname"])))
            line.hosts.append(named["headers"]["Host"])
            if pool.host in dead:
                raise NewConnectionError(None, "no way")  # type: ignore[arg-type]
            return HTTPResponse(body=BytesIO(b"{}"), status=200, preload_content=False)

        monkeypatch.setattr(HTTPSConnectionPool, "urlopen", urlopen)


class Names:
    """A resolver whose answers change."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)

    def __call__(self, _host: str, _port: int) -> Sequence[str]:
        return self.answers.pop(0)


GET = HttpRequest(method="GET", url="https://shop.example.com/orders")


@pytest.mark.parametrize(
    "answer",
    [["127.0.0.1"], ["169.254.169.254"], ["8.8.8.8", "10.0.0.1"], ["2606:4700::1111", "::ffff:10.0.0.1"], []],
)
def test_s7_a_name_that_leads_inside_is_not_asked(answer: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch)
    with pytest.raises(NotSentError, match="blocked_address"):
        HttpTransport(resolve=Names(answer))(GET)
    assert line.tries == []


def test_s7_a_simulated_channel_on_this_machine_opens_no_other_way_inside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = Line(monkeypatch)
    with pytest.raises(NotSentError, match="blocked_address"):
        HttpTransport(loopback=True, resolve=Names(["127.0.0.1"]))(GET)
    assert line.tries == []


@pytest.mark.parametrize(
    "url", ["https://127.1/", "https://0x7f000001/", "https://2130706433/", "https://[::ffff:127.0.0.1]/"]
)
def test_s7_a_number_in_any_writing_is_looked_at_like_a_name(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(monkeypatch)
    with pytest.raises(NotSentError, match=r"blocked_address|connection_failed"):
        HttpTransport()(HttpRequest(method="GET", url=url))
    assert line.tries == []


def test_s7_a_name_that_leads_inside_the_second_time_stays_where_it_was_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line, seconds = Line(monkeypatch), [0.0]
    transport = HttpTransport(
        resolve=Names(["93.184.215.14"], ["169.254.169.254"]), monotonic=lambda: seconds[0]
    )
    transport(GET)
    seconds[0] = LOOK_AGAIN_SECONDS - 1
    transport(GET)
    seconds[0] = LOOK_AGAIN_SECONDS
    with pytest.raises(NotSentError, match="blocked_address"):
        transport(GET)
    assert line.tries == [("93.184.215.14", "shop.example.com")] * 2


def test_the_next_address_is_tried_where_one_does_not_answer_and_no_more_than_a_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    addresses = [f"8.8.8.{number}" for number in range(1, MOST_ADDRESSES + 3)]
    line = Line(monkeypatch, dead=addresses[:1])
    HttpTransport(resolve=Names(addresses))(GET)
    assert [address for address, _ in line.tries] == addresses[:2]
    line = Line(monkeypatch, dead=addresses)
    transport = HttpTransport(resolve=Names(addresses, ["9.9.9.9"]))
    with pytest.raises(NotSentError, match="connection_failed"):
        transport(GET)
    assert [address for address, _ in line.tries] == addresses[:MOST_ADDRESSES]
    transport(GET)
    assert line.tries[-1] == ("9.9.9.9", "shop.example.com")  # looked up anew after it failed


def test_a_name_that_does_not_exist_is_certain_not_to_have_been_asked() -> None:
    def fail(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror

    with pytest.raises(NotSentError, match="connection_failed"):
        HttpTransport(resolve=fail)(GET)


@pytest.mark.parametrize(
    "url", ["https://example.com\\@127.0.0.1/", "https://user:secret@shop.example.com:444/"]
)
def test_s7_the_name_that_is_looked_at_is_the_one_that_is_asked(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, asked = Line(monkeypatch), []

    def resolve(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["93.184.215.14"]

    HttpTransport(resolve=resolve)(HttpRequest(method="GET", url=url))
    assert [name for _, name in line.tries] == asked
    assert "secret" not in line.hosts[0]


def test_every_address_of_a_name_is_returned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*_arguments: Any, **_named: Any) -> list[Any]:
        return [
            (socket.AF_INET, 1, 6, "", ("8.8.8.8", 443)),
            (socket.AF_INET, 1, 6, "", ("8.8.8.8", 443)),
            (socket.AF_INET6, 1, 6, "", ("2606:4700::1111", 443, 0, 0)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    assert addresses_of("shop.example.com", 443) == ("8.8.8.8", "2606:4700::1111")


def test_a_name_with_a_label_too_long_is_no_name() -> None:
    with pytest.raises(OSError, match="no such name"):
        addresses_of(f"{'a' * 64}.example.com", 443)
