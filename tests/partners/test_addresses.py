"""Which addresses are public, that every answer of a name is looked at, and that the one looked at is the one dialled."""

import ssl
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.partners import addresses
from adapters.partners.addresses import (
    ForbiddenAddress,
    GuardedDialler,
    NoAddress,
    SocketOption,
    SystemResolver,
    is_host,
    permitted,
    public,
)
from adapters.partners.signatures import new_secret
from adapters.partners.transport import HttpCarrier
from domain.errors import Unavailable
from domain.partners.exchange import Post
from tests.partners.hostile import answering, receiver

PUBLIC = ["93.184.216.34", "1.1.1.1", "8.8.8.8", "203.0.114.1", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"]
INNER = {
    "this machine": "127.0.0.1",
    "all of its loopback": "127.255.255.254",
    "loopback, IPv6": "::1",
    "unspecified": "0.0.0.0",
    "this network": "0.1.2.3",
    "unspecified, IPv6": "::",
    "private 10": "10.1.2.3",
    "private 172": "172.31.255.255",
    "private 192": "192.168.0.1",
    "carrier-grade NAT": "100.64.0.1",
    "metadata of clouds": "169.254.169.254",
    "metadata of Alibaba": "100.100.100.200",
    "metadata of Oracle": "192.0.0.192",
    "platform of Azure": "168.63.129.16",
    "metadata of AWS, IPv6": "fd00:ec2::254",
    "protocol assignments": "192.0.0.8",
    "documentation": "192.0.2.1",
    "6to4 relay": "192.88.99.1",
    "benchmarks": "198.18.0.1",
    "multicast": "224.0.0.1",
    "multicast, global": "239.1.2.3",
    "multicast, IPv6": "ff0e::1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "mapped loopback": "::ffff:127.0.0.1",
    "mapped private": "::ffff:10.0.0.1",
    "mapped public": "::ffff:93.184.216.34",
    "compatible": "::10.0.0.1",
    "translated": "::ffff:0:10.0.0.1",
    "NAT64 to private": "64:ff9b::a00:1",
    "NAT64, local": "64:ff9b:1::a00:1",
    "6to4 of private": "2002:a00:1::1",
    "Teredo": "2001:0:53aa:64c::1",
    "ORCHID": "2001:20::1",
    "documentation, IPv6": "2001:db8::1",
    "documentation, new": "3fff::1",
    "segment routing": "5f00::1",
    "unique local": "fc00::1",
    "link-local": "fe80::1",
    "link-local with zone": "fe80::1%eth0",
    "public with zone": "2606:4700:4700::1111%eth0",
    "site-local": "fec0::1",
    "discard": "100::1",
    "not given out": "4000::1",
}


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert public(ip_address(address))
    assert permitted(address, allow_local=False)


@pytest.mark.parametrize("address", INNER.values(), ids=INNER)
def test_not_public(address: str) -> None:
    assert not public(ip_address(address))
    assert not permitted(address, allow_local=False)
    assert permitted(address, allow_local=True) is (address in ("127.0.0.1", "127.255.255.254", "::1"))


def test_control_the_standard_library_alone_would_let_several_pass() -> None:
    """Those that each of its versions lets through; of others, 6to4 among them, Debian 12's 3.11.2 and later ones think differently."""
    let_through = {it for it in INNER.values() if ip_address(it).is_global}
    assert {"168.63.129.16", "192.88.99.1", "64:ff9b::a00:1", "::10.0.0.1", "::ffff:0:10.0.0.1", "fec0::1"} <= let_through


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "0x7f.0.0.1", "010.0.0.1"])
def test_only_full_addresses_are_judged(text: str) -> None:
    assert not permitted(text, allow_local=True)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        *((name, True) for name in ("partner.example", "localhost", "xn--mgba3a4f16a.example", "a-b.c1.pk", "93.184.216.34", "::1")),
        *((name, False) for name in ("", "127.1", "0x7f.1", "0x7f000001", "2130706433", "a..b", "-a.b", "a_b.c", "a.b.", "a" * 64, "%5B")),
    ],
)
def test_a_host_is_a_name_or_a_full_address(text: str, fits: bool) -> None:
    assert is_host(text) is fits


