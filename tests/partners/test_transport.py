"""The way out against a hostile receiver. Beside each defence stands the attack succeeding without it: no test passes for nothing."""

import asyncio
import gzip
import logging
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from time import monotonic

import httpx
import pytest
import pytest_asyncio
from standardwebhooks.webhooks import Webhook

from adapters.partners import addresses, transport
from adapters.partners.addresses import ForbiddenAddress
from adapters.partners.signatures import BadSecret, new_secret
from adapters.partners.transport import KEPT, HttpCarrier
from domain.errors import Invalid, Unavailable
from domain.partners.exchange import Carrier, Post, Reply
from tests.partners.hostile import Conduct, Connection, answering, dripping, endless, hanging, receiver, saying

SECRET = new_secret()
BODY = b'{"type":"referral.sent"}'
SHORT = 0.15
LONG = 1.0
"""So that a busy machine has begun all of them before the first is given up."""
TRUST = httpx.create_ssl_context(trust_env=False)
OK = b"HTTP/1.1 200 OK\r\n"

Make = Callable[..., HttpCarrier]


@pytest_asyncio.fixture
async def carriers() -> AsyncIterator[Make]:
    made: list[HttpCarrier] = []

    def make(**settings: object) -> HttpCarrier:
        made.append(HttpCarrier(**{"allow_local": True, "deadline": 5.0, "trust": TRUST, **settings}))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for carrier in made:
        await carrier.aclose()


async def send(carrier: Carrier, url: str, **headers: str) -> Reply:
    return await carrier.carry(Post(url=url, body=BODY, headers=headers), message="msg_1", at=datetime.now(UTC), secrets=(SECRET,))


async def test_what_arrives(carriers: Make) -> None:
    async with receiver(answering("204 No Content", "x-a: b")) as it:
        reply = await send(carriers(), it.url, **{"Content-Type": "application/json", "X-Kind": "a", "Host": "in", "Webhook-Id": "mine"})
    sent = it.requests[0]
    assert reply == Reply(status=204)
    assert sent.head.startswith(b"POST /hook HTTP/1.1\r\n")
    assert sent.body == BODY
    Webhook(SECRET).verify(sent.body, sent.headers)
    assert sent.headers["webhook-id"] == "msg_1"
    assert sent.headers["host"] == f"127.0.0.1:{it.port}"
    assert sent.headers["accept-encoding"] == "identity"
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["x-kind"] == "a"


async def test_every_live_secret_signs(carriers: Make) -> None:
    old = new_secret()
    async with receiver(answering("200 OK")) as it:
        post = Post(url=it.url, body=BODY)
        await carriers().carry(post, message="msg_1", at=datetime.now(UTC), secrets=(SECRET, old))
    assert len(it.requests[0].headers["webhook-signature"].split(" ")) == 2
    for secret in (SECRET, old):
        Webhook(secret).verify(BODY, it.requests[0].headers)


async def test_nothing_leaves_unsigned(carriers: Make) -> None:
    async with receiver(answering("200 OK")) as it:
        with pytest.raises(BadSecret):
            await carriers().carry(Post(url=it.url, body=BODY), message="msg_1", at=datetime.now(UTC), secrets=())
    assert it.requests == []


@pytest.mark.parametrize("status", [200, 301, 400, 410, 429, 500, 503, 599])
async def test_each_status_comes_back_as_it_is(carriers: Make, status: int) -> None:
    async with receiver(answering(f"{status} Whatever", body=b"why")) as it:
        assert await send(carriers(), it.url) == Reply(status=status, body=b"why")


def in_an_hour() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [("120", 120, 120), ("0", 0, 0), ("in an hour", 3500, 3600), ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0)],
    ids=["seconds", "none", "date", "past"],
)
async def test_retry_after_in_both_spellings(carriers: Make, said: str, low: int, high: int) -> None:
    # The hour counts from the test's own moment, not from when the tests were collected.
    header = in_an_hour() if said == "in an hour" else said
    async with receiver(answering("429 Slow Down", f"retry-after: {header}")) as it:
        after = (await send(carriers(), it.url)).retry_after
    assert after is not None
    assert low <= after <= high


