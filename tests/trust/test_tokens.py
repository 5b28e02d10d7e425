"""Every forged, bent or borrowed access token is refused, and the same hand's honest token is not."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jose import jwt
from jose.exceptions import JOSEError

from adapters.identity.tokens import JoseTokens, WeakKey
from adapters.system.clock import FixedClock
from domain.sessions import Claims, SignedOut

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
OLD, KEY, FOREIGN = (hashlib.sha256(word).digest() for word in (b"old", b"new", b"foreign"))
PUBLIC = ec.derive_private_key(7, ec.SECP256R1()).public_key()
DER = PUBLIC.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
PEM = PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
SUBJECT, SESSION = UUID("0192d3a0-0000-7000-8000-000000000001"), UUID("0192d3a0-0000-7000-8000-000000000002")
HASHES: dict[str, Callable[..., Any]] = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


@dataclass
class Forger:
    """Writes tokens by hand with the true key, so that each row of the table bends one thing only."""

    key: bytes = KEY
    digest: str = "HS256"
    header: Any = field(default_factory=lambda: {"alg": "HS256", "kid": "s-new", "typ": "JWT"})
    claims: Any = field(
        default_factory=lambda: {
            "iss": "mrc-casework",
            "aud": "mrc-casework",
            "sub": str(SUBJECT),
            "sid": str(SESSION),
            "jti": "Zm9yZ2Vk",
            "kind": "access",
            "epoch": 3,
            "iat": AT,
            "nbf": AT,
            "exp": AT + 900,
        }
    )

    def token(self) -> str:
        return self.raw(compact(self.header), compact(self.claims))

    def raw(self, header: bytes, claims: bytes) -> str:
        body = f"{b64(header)}.{b64(claims)}"
        return f"{body}.{b64(hmac.digest(self.key, body.encode(), HASHES[self.digest]))}"


def header(key: bytes = KEY, digest: str = "HS256", **change: Any) -> str:
    made = Forger(key=key, digest=digest)
    made.header |= change
    return made.token()


def header_without(name: str) -> str:
    made = Forger()
    del made.header[name]
    return made.token()


def claims(**change: Any) -> str:
    made = Forger()
    made.claims |= change
    return made.token()


def claims_without(name: str) -> str:
    made = Forger()
    del made.claims[name]
    return made.token()


def claims_text(before: str, after: str) -> str:
    made = Forger()
    text = compact(made.claims).decode()
    assert before in text
    return made.raw(compact(made.header), text.replace(before, after).encode())


def parts(change: Callable[[str, str, str], str]) -> str:
    return change(*Forger().token().split("."))


def other_last(signature: str) -> str:
    """The same 32 bytes to a lenient decoder: the last letter's two spare bits are not zero."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return signature[:-1] + letters[letters.index(signature[-1]) + 1]


def unsigned(alg: str) -> str:
    made = Forger()
    made.header["alg"] = alg
    return f"{b64(compact(made.header))}.{b64(compact(made.claims))}."


JWK = {"kty": "oct", "k": b64(FOREIGN)}

