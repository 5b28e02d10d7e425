"""Signatures under Standard Webhooks: what passes, what does not, and that the neighbouring message differs only in what is tested."""

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks.webhooks import Webhook

from adapters.partners.signatures import BadSecret, new_secret, signed_headers, verified
from domain.errors import Invalid
from domain.partners.exchange import BadSignature

OLD, NEW, OTHER = new_secret(), new_secret(), new_secret()
BODY = '{"type":"referral.sent","note":"زینب"}'.encode()


def headers(*secrets: str, age: float = 0, body: bytes = BODY, message: str = "msg_1") -> dict[str, str]:
    return signed_headers(body, message=message, at=datetime.now(UTC) - timedelta(seconds=age), secrets=secrets)


def refused(given: dict[str, str], body: bytes = BODY, secrets: tuple[str, ...] = (NEW,)) -> bool:
    try:
        return verified(given, body, secrets) == "never"
    except BadSignature:
        return True


def test_a_secret_is_new_each_time_and_long_enough() -> None:
    assert new_secret() != new_secret()
    assert new_secret().startswith("whsec_")
    assert 24 <= len(base64.b64decode(new_secret().removeprefix("whsec_"))) <= 64


def test_the_standards_own_library_takes_what_we_sign() -> None:
    for secret in (OLD, NEW):
        Webhook(secret).verify(BODY, headers(NEW, OLD), json_parse=False)


def test_the_id_comes_back_whatever_the_spelling_of_the_headers() -> None:
    assert verified({name.title(): value for name, value in headers(NEW).items()}, BODY, (NEW,)) == "msg_1"


def test_the_moment_is_the_same_in_every_zone() -> None:
    here = datetime.now(UTC)
    there = here.astimezone(timezone(timedelta(hours=5)))
    one, two = (signed_headers(BODY, message="msg_1", at=at, secrets=[NEW]) for at in (here, there))
    assert one == two
    assert verified(two, BODY, (NEW,)) == "msg_1"


def test_a_secret_is_changed_without_a_gap() -> None:
    """Both sign for a day; whoever knows either takes the message. Afterwards the old one is worth nothing."""
    for receivers in ((OLD,), (NEW,), (NEW, OLD)):
        assert verified(headers(NEW, OLD), BODY, receivers) == "msg_1"
    assert verified(headers(OLD), BODY, (NEW, OLD)) == "msg_1"
    assert refused(headers(OLD), secrets=(NEW,))


@pytest.mark.parametrize(("age", "passes"), [(0, True), (290, True), (310, False), (-290, True), (-310, False)])
def test_a_message_lives_five_minutes(age: float, passes: bool) -> None:
    assert refused(headers(NEW, age=age)) is not passes


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", [None, "", "v1", "v1,", "v1,###", "v2,AAAA", "9" * 400, "nan", "a.b", "\x00", "é"])
def test_a_missing_or_spoilt_header_is_refused(name: str, value: str | None) -> None:
    good = headers(NEW)
    spoilt = {key: kept for key, kept in good.items() if key != name} | ({name: value} if value is not None else {})
    assert not refused(good)
    assert refused(spoilt)


@pytest.mark.parametrize("body", [BODY + b" ", b"", b"\xff\xfe", BODY.replace(b"sent", b"SENT")])
def test_another_body_is_refused(body: bytes) -> None:
    assert refused(headers(NEW), body)


@pytest.mark.parametrize("secrets", [(), (OTHER,), ("",), ("whsec_",), ("whsec_!",), ("whsec_a",)])
def test_without_the_right_secret_nothing_passes(secrets: tuple[str, ...]) -> None:
    assert refused(headers(NEW), secrets=secrets)
    assert not refused(headers(NEW), secrets=(*secrets, NEW))


@pytest.mark.parametrize("secrets", [(), ("",), ("whsec_",), (NEW, "")])
def test_nothing_is_sent_unsigned(secrets: tuple[str, ...]) -> None:
    with pytest.raises(BadSecret):
        headers(*secrets)


@pytest.mark.parametrize("message", ["", "a.b", "a b", "a\r\nx: y", "é", "a" * 201])
def test_an_id_that_could_be_read_in_two_ways_is_not_signed(message: str) -> None:
    with pytest.raises(Invalid):
        headers(NEW, message=message)
