"""Run a server in a network of its own that nobody can reach but through one socket of this machine.

``unshare --map-root-user --net -- python confined.py SOCKET PORT COMMAND...``, where SOCKET is the number of
an inherited socket that listens outside. The server may listen on every interface: the new network has none
but its own loopback. Each connection to SOCKET is joined to a new one to PORT in there. TERM ends both.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import signal
import socket
import struct
import subprocess
import sys

# linux/sockios.h and linux/if.h: set the flags of an interface; it is up.
SIOCSIFFLAGS = 0x8914
IFF_UP = 1
CHUNK = 65_536


def raise_loopback() -> None:
    """Let the network that this process is in have its 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()


async def relay(listening: socket.socket, port: int, ended: asyncio.Event) -> None:
    """Join connections until ``ended``; one that comes before the server listens is closed."""

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))

    server = await asyncio.start_server(join, sock=listening)
    await ended.wait()
    server.close()


async def serve(listening: socket.socket, port: int, command: list[str]) -> None:
    """Run ``command`` and the relay to it until TERM."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    process = subprocess.Popen(command)
    try:
        await relay(listening, port, ended)
    finally:
        process.terminate()
        process.wait(timeout=10)


if __name__ == "__main__":
    raise_loopback()
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]), sys.argv[3:]))