@pytest.mark.parametrize("said", ["soon", "-1", "1.5", "9" * 5000, "Wed, 99 Oct 2015 07:28:00 GMT", "٣"])
async def test_a_retry_after_that_is_none_is_none(carriers: Make, said: str) -> None:
    async with receiver(answering("503 Away", f"retry-after: {said}")) as it:
        assert (await send(carriers(), it.url)).retry_after is None


@pytest.mark.parametrize(("follow", "visits"), [(False, 0), (True, 1)], ids=["defended", "control"])
async def test_a_redirect_to_inside_is_not_followed(carriers: Make, follow: bool, visits: int) -> None:
    async with receiver(answering("200 OK", body=b"inside")) as inside, receiver(answering("307 There", f"location: {inside.url}")) as it:
        carrier = carriers()
        carrier._client.follow_redirects = follow
        reply = await send(carrier, it.url)
    assert len(inside.requests) == visits
    assert reply.status == (200 if follow else 307)


@pytest.mark.parametrize("location", ["http://[", "\\\\inside", "file:///etc/passwd", "//inside", "http://\x7f/", ""])
async def test_a_redirect_to_nonsense_does_no_harm(carriers: Make, location: str) -> None:
    async with receiver(answering("302 There", f"location: {location}")) as it:
        with suppress(Unavailable):
            assert (await send(carriers(), it.url)).status == 302
    assert len(it.requests) == 1


SLOW: dict[str, Conduct] = {
    "says nothing": hanging,
    "drips its head": dripping(OK + b"x-slow: "),
    "drips its body": dripping(OK + b"content-length: 1000000\r\n\r\n"),
    "drips in chunks": dripping(OK + b"transfer-encoding: chunked\r\n\r\n100000\r\n"),
}


@pytest.mark.parametrize("conduct", SLOW.values(), ids=SLOW)
async def test_one_deadline_ends_it(carriers: Make, conduct: Conduct) -> None:
    async with receiver(conduct) as it:
        began = monotonic()
        with pytest.raises(Unavailable, match="in time"):
            await send(carriers(deadline=SHORT), it.url)
        assert monotonic() - began < SHORT + 0.5


async def test_control_time_outs_that_count_from_the_last_byte_do_not_end_it() -> None:
    async with receiver(SLOW["drips its body"]) as it, httpx.AsyncClient(timeout=SHORT * 3, trust_env=False) as plain:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(plain.post(it.url), SHORT * 5)