ATTACKS: dict[str, str] = {
    # the algorithm
    **{f"alg {alg}, no signature": unsigned(alg) for alg in ("none", "None", "NONE", "nOnE")},
    "alg none, true signature": header(alg="none"),
    "alg HS384, true key": header(digest="HS384", alg="HS384"),
    "alg HS512, true key": header(digest="HS512", alg="HS512"),
    "alg RS256, hmac": header(alg="RS256"),
    "alg ES256, hmac": header(alg="ES256"),
    "alg ES256, hmac under the public DER": header(DER, alg="ES256"),
    "alg lower case": header(alg="hs256"),
    "alg with a space": header(alg="HS256 "),
    "alg null": header(alg=None),
    "alg number": header(alg=256),
    "alg list": header(alg=["HS256"]),
    "alg absent": header_without("alg"),
    # the key
    "public DER as the secret": header(DER),
    "public PEM as the secret": header(PEM),
    "empty key": header(b""),
    "another house's key": header(FOREIGN),
    "previous key under the new id": header(OLD),
    "new key under the previous id": header(kid="s-old"),
    "kid unknown": header(kid="s-other"),
    "kid absent": header_without("kid"),
    "kid empty": header(b"", kid=""),
    "kid null": header(kid=None),
    "kid number": header(kid=0),
    "kid list": header(kid=["s-new"]),
    "kid path": header(b"", kid="../../../../dev/null"),
    "kid path to ours": header(kid="./s-new"),
    "kid statement": header(FOREIGN, kid="s-new' union select 'x"),
    "kid command": header(kid="s-new|id"),
    "kid null byte": header(kid="s-new\0"),
    "kid upper case": header(kid="S-NEW"),
    "kid look-alike": header(kid="ѕ-new"),
    # the header
    "crit unknown": header(crit=["exp2"], exp2=1),
    "crit empty": header(crit=[]),
    "crit b64": header(crit=["b64"], b64=False),
    "b64 false": header(b64=False),
    "jwk": header(FOREIGN, jwk=JWK),
    "jku": header(FOREIGN, jku="https://example.org/keys.json"),
    "x5u": header(FOREIGN, x5u="https://example.org/chain.pem"),
    "x5c": header(FOREIGN, x5c=[base64.b64encode(DER).decode()]),
    "zip": header(zip="DEF"),
    "cty": header(cty="JWT"),
    "typ other": header(typ="refresh+jwt"),
    "typ absent": header_without("typ"),
    "header key twice": Forger().raw(b'{"alg":"none","alg":"HS256","kid":"s-new","typ":"JWT"}', compact(Forger().claims)),
    "header spaced": Forger().raw(b'{"alg": "HS256", "kid": "s-new", "typ": "JWT"}', compact(Forger().claims)),
    "header list": Forger().raw(b'["HS256"]', compact(Forger().claims)),
    "header no JSON": Forger().raw(b'{"alg":"HS256","kid":"s-new"', compact(Forger().claims)),
    "header no text": Forger().raw(b"\xff\xfe{}{}{}{}{}{}{}{}", compact(Forger().claims)),
    # claims missing, null, of another type
    **{f"{name} absent": claims_without(name) for name in Forger().claims},
    **{f"{name} null": claims(**{name: None}) for name in Forger().claims},
    **{f"{name} list": claims(**{name: [Forger().claims[name]]}) for name in Forger().claims},
    **{f"{name} as text": claims(**{name: str(Forger().claims[name])}) for name in ("epoch", "iat", "nbf", "exp")},
    **{f"{name} as fraction": claims(**{name: Forger().claims[name] + 0.5}) for name in ("epoch", "iat", "nbf", "exp")},
    **{f"{name} as truth": claims(**{name: True}) for name in ("epoch", "iat", "nbf", "exp")},
    "exp NaN": claims_text(f'"exp":{AT + 900}', '"exp":NaN'),
    "exp Infinity": claims_text(f'"exp":{AT + 900}', '"exp":Infinity'),
    "exp 1e400": claims_text(f'"exp":{AT + 900}', '"exp":1e400'),
    "exp with 300 digits": claims_text(f'"exp":{AT + 900}', f'"exp":{"9" * 300}'),
    "exp negative": claims(exp=-1),
    # claims with a wrong value
    "aud other": claims(aud="partner-desk"),
    "aud list with ours": claims(aud=["mrc-casework", "partner-desk"]),
    "aud empty": claims(aud=""),
    "iss other": claims(iss="https://example.org"),
    "iss longer": claims(iss="mrc-casework.example.org"),
    "expired": claims(iat=AT - 1000, nbf=AT - 1000, exp=AT - 1),
    "expiring this second": claims(exp=AT),
    "living too long": claims(exp=AT + 3601),
    "not yet valid": claims(nbf=AT + 60),
    "issued tomorrow": claims(iat=AT + 86_400, exp=AT + 87_000),
    "sub no id": claims(sub="admin"),
    "sub in braces": claims(sub=f"{{{SUBJECT}}}"),
    "sub in capitals": claims(sub=str(SUBJECT).upper()),
    "sub urn": claims(sub=SUBJECT.urn),
    "sub with a null byte": claims(sub=f"{SUBJECT}\0"),
    "sid no id": claims(sid="*"),
    "jti empty": claims(jti=""),
    "kind refresh": claims(kind="refresh"),
    "kind partner": claims(kind="partner"),
    "kind empty": claims(kind=""),
    "claim too many": claims(role="admin"),
    "claim twice": claims_text('"epoch":3', '"epoch":9,"epoch":3'),
    "claims list": Forger(claims=[1] * 40).token(),
    "claims text": Forger(claims="x" * 60).token(),
    "claims empty": Forger(claims={}).token(),
    "claims nested deep": Forger().raw(compact(Forger().header), b"[" * 590),
    "claims no JSON": Forger().raw(compact(Forger().header), b'{"iss":"mrc-casework","aud":"mrc-casework"'),
    "claims no text": Forger().raw(compact(Forger().header), b"\xff" * 60),
    "claims after a byte order mark": Forger().raw(compact(Forger().header), b"\xef\xbb\xbf" + compact(Forger().claims)),
    "claims in UTF-16": Forger().raw(compact(Forger().header), compact(Forger().claims).decode().encode("utf-16")),
    # the signature and the envelope
    "payload altered": parts(lambda h, c, s: f"{h}.{b64(compact(Forger().claims | {'epoch': 4}))}.{s}"),
    "one letter altered": parts(lambda h, c, s: f"{h}.{c}.{'A' if s[0] != 'A' else 'B'}{s[1:]}"),
    "signature of another token": parts(lambda h, c, s: f"{h}.{c}.{claims(epoch=4).split('.')[2]}"),
    "signature empty": parts(lambda h, c, s: f"{h}.{c}."),
    "signature absent": parts(lambda h, c, s: f"{h}.{c}"),
    "signature truncated": parts(lambda h, c, s: f"{h}.{c}.{s[:-1]}"),
    "signature halved": parts(lambda h, c, s: f"{h}.{c}.{s[:22]}"),
    "signature longer": parts(lambda h, c, s: f"{h}.{c}.{s}A"),
    "signature spelt otherwise": parts(lambda h, c, s: f"{h}.{c}.{other_last(s)}"),
    "signature padded": parts(lambda h, c, s: f"{h}.{c}.{s}="),
    "payload padded": parts(lambda h, c, s: f"{h}.{c}==.{s}"),
    "header padded": parts(lambda h, c, s: f"{h}=.{c}.{s}"),
    "other alphabet": parts(lambda h, c, s: f"{h}.{c}.+/{s[2:]}"),
    "line end after": parts(lambda h, c, s: f"{h}.{c}.{s}\n"),
    "line end inside": parts(lambda h, c, s: f"{h}.{c}\n.{s}"),
    "space before": parts(lambda h, c, s: f" {h}.{c}.{s}"),
    "scheme before": parts(lambda h, c, s: f"Bearer {h}.{c}.{s}"),
    "null byte after": parts(lambda h, c, s: f"{h}.{c}.{s}\0"),
    "null byte inside": parts(lambda h, c, s: f"{h}\0.{c}.{s}"),
    "segment too many": parts(lambda h, c, s: f"{h}.{c}.{s}.{s}"),
    "five segments": parts(lambda h, c, s: f"{h}.{c}.{s}.{c}.{s}"),
    "segment before": parts(lambda h, c, s: f".{h}.{c}.{s}"),
    "claims segment empty": parts(lambda h, c, s: f"{h}..{s}"),
    "header only": parts(lambda h, c, s: h),
    "wide full stop": parts(lambda h, c, s: f"{h}\uff0e{c}\uff0e{s}"),
    "arabic digits": parts(lambda h, c, s: f"{h}.{c}.٣{s[1:]}"),
    "lone surrogate": parts(lambda h, c, s: f"{h}.{c}.\ud800{s[1:]}"),
    "direction mark": parts(lambda h, c, s: f"\u202e{h}.{c}.{s}"),
    "nothing": "",
    "dots": "..",
    "a million letters": "a" * 1_000_000,
    "a million dots": "." * 1_000_000,
    "huge and well signed": claims(jti="x" * 1_000_000),
    "JSON serialisation": json.dumps(dict(zip(("protected", "payload", "signature"), Forger().token().split("."), strict=True))),
}


