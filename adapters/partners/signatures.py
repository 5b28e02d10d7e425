"""Signing and checking under Standard Webhooks 1.0, with several secrets alive at once so that one can be changed without a gap."""

import base64
import binascii
import re
import secrets as chance
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook, WebhookVerificationError

from domain.errors import Invalid
from domain.partners.exchange import BadSignature

SECRET_BYTES = 32
# No full stop: it is what separates the signed parts, and an id with one could be read in two ways.
_MESSAGE_ID = re.compile(r"[!-\-/-~]{1,200}")


class BadSecret(Invalid):
    """A message cannot be signed: the endpoint has no usable secret."""

    next = "Rotate the endpoint's secret."


def new_secret() -> str:
    return "whsec_" + base64.b64encode(chance.token_bytes(SECRET_BYTES)).decode()


def signed_headers(body: bytes, *, message: str, at: datetime, secrets: Iterable[str]) -> dict[str, str]:
    """The three headers; one signature for each live secret, separated by spaces. `at` is the time of this attempt. Raises BadSecret."""
    if not _MESSAGE_ID.fullmatch(message):
        raise Invalid("A message id is 1 to 200 printable characters without a full stop.", field="message")
    # The library reads the clock face and takes it for UTC whatever the zone, so the zone is settled here.
    moment = at.astimezone(UTC)
    try:
        signatures = [Webhook(secret).sign(message, moment, body.decode()) for secret in secrets]
    except (EmptyWebhookSecretError, binascii.Error):
        raise BadSecret() from None
    if not signatures:
        raise BadSecret()
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def verified(headers: Mapping[str, str], body: bytes, secrets: Iterable[str]) -> str:
    """The delivery id of a message signed with any of the secrets within the last or next five minutes. Raises BadSignature."""
    given = {name.lower(): value for name, value in headers.items()}
    message = given.get("webhook-id", "")
    if _MESSAGE_ID.fullmatch(message) and any(_signed_with(secret, given, body) for secret in secrets):
        return message
    raise BadSignature()


def _signed_with(secret: str, headers: dict[str, str], body: bytes) -> bool:
    try:
        Webhook(secret).verify(body, headers, json_parse=False)
    except (WebhookVerificationError, EmptyWebhookSecretError, ValueError):
        # ValueError covers what the library lets through: a signature that is no base64, a body that is no text, a part without a comma.
        return False
    return True
