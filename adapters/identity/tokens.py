"""Signed access tokens, and the only file that imports `jose`: what that library leaves open is shut here (DECISIONS.md)."""

import json
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from jose import jwk, jws
from jose.backends.base import Key
from jose.exceptions import JOSEError

from domain.sessions import Claims, SignedOut

ALGORITHMS = ["HS256"]
SHORTEST_KEY = 32
LONGEST_TOKEN = 1024
DRIFT = 5
"""Seconds by which the clock of the process that issued a token may be ahead of ours."""

# A signature of 32 bytes is 43 characters, and only one in four of the letters is a canonical last one.
_SHAPE = re.compile(r"[A-Za-z0-9_-]{20,200}\.[A-Za-z0-9_-]{40,800}\.[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")
_KEY_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_TYPES = {
    "iss": str,
    "aud": str,
    "sub": str,
    "sid": str,
    "jti": str,
    "kind": str,
    "epoch": int,
    "iat": int,
    "nbf": int,
    "exp": int,
}


class WeakKey(ValueError):
    """A signing key is too short, or is the kind of key that others may hold too."""


class JoseTokens:
    """`domain.identity.Tokens` with HS256.

    `keys` by id, oldest first: the last one signs, all of them verify, so a rotation ends nobody's session. `kinds` are the only
    ones issued and read here; a token of another kind is refused although the same house signed it.
    """

    def __init__(
        self,
        keys: Mapping[str, bytes],
        now: Callable[[], datetime],
        *,
        issuer: str = "mrc-casework",
        audience: str = "mrc-casework",
        kinds: frozenset[str] = frozenset({"access"}),
        longest: timedelta = timedelta(hours=1),
        remembered: int = 4096,
    ) -> None:
        """Raises WeakKey: a service with a weak key does not start."""
        if not keys:
            raise WeakKey("There is no signing key.")
        made = [(name, _key(name, key)) for name, key in keys.items()]
        self._keys = {_header(name, key): key for name, key in made}
        self._signing, self._signer = made[-1]
        self._now = now
        self._issuer, self._audience, self._kinds = issuer, audience, kinds
        self._longest = int(longest.total_seconds())
        self._room = remembered
        self._read: OrderedDict[str, Claims] = OrderedDict()

    def issue(self, claims: Claims) -> str:
        at = int(self._now().timestamp())
        until = int(claims.expires.timestamp())
        if claims.kind not in self._kinds or not at < until <= at + self._longest:
            raise ValueError("a token of another kind or of another length of life is not issued here")
        said = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(claims.subject),
            "sid": str(claims.session),
            "jti": secrets.token_urlsafe(16),
            "kind": claims.kind,
            "epoch": claims.epoch,
            "iat": at,
            "nbf": at,
            "exp": until,
        }
        return jws.sign(said, self._signer, {"kid": self._signing}, ALGORITHMS[0])

    def read(self, token: str) -> Claims:
        now = self._now()
        known = self._read.get(token)
        if known is None:
            known = self._verified(token, int(now.timestamp()))
            self._remember(token, known)
        if known.expires <= now:
            self._read.pop(token, None)
            raise SignedOut
        return known

    def _verified(self, token: str, now: int) -> Claims:
        if len(token) > LONGEST_TOKEN or not _SHAPE.fullmatch(token):
            raise SignedOut
        # The header is compared as a whole with those we write ourselves; nothing that a stranger wrote in it is ever looked at.
        key = self._keys.get(token[: token.index(".")])
        if key is None:
            raise SignedOut
        try:
            # Decoded first: json.loads takes bytes in UTF-16 and UTF-32 too.
            text = jws.verify(token, key, ALGORITHMS).decode("utf-8")
            said = json.loads(text, object_pairs_hook=_once)
        except (JOSEError, ValueError, RecursionError):
            raise SignedOut from None
        return self._checked(said, now)

    def _checked(self, said: object, now: int) -> Claims:
        if not isinstance(said, dict) or said.keys() != _TYPES.keys():
            raise SignedOut
        if any(type(said[name]) is not wanted for name, wanted in _TYPES.items()):
            raise SignedOut
        ours = said["iss"] == self._issuer and said["aud"] == self._audience and said["kind"] in self._kinds
        begun = max(said["iat"], said["nbf"]) <= now + DRIFT
        lasting = now < said["exp"] <= said["iat"] + self._longest
        if not (ours and begun and lasting and said["jti"]):
            raise SignedOut
        return Claims(_uuid(said["sub"]), _uuid(said["sid"]), said["epoch"], said["kind"], datetime.fromtimestamp(said["exp"], UTC))

    def _remember(self, token: str, claims: Claims) -> None:
        # Only what we signed comes this far, so strangers cannot push others out.
        self._read[token] = claims
        if len(self._read) > self._room:
            self._read.popitem(last=False)


def _key(name: str, key: bytes) -> Key:
    if not _KEY_ID.fullmatch(name):
        raise WeakKey("A key id is a short word of letters, digits and hyphens.")
    if len(key) < SHORTEST_KEY or len(set(key)) < 8:
        raise WeakKey(f"A signing key has at least {SHORTEST_KEY} random bytes.")
    if key.lstrip().startswith((b"-----", b"ssh-", b"ecdsa-")) or b'"kty"' in key or _is_der(key):
        raise WeakKey("A key in a public key's clothes is no secret.")
    return jwk.construct(key, ALGORITHMS[0])


def _is_der(key: bytes) -> bool:
    """A SEQUENCE that fills the whole key. No key of 32 bytes is one, and a random key of that length may begin like it."""
    if len(key) == SHORTEST_KEY or key[0] != 0x30:
        return False
    octets = key[1] & 0x7F if key[1] & 0x80 else 0
    length = int.from_bytes(key[2 : 2 + octets], "big") if octets else key[1]
    return length == len(key) - 2 - octets


def _header(name: str, key: Key) -> str:
    return jws.sign({}, key, {"kid": name}, ALGORITHMS[0]).split(".")[0]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError("a claim said twice")
    return said


def _uuid(text: str) -> UUID:
    # Braces, urn: and missing hyphens are other spellings of one id to UUID(); one spelling is enough.
    try:
        found = UUID(text)
    except ValueError:
        raise SignedOut from None
    if str(found) != text:
        raise SignedOut
    return found
