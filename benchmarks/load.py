"""A small HTTP/1.1 client on raw sockets: it must cost less than what it measures."""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


class Broken(RuntimeError):
    """An answer that is not the one expected."""


def request(method: str, path: str, *, headers: dict[str, str] | None = None, body: Any = None) -> bytes:
    content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", *(f"{name}: {value}" for name, value in (headers or {}).items())]
    if content:
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


class Connection(asyncio.Protocol):
    """One request at a time on one kept connection; answers carry Content-Length, as both servers' do."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._wait: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, why: Exception | None) -> None:
        if self._wait and not self._wait.done():
            self._wait.set_exception(Broken("the server hung up"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._buffer[:end]).lower()
        start = head.find(b"content-length:")
        size = int(head[start + 15 :].split(b"\r", 1)[0]) if start >= 0 else 0
        if len(self._buffer) < end + 4 + size:
            return
        status, body = int(head[9:12]), bytes(self._buffer[end + 4 : end + 4 + size])
        self._buffer.clear()
        if self._wait and not self._wait.done():
            self._wait.set_result((status, body))

    def ask(self, raw: bytes) -> "asyncio.Future[tuple[int, bytes]]":
        """Raises Broken, then or later, when the server hangs up."""
        self._wait = asyncio.get_running_loop().create_future()
        if self._transport.is_closing():
            self._wait.set_exception(Broken("the server hung up"))
        self._transport.write(raw)
        return self._wait

    def close(self) -> None:
        self._transport.close()


@dataclass(slots=True)
class Taken:
    """Seconds of each request, and how long the whole took."""

    seconds: list[float] = field(default_factory=list)
    lasted: float = 0.0
    wrong: int = 0

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.lasted

    def percentile(self, share: float) -> float:
        """Milliseconds."""
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


async def connect(port: int) -> Connection:
    _, made = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    return made


async def ask(port: int, raw: bytes) -> tuple[int, Any]:
    """One request on a connection of its own, with its answer read."""
    connection = await connect(port)
    status, body = await connection.ask(raw)
    connection.close()
    return status, json.loads(body) if body else None


async def press(port: int, asked: Iterator[bytes], expect: int, seconds: float, connections: int = 8) -> Taken:
    """As many requests as the server answers, `connections` at a time, for so long."""
    taken, lines = Taken(), [await connect(port) for _ in range(connections)]
    begin = time.perf_counter()
    end = begin + seconds

    async def run(line: Connection) -> None:
        while (start := time.perf_counter()) < end:
            status, _ = await line.ask(next(asked))
            taken.seconds.append(time.perf_counter() - start)
            taken.wrong += status != expect

    await asyncio.gather(*(run(line) for line in lines))
    taken.lasted = time.perf_counter() - begin
    for line in lines:
        line.close()
    return taken
