"""Plays recorded answers over HTTP, in a process of its own: ``POST /3`` gets the fourth, whatever it asks.

It reads the answers from its input (pickled: a list of bytes, each a whole HTTP response), writes the port of
127.0.0.1 that it listens to, and ends with its input.
"""

from __future__ import annotations

import pickle
import socket
import sys
import threading
from typing import BinaryIO

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def main() -> None:
    """Answer until nobody asks any more."""
    answers: list[bytes] = pickle.load(sys.stdin.buffer)  # noqa: S301  the bench's own
    server = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{server.getsockname()[1]}\n")
    sys.stdout.flush()
    threading.Thread(target=_accept, args=(server, answers), daemon=True).start()
    sys.stdin.buffer.read()


def _accept(server: socket.socket, answers: list[bytes]) -> None:
    while True:
        connection, _ = server.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_serve, args=(connection, answers), daemon=True).start()


def _serve(connection: socket.socket, answers: list[bytes]) -> None:
    """Answer the requests of one connection."""
    sent = connection.makefile("rb")
    while line := sent.readline():
        headers = _headers(sent)
        if "expect" in headers:
            connection.sendall(CONTINUE)
        if "content-length" in headers:
            sent.read(int(headers["content-length"]))
        else:
            _skip_chunks(sent)
        connection.sendall(answers[int(line.split()[1][1:])])


def _headers(sent: BinaryIO) -> dict[str, str]:
    found: dict[str, str] = {}
    while line := sent.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        found[name.lower()] = value.strip()
    return found


def _skip_chunks(sent: BinaryIO) -> None:
    while size := int(sent.readline(), 16):
        sent.read(size + 2)  # with the end of its line
    while sent.readline().strip():
        pass  # a trailer


if __name__ == "__main__":
    main()