def reader(now: datetime = NOW, **kw: Any) -> JoseTokens:
    return JoseTokens({"s-old": OLD, "s-new": KEY}, FixedClock(now).now, **kw)


def good(*, epoch: int = 3, kind: str = "access", expires: datetime = NOW + timedelta(minutes=15)) -> Claims:
    return Claims(SUBJECT, SESSION, epoch, kind, expires)


@pytest.mark.parametrize("name", ATTACKS)
def test_refuses(name: str) -> None:
    with pytest.raises(SignedOut):
        JoseTokens({"s-new": KEY}, FixedClock(NOW).now).read(ATTACKS[name])
    with pytest.raises(SignedOut) as refused:
        reader().read(ATTACKS[name])
    # The reason why stays inside: it would tell a forger how near they came.
    assert str(refused.value) == str(SignedOut())
    assert refused.value.__cause__ is None


def test_there_are_more_than_the_promised_vectors() -> None:
    assert len(set(ATTACKS.values())) == len(ATTACKS) >= 24


def test_control_the_forgers_honest_token_passes() -> None:
    assert reader().read(Forger().token()) == good()
    before = Forger(key=OLD)
    before.header["kid"] = "s-old"
    assert reader().read(before.token()) == good()


def test_control_a_lax_decoder_lets_many_of_them_through() -> None:
    """Plain python-jose as many a tutorial calls it: no algorithm list, audience off, and whatever key is at hand."""
    passed = {name for name, token in ATTACKS.items() if any(_lax(token, key) for key in (KEY, OLD, DER, b""))}
    assert len(passed) >= 60
    assert passed >= {
        "alg HS384, true key",
        "public DER as the secret",
        "empty key",
        "crit unknown",
        "kid path",
        "aud absent",
        "exp absent",
        "jti absent",
        "claim twice",
        "kind refresh",
        "signature spelt otherwise",
        "living too long",
        "huge and well signed",
    }


