"""A device that keeps passkeys, in a few lines, so that what it says can be bent in every way: the service must see through each."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from os import urandom
from struct import pack
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def coded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """`counts` is off for those that keep one key on several devices, as most do: their counter stays 0."""

    origin: str
    host: str
    counts: bool = True
    verifies: bool = True
    id: bytes = field(default_factory=lambda: urandom(32))
    handle: bytes = b""
    counter: int = 0

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())

    def _said(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _data(self, more: bytes = b"", flags: int = 0) -> bytes:
        self.counter += self.counts
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return sha256(self.host.encode()).digest() + bytes([flags]) + pack(">I", self.counter) + more

    def _written(self, said: bytes, **response: bytes) -> str:
        answer: dict[str, Any] = {"id": coded(self.id), "rawId": coded(self.id), "type": "public-key"}
        answer["response"] = {"clientDataJSON": coded(said), **{name: coded(value) for name, value in response.items()}}
        return json.dumps(answer)

    def register(self, options: str) -> str:
        wanted = json.loads(options)
        self.handle = decoded(wanted["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        attested = bytes(16) + pack(">H", len(self.id)) + self.id + cose
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(attested, ATTESTED)})
        return self._written(self._said("webauthn.create", wanted["challenge"]), attestationObject=attestation)

    def sign_in(self, options: str) -> str:
        said = self._said("webauthn.get", json.loads(options)["challenge"])
        data = self._data()
        signature = self.key.sign(data + sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._written(said, authenticatorData=data, signature=signature, userHandle=self.handle)