class Noting(httpcore.AsyncNetworkBackend):
    """Dials nobody and writes down whom it would have dialled."""

    def __init__(self) -> None:
        self.dialled: list[str] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109, the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.dialled.append(host)
        raise httpcore.ConnectError("noted")


class Names:
    """A name server under the test's control: one answer after another, the last one for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


async def dialled(names: Names) -> list[str]:
    """Whom a message to this name would reach."""
    dial = Noting()
    with pytest.raises((httpcore.ConnectError, ForbiddenAddress, NoAddress)):
        await GuardedDialler(names, dial=dial).connect_tcp("partner.example", 443)
    return dial.dialled


@pytest.mark.parametrize("answer", [["93.184.216.34", "10.0.0.1"], ["10.0.0.1", "93.184.216.34"], ["2606:4700:4700::1111", "::1"]])
async def test_one_inner_address_among_the_answers_forbids_them_all(answer: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert await dialled(Names(answer)) == []
    monkeypatch.setattr(addresses, "permitted", lambda address, *, allow_local: True)
    assert await dialled(Names(answer)) == answer, "control: without the look, the inner one is dialled"


async def test_a_name_that_changes_its_mind_is_dialled_where_it_was_looked_at() -> None:
    names = Names(["93.184.216.34"], ["127.0.0.1"])
    assert await dialled(names) == ["93.184.216.34"]
    assert names.asked == 1


async def test_control_asking_twice_is_what_the_changing_name_waits_for() -> None:
    names, dial = Names(["93.184.216.34"], ["127.0.0.1"]), Noting()
    await GuardedDialler(names, dial=dial).vetted("partner.example", 443)
    for address in await names("partner.example", 443):
        with pytest.raises(httpcore.ConnectError):
            await dial.connect_tcp(address, 443)
    assert dial.dialled == ["127.0.0.1"]


async def test_the_addresses_are_tried_in_turn_and_not_without_end() -> None:
    assert await dialled(Names(["93.184.216.34", "1.1.1.1"])) == ["93.184.216.34", "1.1.1.1"]
    assert len(await dialled(Names([f"93.184.216.{n}" for n in range(1, 200)]))) == addresses.MOST_DIALLED


@pytest.mark.parametrize("trouble", [OSError(), UnicodeError(), ValueError()])
async def test_a_name_that_cannot_be_found(trouble: Exception) -> None:
    async def broken(host: str, port: int) -> Sequence[str]:
        raise trouble

    for resolve in (broken, Names([])):
        with pytest.raises(NoAddress) as refused:
            await GuardedDialler(resolve).vetted("partner.example", 443)
        assert isinstance(refused.value, Unavailable)
        assert "partner" not in str(refused.value).replace("partner's server", "")


async def test_no_socket_file_is_opened() -> None:
    with pytest.raises(ForbiddenAddress):
        await GuardedDialler(Names([])).connect_unix_socket("/run/inner.sock")


async def test_the_machines_own_resolver() -> None:
    names = SystemResolver()
    assert await names("127.0.0.1", 80) == ["127.0.0.1"]
    with pytest.raises(OSError):
        await names("nowhere.invalid", 80)
    names.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A server's key and self-signed certificate for partner.example, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "partner.example")])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
    built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName("partner.example")]), critical=False)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path / "partner.pem"
    file.write_bytes(pem + built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return file


@pytest.mark.parametrize(("host", "passes"), [("partner.example", True), ("another.example", False)], ids=["control", "defended"])
async def test_the_certificate_is_checked_against_the_name_though_an_address_is_dialled(certificate: Path, host: str, passes: bool) -> None:
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificate)
    async with receiver(answering("200 OK"), server_side) as it:
        carrier = HttpCarrier(allow_local=True, resolve=Names(["127.0.0.1"]), trust=ssl.create_default_context(cafile=str(certificate)))
        post = Post(url=f"https://{host}:{it.port}/hook", body=b"{}")
        sending = carrier.carry(post, message="msg_1", at=datetime.now(UTC), secrets=(new_secret(),))
        if passes:
            assert (await sending).status == 200
        else:
            with pytest.raises(Unavailable):
                await sending
        await carrier.aclose()
    assert len(it.requests) == passes
