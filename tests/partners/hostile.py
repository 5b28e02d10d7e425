"""A receiver made of a bare socket: what it does with a connection is a function of the test, so it can be as unkind as TCP allows."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Conduct = Callable[["Connection"], Awaitable[None]]


@dataclass
class Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    head: bytes = b""
    body: bytes = b""

    async def heard(self) -> "Connection":
        """One request, read to its end."""
        self.head = await self.reader.readuntil(b"\r\n\r\n")
        lengths = [line.split(b":")[1] for line in self.head.lower().splitlines() if line.startswith(b"content-length:")]
        self.body = await self.reader.readexactly(int(lengths[0])) if lengths else b""
        return self

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    @property
    def headers(self) -> dict[str, str]:
        lines = self.head.decode().split("\r\n")[1:]
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}


@dataclass
class Receiver:
    port: int = 0
    requests: list[Connection] = field(default_factory=list)
    now: int = 0
    most: int = 0
    """Connections open at this moment, and the most there ever were."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


@asynccontextmanager
async def receiver(conduct: Conduct, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """Serves on a free port of this machine; whatever still runs at the end is ended."""
    it = Receiver()
    running: set[asyncio.Task[None]] = set()

    async def serve(connection: Connection) -> None:
        it.now += 1
        it.most = max(it.most, it.now)
        try:
            it.requests.append(await connection.heard())
            await conduct(connection)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            it.now -= 1
            connection.writer.transport.abort()

    def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running.add(asyncio.ensure_future(serve(Connection(reader, writer))))

    server = await asyncio.start_server(take, "127.0.0.1", 0, ssl=tls)
    it.port = server.sockets[0].getsockname()[1]
    try:
        yield it
    finally:
        server.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running)


def saying(data: bytes) -> Conduct:
    """Answers and closes."""

    async def conduct(connection: Connection) -> None:
        await connection.say(data)

    return conduct


def answering(status: str, *headers: str, body: bytes = b"") -> Conduct:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers, "", ""]
    return saying("\r\n".join(lines).encode() + body)


async def hanging(connection: Connection) -> None:
    """Says nothing until the other side leaves."""
    await connection.reader.read()


def dripping(start: bytes) -> Conduct:
    """A byte every few milliseconds, for ever: each arrives well inside any time-out that counts from the last one."""

    async def conduct(connection: Connection) -> None:
        await connection.say(start)
        while True:
            await connection.say(b"x")
            await asyncio.sleep(0.005)

    return conduct


def endless(start: bytes, part: bytes) -> Conduct:
    async def conduct(connection: Connection) -> None:
        await connection.say(start)
        while True:
            await connection.say(part)

    return conduct