def _lax(token: str, key: bytes) -> bool:
    try:
        # The house's fixed day is not this machine's: the lax decoder is spared the clock, and nothing else.
        jwt.decode(token, key, options={"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False})
    except (JOSEError, ValueError, RecursionError, TypeError, AttributeError):
        return False
    return True


def test_what_it_issues_it_reads() -> None:
    tokens = reader()
    assert tokens.read(tokens.issue(good())) == good()


def test_two_tokens_of_one_moment_differ() -> None:
    assert reader().issue(good()) != reader().issue(good())


def test_every_single_letter_counts() -> None:
    """A letter changed anywhere is a refusal: 400 tokens."""
    token, tokens = Forger().token(), reader()
    for place, letter in enumerate(token):
        with pytest.raises(SignedOut):
            tokens.read(token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :])


def test_every_shorter_piece_is_refused() -> None:
    token, tokens = Forger().token(), reader()
    for length in range(len(token)):
        with pytest.raises(SignedOut):
            tokens.read(token[:length])


def test_a_little_drift_between_our_own_clocks_is_borne() -> None:
    assert reader(NOW - timedelta(seconds=4)).read(Forger().token()) == good()
    with pytest.raises(SignedOut):
        reader(NOW - timedelta(seconds=6)).read(Forger().token())


def test_a_remembered_token_still_expires() -> None:
    clock = FixedClock(NOW)
    tokens = JoseTokens({"s-new": KEY}, clock.now)
    token = tokens.issue(good())
    assert tokens.read(token) is tokens.read(token)
    clock.on(timedelta(minutes=15, seconds=-1))
    assert tokens.read(token) == good()
    clock.on(timedelta(seconds=1))
    for _ in range(2):
        with pytest.raises(SignedOut):
            tokens.read(token)
    assert not tokens._read


def test_memory_is_bounded_and_holds_no_refused_token() -> None:
    tokens = reader(remembered=10)
    for _ in range(50):
        tokens.read(tokens.issue(good()))
    for token in ATTACKS.values():
        with pytest.raises(SignedOut):
            tokens.read(token)
    assert len(tokens._read) == 10


def test_rotation_keeps_the_previous_key_and_retires_the_one_before() -> None:
    clock = FixedClock(NOW).now
    first = JoseTokens({"s-1": OLD}, clock)
    token = first.issue(good())
    both = JoseTokens({"s-1": OLD, "s-2": KEY}, clock)
    assert both.read(token) == good()
    with pytest.raises(SignedOut):
        first.read(both.issue(good()))
    with pytest.raises(SignedOut):
        JoseTokens({"s-2": KEY, "s-3": FOREIGN}, clock).read(token)


def test_each_reader_reads_its_own_kind_and_audience() -> None:
    partner = reader(kinds=frozenset({"partner"}), audience="mrc-partner")
    with pytest.raises(SignedOut):
        reader().read(partner.issue(good(kind="partner")))
    with pytest.raises(SignedOut):
        partner.read(reader().issue(good()))


@pytest.mark.parametrize("change", [{"kind": "refresh"}, {"expires": NOW}, {"expires": NOW + timedelta(hours=2)}])
def test_issues_no_token_it_would_not_read(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not issued here"):
        reader().issue(good(**change))


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"s-1": b""},
        {"s-1": KEY[:31]},
        {"s-1": bytes(32)},
        {"s-1": b"ab" * 32},
        {"s-1": DER},
        {"s-1": PEM},
        {"s-1": b"\n" + PEM},
        {"s-1": PUBLIC.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)},
        {"s-1": json.dumps(JWK).encode()},
        {"s-1": b"\x30\x26" + bytes(range(38))},
        {"s-1": b"\x30\x82\x01\x22" + bytes(range(256)) + bytes(34)},
        {"../s-1": KEY},
        {"": KEY},
        {"s-1": KEY, "s-2": KEY[:16]},
    ],
)
def test_does_not_start_with_a_weak_or_borrowed_key(keys: dict[str, bytes]) -> None:
    with pytest.raises(WeakKey):
        JoseTokens(keys, FixedClock().now)


@pytest.mark.parametrize("key", [KEY, b"\x30\x1e" + KEY[2:], b"\x30" + bytes(range(63)), KEY + OLD])
def test_control_a_random_key_starts(key: bytes) -> None:
    tokens = JoseTokens({"s-1": key}, FixedClock(NOW).now)
    assert tokens.read(tokens.issue(good())) == good()