async def test_a_name_server_that_never_answers_is_under_the_same_deadline(carriers: Make) -> None:
    async def never(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    carrier = carriers(deadline=0.02, resolve=never)
    with pytest.raises(Unavailable):
        await send(carrier, "http://partner.example/hook")
    with pytest.raises(Unavailable):
        await carrier.vet("http://partner.example/hook")


async def test_of_an_endless_body_only_the_first_4_kb_are_read(carriers: Make) -> None:
    async with receiver(endless(OK + b"\r\n", b"z" * 65_536)) as it:
        assert await send(carriers(), it.url) == Reply(status=200, body=b"z" * KEPT)
        await until(lambda: it.now == 0)


async def test_control_without_the_limit_the_endless_body_is_read_to_the_deadline(carriers: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "KEPT", 1 << 40)
    async with receiver(endless(OK + b"\r\n", b"z" * 1_024)) as it:
        with pytest.raises(Unavailable):
            await send(carriers(deadline=SHORT), it.url)


ONES = b"HTTP/1.1 102 Processing\r\nx-more: " + b"a" * 1_000 + b"\r\n\r\n"


@pytest.mark.parametrize(("ration", "ended"), [(addresses.RATION, "failed"), (1 << 40, "in time")], ids=["defended", "control"])
async def test_a_connection_has_a_ration(carriers: Make, monkeypatch: pytest.MonkeyPatch, ration: int, ended: str) -> None:
    """Provisional answers without end are no body and no head, so neither of those limits ends them."""
    monkeypatch.setattr(addresses.RationedStream.__init__, "__defaults__", (ration,))
    async with receiver(endless(b"", ONES)) as it:
        with pytest.raises(Unavailable, match=ended):
            await send(carriers(deadline=0.5), it.url)


BOMB = gzip.compress(bytes(20_000_000))


async def test_a_gzip_bomb_stays_packed(carriers: Make) -> None:
    async with receiver(answering("200 OK", "content-encoding: gzip", body=BOMB)) as it:
        reply = await send(carriers(), it.url)
    assert reply.body == BOMB[:KEPT]


async def test_control_the_bomb_is_one() -> None:
    async with receiver(answering("200 OK", "content-encoding: gzip", body=BOMB)) as it, httpx.AsyncClient(trust_env=False) as plain:
        assert len((await plain.post(it.url)).content) == 20_000_000
    assert len(BOMB) < 20_000


async def resetting(connection: Connection) -> None:
    sock = connection.writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


BROKEN: dict[str, Conduct] = {
    "resets": resetting,
    "closes": saying(b""),
    "speaks another language": saying(b"220 mail.example ESMTP\r\n"),
    "sends noise": saying(bytes(range(256)) * 10),
    "sends 1xx without end": endless(b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 100),
    "sends a head without end": endless(OK, b"x-more: " + b"a" * 1_000 + b"\r\n"),
    "sends one header without end": endless(OK + b"x-more: ", b"a" * 65_536),
    "breaks off": saying(OK + b"content-length: 100\r\n\r\nshort"),
    "lies about chunks": saying(OK + b"transfer-encoding: chunked\r\n\r\nzz\r\n"),
    "says two lengths": saying(OK + b"content-length: 1\r\ncontent-length: 2\r\n\r\nab"),
    "says a length below nothing": saying(OK + b"content-length: -1\r\n\r\n"),
}


@pytest.mark.parametrize("conduct", BROKEN.values(), ids=BROKEN)
async def test_a_broken_answer_is_trouble_of_the_known_kind(carriers: Make, conduct: Conduct) -> None:
    async with receiver(conduct) as it:
        with pytest.raises(Unavailable) as trouble:
            await send(carriers(), it.url)
    assert trouble.value.__suppress_context__
    assert "127.0.0.1" not in str(trouble.value)


async def test_a_closed_port_is_trouble_of_the_known_kind(carriers: Make) -> None:
    async with receiver(hanging) as it:
        pass
    with pytest.raises(Unavailable):
        await send(carriers(), it.url)


async def test_after_trouble_the_same_carrier_serves_on(carriers: Make) -> None:
    carrier = carriers(deadline=SHORT)
    for conduct in (hanging, resetting, saying(b"noise"), endless(OK + b"\r\n", b"z" * 65_536)):
        async with receiver(conduct) as it:
            await asyncio.gather(*(send(carrier, it.url) for _ in range(3)), return_exceptions=True)
    async with receiver(answering("200 OK")) as it:
        assert (await send(carrier, it.url)).status == 200


@pytest.mark.parametrize(("at_once", "most"), [(2, 2), (6, 6)], ids=["defended", "control"])
async def test_a_server_that_hangs_holds_up_its_own_messages_only(carriers: Make, at_once: int, most: int) -> None:
    carrier = carriers(deadline=LONG, at_once=at_once)
    async with receiver(hanging) as slow, receiver(answering("200 OK")) as quick:
        stuck = [asyncio.create_task(send(carrier, slow.url)) for _ in range(6)]
        await until(lambda: slow.now == len(slow.requests) == most)
        began = monotonic()
        assert (await send(carrier, quick.url)).status == 200
        assert monotonic() - began < LONG
        ended = await asyncio.gather(*stuck, return_exceptions=True)
    assert all(isinstance(one, Unavailable) for one in ended)
    assert sum("busy" in str(one) for one in ended) == 6 - most
    assert len(slow.requests) == most, "a message whose turn never came was not half sent"


async def test_messages_to_one_server_take_turns(carriers: Make) -> None:
    async with receiver(answering("200 OK")) as it:
        carrier = carriers()
        assert [reply.status for reply in await asyncio.gather(*(send(carrier, it.url) for _ in range(20)))] == [200] * 20
    assert it.most <= transport.AT_ONCE


async def test_servers_are_forgotten_once_nothing_is_on_its_way(carriers: Make) -> None:
    carrier = carriers()
    async with receiver(answering("200 OK")) as it:
        await send(carrier, it.url)
    assert len(carrier._gates) == 0


async def test_cookies_are_not_kept(carriers: Make) -> None:
    async with receiver(answering("200 OK", "set-cookie: follow=me")) as it, httpx.AsyncClient(trust_env=False) as plain:
        carrier = carriers()
        await send(carrier, it.url)
        await send(carrier, it.url)
        await plain.post(it.url)
        await plain.post(it.url)
    assert ["cookie" in one.headers for one in it.requests] == [False, False, False, True], "the last one is the control"


async def test_the_environments_proxy_is_not_used(carriers: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiver(answering("200 OK")) as it, receiver(answering("502 Proxy")) as proxy:
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert (await send(carriers(), it.url)).status == 200
        async with httpx.AsyncClient() as plain:
            assert (await plain.post(it.url)).status_code == 502, "control: who trusts the environment goes through the proxy"
    assert (len(it.requests), len(proxy.requests)) == (1, 1)


@pytest.mark.parametrize("defended", [True, False], ids=["defended", "control"])
async def test_the_path_of_a_url_is_never_logged(carriers: Make, caplog: pytest.LogCaptureFixture, defended: bool) -> None:
    carrier = carriers()
    if not defended:
        logging.getLogger("httpx").removeFilter(transport._warnings_only)
    with caplog.at_level(logging.DEBUG):
        async with receiver(answering("200 OK")) as it:
            await send(carrier, it.url + "/T0K3N?key=S3CR3T")
    assert ("T0K3N" in caplog.text or "S3CR3T" in caplog.text) is not defended


FORBIDDEN = [
    "http://127.0.0.1/hook",
    "https://127.0.0.1/hook",
    "https://[::1]/hook",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::ffff:10.0.0.1]/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://127.1/",
    "https://0/",
    "ftp://93.184.216.34/",
    "file:///etc/passwd",
    "https://user:word@93.184.216.34/",
    "https://93.184.216.34/#part",
    "https:///hook",
    "//93.184.216.34/",
    "93.184.216.34",
    "",
    "https://exa mple/",
    "https://[",
    "https://\x00/",
]


@pytest.mark.parametrize("url", FORBIDDEN)
async def test_addresses_nothing_is_sent_to(carriers: Make, url: str) -> None:
    carrier = carriers(allow_local=False)
    with pytest.raises(ForbiddenAddress) as refused:
        await carrier.vet(url)
    assert isinstance(refused.value, Invalid)
    with pytest.raises(ForbiddenAddress):
        await send(carrier, url)


async def test_control_a_public_address_passes(carriers: Make) -> None:
    await carriers(allow_local=False).vet("https://93.184.216.34:8443/hook")


async def test_in_development_loopback_passes_and_other_inner_addresses_do_not(carriers: Make) -> None:
    carrier = carriers()
    await carrier.vet("http://127.0.0.1:9000/hook")
    await carrier.vet("http://[::1]:9000/hook")
    for url in ("http://10.0.0.1/", "http://169.254.169.254/", "http://192.168.1.1/", "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/"):
        with pytest.raises(ForbiddenAddress):
            await carrier.vet(url)


async def test_a_name_that_leads_nowhere_may_lead_somewhere_later(carriers: Make) -> None:
    with pytest.raises(Unavailable):
        await carriers().vet("https://nowhere.invalid/hook")


async def until(holds: Callable[[], bool]) -> None:
    """Lets everything else run until this holds, at most two seconds."""
    async with asyncio.timeout(2):
        while not holds():  # noqa: ASYNC110, what is waited for happens on the other side of a socket
            await asyncio.sleep(0)
