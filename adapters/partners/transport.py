"""The one way out to partners: signs, dials only what was vetted, follows nothing, keeps 4 kB of the answer, and ends after ten seconds.

httpx's own time-outs are set aside: each counts from the last byte, so a body that trickles never ends. One deadline stands around it all.
"""

import asyncio
import logging
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final
from weakref import WeakValueDictionary

import httpcore
import httpx

from adapters.partners.addresses import ForbiddenAddress, GuardedDialler, Resolver, SystemResolver, is_host
from adapters.partners.signatures import new_secret, signed_headers, verified
from domain.errors import Unavailable
from domain.partners.exchange import Post, Reply

DEADLINE: Final = 10.0
KEPT: Final = 4_096
MOST_CONNECTIONS: Final = 200
AT_ONCE: Final = 2
"""Attempts on their way to one server at the same moment: one that hangs holds up its own messages, nobody else's."""

_TROUBLE = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    OSError,
)


@cache
def _authorities() -> ssl.SSLContext:
    """Whom httpx trusts: read once in a process, since reading takes longer than most requests."""
    return httpx.create_ssl_context(trust_env=False)


class HttpCarrier:
    """The Carrier of production and development; `allow_local` lets plain http and this machine's loopback pass, for development only.

    Long-lived: one for the process, closed with `aclose()`.
    """

    def __init__(
        self,
        *,
        allow_local: bool = False,
        deadline: float = DEADLINE,
        at_once: int = AT_ONCE,
        resolve: Resolver | None = None,
        dial: httpcore.AsyncNetworkBackend | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._schemes = ("https", "http") if allow_local else ("https",)
        self._deadline = deadline
        self._at_once = at_once
        self._names = SystemResolver()
        self._dialler = GuardedDialler(resolve or self._names, allow_local=allow_local, dial=dial)
        self._gates: WeakValueDictionary[tuple[str, str, int | None], asyncio.Semaphore] = WeakValueDictionary()
        self._client = httpx.AsyncClient(
            transport=_Pool(self._dialler, trust or _authorities()),
            trust_env=False,
            follow_redirects=False,
            timeout=None,  # noqa: S113, the deadline in carry() is the time-out
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )
        # httpx writes every whole URL at INFO, and the path of a partner's URL may be its password.
        logging.getLogger("httpx").addFilter(_warnings_only)

    async def carry(self, post: Post, *, message: str, at: datetime, secrets: tuple[str, ...]) -> Reply:
        """Raises Unavailable where no answer came, and Invalid (ForbiddenAddress, BadSecret) where trying again cannot help."""
        url = self._address(post.url)
        headers = _headers(post.headers) | signed_headers(post.body, message=message, at=at, secrets=secrets)
        try:
            async with asyncio.timeout(self._deadline), self._turn(url):
                return await self._exchange(url, post.body, headers, at)
        except TimeoutError:
            raise Unavailable("The partner did not answer in time.") from None
        except _TROUBLE:
            raise Unavailable("The connection to the partner failed.") from None

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...]) -> str:
        return verified(headers, body, secrets)

    def new_secret(self) -> str:
        return new_secret()

    async def vet(self, url: str) -> None:
        """Raises ForbiddenAddress (Invalid); and Unavailable where the name leads nowhere now."""
        address = self._address(url)
        try:
            async with asyncio.timeout(self._deadline):
                await self._dialler.vetted(address.host, address.port or 443)
        except TimeoutError:
            raise Unavailable("The name of the partner's server was not found in time.") from None

    async def aclose(self) -> None:
        await self._client.aclose()
        self._names.close()

    def _address(self, text: str) -> httpx.URL:
        try:
            url = httpx.URL(text)
        except (httpx.InvalidURL, ValueError):
            raise ForbiddenAddress("This is not an address.", field="url") from None
        if url.scheme not in self._schemes or not is_host(url.raw_host.decode()) or url.userinfo or url.fragment:
            schemes = " or ".join(self._schemes)
            raise ForbiddenAddress(f"An address here begins with {schemes} and carries no name, password or fragment.", field="url")
        return url

    @asynccontextmanager
    async def _turn(self, url: httpx.URL) -> AsyncIterator[None]:
        """A turn at this server. Who has not got it by half-time is not sent: cut off soon after, it might be acted on and not known."""
        gate = self._gates.setdefault((url.scheme, url.host, url.port), asyncio.Semaphore(self._at_once))
        try:
            async with asyncio.timeout(self._deadline / 2):
                await gate.acquire()
        except TimeoutError:
            raise Unavailable("The partner's server is still busy with earlier messages.") from None
        try:
            yield
        finally:
            gate.release()

    async def _exchange(self, url: httpx.URL, body: bytes, headers: Mapping[str, str], at: datetime) -> Reply:
        async with self._client.stream("POST", url, content=body, headers=headers) as answer:
            kept = bytearray()
            # Raw: what a partner packed stays packed. Leaving the block closes the connection on whatever else it wanted to send.
            async for part in answer.aiter_raw(KEPT):
                kept += part
                if len(kept) >= KEPT:
                    break
            return Reply(status=answer.status_code, body=bytes(kept[:KEPT]), retry_after=_seconds(answer.headers.get("retry-after"), at))


class _Pool(httpx.AsyncBaseTransport):
    """httpx over connections that only the guarded dialler opens; httpx's ready transport offers no place for one."""

    def __init__(self, dialler: GuardedDialler, trust: ssl.SSLContext) -> None:
        # A connection for each attempt: notices are rare, and one kept open would fail now and then because the partner just closed it.
        self._connections = httpcore.AsyncConnectionPool(
            ssl_context=trust, max_connections=MOST_CONNECTIONS, max_keepalive_connections=0, network_backend=dialler
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path)
        answer = await self._connections.handle_async_request(
            httpcore.Request(request.method, url, headers=request.headers.raw, content=request.stream, extensions=request.extensions)
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    async def aclose(self) -> None:
        await self._connections.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._answer.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._answer.aclose()


def _headers(given: Mapping[str, str]) -> dict[str, str]:
    """An adapter may say what its body is and add `x-` headers; the rest of an HTTP request is not its business."""
    chosen = {name.lower(): value for name, value in given.items()}
    mine = {name: value for name, value in chosen.items() if name in ("content-type", "accept") or name.startswith("x-")}
    return {"content-type": "application/json", **mine, "accept-encoding": "identity", "user-agent": "MRC-Casework"}


def _seconds(retry_after: str | None, at: datetime) -> int | None:
    """Retry-After as seconds, from either of its two spellings (RFC 9110, 10.2.3); None where it is neither."""
    if retry_after is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", retry_after):
        return int(retry_after)
    try:
        until = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0, int((until - at).total_seconds()))


def _warnings_only(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING
