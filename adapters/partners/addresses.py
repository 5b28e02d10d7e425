"""Where a notice may be sent: which addresses are public, and the dialling of exactly the address that was looked at."""

import asyncio
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import httpcore

from domain.errors import Invalid, Unavailable

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""All addresses of a host, as text. Raises OSError or ValueError where there are none."""

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]

MOST_DIALLED = 4
SECONDS_TO_CONNECT = 3.0
RATION = 131_072
"""Bytes read on one connection: the largest head the HTTP parser takes (100 kB) and the little of the body that is kept."""
SIP = 4_096

# Python 3.11 calls several of these global. The translating prefixes are here because a public-looking address in them ends at a
# private one; the single address is a cloud's own metadata door, which stands in public space.
_NEVER = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # shared by carriers (RFC 6598)
        "168.63.129.16/32",  # Azure's platform address
        "192.0.0.0/24",  # protocol assignments (RFC 6890)
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "198.18.0.0/15",  # benchmarks (RFC 2544)
        "240.0.0.0/4",
        "::/96",  # IPv4-compatible (RFC 4291)
        "::ffff:0:0/96",  # IPv4-mapped
        "::ffff:0:0:0/96",  # IPv4-translated (RFC 2765)
        "64:ff9b::/96",  # NAT64 (RFC 6052)
        "64:ff9b:1::/48",  # NAT64, local (RFC 8215)
        "2001::/23",  # protocol assignments, Teredo among them (RFC 4380)
        "2001:db8::/32",
        "2002::/16",  # 6to4 (RFC 3056)
        "3fff::/20",  # documentation (RFC 9637)
        "5f00::/16",  # segment routing (RFC 9602)
        "fec0::/10",  # site-local, deprecated (RFC 3879)
    )
)
_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_IPV6_IN_USE = ip_network("2000::/3")


class ForbiddenAddress(Invalid):
    """Nothing may be sent to this address."""

    next = "Give an https address on the public internet."


class NoAddress(Unavailable):
    """The name of the partner's server leads to no address now."""

    next = "Check the name of the server, or wait until its entry is back."


def public(address: IPv4Address | IPv6Address) -> bool:
    """Whether this is an ordinary address on the public internet, and nothing behind or beside it."""
    if any(address.version == network.version and address in network for network in _NEVER):
        return False
    if isinstance(address, IPv6Address) and (address.scope_id or address not in _IPV6_IN_USE):
        return False
    return address.is_global and not address.is_multicast


def permitted(address: str, *, allow_local: bool) -> bool:
    """`allow_local` adds this machine's own loopback addresses, for development, and nothing else of what is private."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return public(parsed) or (allow_local and parsed.is_loopback and not getattr(parsed, "ipv4_mapped", None))


def is_host(text: str) -> bool:
    """A full address or a name. `127.1`, `0x7f.1` and `2130706433` are neither: each resolver reads them in its own way."""
    try:
        ip_address(text)
    except ValueError:
        return len(text) <= 253 and _NAME.fullmatch(text) is not None
    return True


class SystemResolver:
    """The machine's resolver on threads of its own: a name server that never answers must not use up those that serve people."""

    def __init__(self, threads: int = 16) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="mrc-names")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
        rows = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        return list(dict.fromkeys(str(row[4][0]) for row in rows))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class RationedStream(httpcore.AsyncNetworkStream):
    """A connection that hears so much and no more, in small sips: a flood costs this process neither memory nor its turn at other work."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, ration: int = RATION) -> None:
        self._stream = stream
        self._ration = ration

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109, the signature is httpcore's
        if self._ration <= 0:
            raise httpcore.ReadError("more than any answer needs")
        data = await self._stream.read(min(max_bytes, SIP), timeout)
        self._ration -= len(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109, the signature is httpcore's
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109, the signature is httpcore's
    ) -> httpcore.AsyncNetworkStream:
        return RationedStream(await self._stream.start_tls(ssl_context, server_hostname, timeout), self._ration)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class GuardedDialler(httpcore.AsyncNetworkBackend):
    """Resolves, looks at every answer, and connects to an address it looked at: between the look and the call no name is asked again."""

    def __init__(self, resolve: Resolver, *, allow_local: bool = False, dial: httpcore.AsyncNetworkBackend | None = None) -> None:
        self._resolve = resolve
        self._allow_local = allow_local
        self._dial = dial or httpcore.AnyIOBackend()

    async def vetted(self, host: str, port: int) -> Sequence[str]:
        """The host's addresses. Raises ForbiddenAddress if even one of them is not public, since that one could be dialled next time."""
        try:
            addresses = await self._resolve(host, port)
        except (OSError, ValueError):
            raise NoAddress() from None
        if not addresses:
            raise NoAddress()
        if not all(permitted(address, allow_local=self._allow_local) for address in addresses):
            raise ForbiddenAddress()
        return addresses[:MOST_DIALLED]

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109, the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        trouble: Exception = httpcore.ConnectError("no address")
        for address in await self.vetted(host, port):
            try:
                stream = await self._dial.connect_tcp(address, port, timeout or SECONDS_TO_CONNECT, local_address, socket_options)
                return RationedStream(stream)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as refused:
                trouble = refused
        raise trouble

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109, the signature is httpcore's
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise ForbiddenAddress()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
