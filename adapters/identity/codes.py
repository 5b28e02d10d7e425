"""Six-digit one-time codes (TOTP, RFC 6238), as every authenticator app makes them."""

import hmac
from datetime import datetime

from pyotp import TOTP, random_base32

from domain.values import DIGITS

STEP = 30
DRIFT = 1
"""Steps by which a phone's clock may be off, either way."""


class TotpCodes:
    """`domain.identity.OneTimeCodes`."""

    def secret(self) -> str:
        """160 bits in base 32."""
        return random_base32()

    def verify(self, code: str, secret: str, at: datetime) -> bool:
        return self.step(code, secret, at) is not None

    def step(self, code: str, secret: str, at: datetime) -> int | None:
        """The step whose code this is: whoever keeps the last one accepted can refuse a code that was looked at over a shoulder."""
        typed = code.translate(DIGITS).replace(" ", "")
        if len(typed) != 6 or not typed.isascii() or not typed.isdigit():
            return None
        try:
            totp = TOTP(secret)
        except ValueError:
            return None
        present = int(at.timestamp()) // STEP
        # All three are compared always, so the time does not tell which one was near.
        right = [step for step in range(present - DRIFT, present + DRIFT + 1) if hmac.compare_digest(totp.generate_otp(step), typed)]
        return right[-1] if right else None

    def uri(self, secret: str, username: str) -> str:
        """What the QR code at enrolment says."""
        return TOTP(secret).provisioning_uri(name=username, issuer_name="MRC Casework")
