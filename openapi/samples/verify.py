"""Verifies notices of MRC Casework, and signs news for it, under Standard Webhooks 1.0. Python's standard library is all it needs.

MRC_SECRETS="whsec_…" python verify.py < messages     each line {"headers": {…}, "body": "…"}: new, repeat or refused
MRC_SECRETS="whsec_…" python verify.py sign ID < body the three headers for what you send
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time

TOLERANCE = 5 * 60  # seconds that a message may be old, or ahead of this clock


class Refused(Exception):
    """Answer 401 and do nothing."""


def signature(secret, id, timestamp, body):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(mac.digest()).decode()


def verify(secrets, headers, body, now=None):
    """The message's id. `body` is the bytes as they came; `secrets` are all that are live: two while one is being changed."""
    headers = {name.lower(): value for name, value in headers.items()}
    id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").encode().split()
    if not id or not timestamp.isdecimal() or len(timestamp) > 12:
        raise Refused("a header is missing")
    if abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE:
        raise Refused("too old, or ahead of this clock")
    expected = [signature(secret, id, timestamp, body).encode() for secret in secrets]
    if not any(hmac.compare_digest(one, ours) for one in given for ours in expected):
        raise Refused("no signature fits")
    return id


def sign(secret, id, body, now=None):
    """Headers for news of your own to POST /partner/v1/news; the same id again when you send it again."""
    timestamp = str(int(time.time() if now is None else now))
    return {"webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature(secret, id, timestamp, body)}


if __name__ == "__main__":
    live = os.environ["MRC_SECRETS"].split()
    if sys.argv[1:2] == ["sign"]:
        print(json.dumps(sign(live[0], sys.argv[2], sys.stdin.buffer.read())))
        sys.exit()
    seen = set()  # yours is a table: keep ids for some days, in the transaction that does the work
    for line in sys.stdin.buffer:
        message = json.loads(line)
        try:
            id = verify(live, message["headers"], message["body"].encode())
        except Refused as why:
            print("refused:", why)
            continue
        print("repeat" if id in seen else "new", id)
        seen.add(id)
