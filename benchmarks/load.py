"""A small load generator: so many clients in one process, each asking again as soon as it was answered."""

import asyncio
import re
import socket
import time
from dataclasses import dataclass

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Load:
    """What one measurement found. Times in milliseconds; `refused` counts answers other than 200."""

    per_second: float
    p50: float
    p99: float
    answers: int
    refused: int


def press(port: int, path: str, *, cookie: str = "", clients: int = 16, seconds: float = 2.0) -> Load:
    """Ask for a page with so many clients for so long, and tell how it went."""
    return asyncio.run(_press(port, path, cookie, clients, seconds))


async def send(port: int, request: bytes) -> int:
    """Send a whole request on a connection of its own, and give the status of the answer.

    Past the streams of the library: the clients share the machine with what they measure.
    """
    loop = asyncio.get_running_loop()
    answer = b""
    with socket.socket() as there:
        there.setblocking(False)
        await loop.sock_connect(there, ("127.0.0.1", port))
        await loop.sock_sendall(there, request)
        while part := await loop.sock_recv(there, 65536):
            answer += part
    return int(answer[9:12])


async def _press(port: int, path: str, cookie: str, clients: int, seconds: float) -> Load:
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept: text/html", "Accept-Encoding: gzip"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    request = ("\r\n".join([*lines, "", ""])).encode()
    took: list[float] = []
    refused = [0]
    started = time.perf_counter()
    until = started + seconds
    await asyncio.gather(*(_client(port, request, until, took, refused) for _ in range(clients)))
    took.sort()
    elapsed = time.perf_counter() - started
    return Load(len(took) / elapsed, _quantile(took, 0.5), _quantile(took, 0.99), len(took), refused[0])


async def _client(port: int, request: bytes, until: float, took: list[float], refused: list[int]) -> None:
    reader = writer = None
    while (begin := time.perf_counter()) < until:
        if writer is None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if length:
            await reader.readexactly(int(length[1]))
        else:
            await reader.read()
        took.append((time.perf_counter() - begin) * 1000)
        refused[0] += not head.startswith(b"HTTP/1.1 200")
        if not length or b"onnection: close" in head:  # the server's own workers keep no connection open
            writer.close()
            writer = None
    if writer is not None:
        writer.close()


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")
