"""Answers for scripts of ours: a form sent without its page learns what became of it as JSON, in its reader's words.

Only a request that accepts nothing else is answered so; a form that a person sends is answered with pages.
"""

import orjson
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import Refusal
from service.web import guard
from service.web.catalogue import Words
from service.web.forms import Fault
from service.web.labels_fields import FIELDS
from service.web.told import told

JSON = "application/json"


def wanted(request: Request) -> bool:
    return request.headers.get("accept", "") == JSON


def said(body: dict[str, object], status: int = 200, kind: str = JSON) -> Response:
    return Response(orjson.dumps(body), status, guard.HEADERS, kind)


def done() -> Response:
    """Where a page would follow. Sent again under its key, the same is answered and nothing is done again."""
    return said({"done": True}, 201)


def problem(words: Words, status: int, refusal: Refusal, faults: tuple[Fault, ...] = ()) -> Response:
    """What stood against it, field by field, and nothing of what was sent."""
    body: dict[str, object] = {
        "type": f"/problems/{refusal.rule}",
        "title": told(words, str(refusal)),
        "status": status,
        "detail": told(words, refusal.next),
        "faults": [
            {"field": one.field, "label": words(FIELDS[one.field]) if one.field in FIELDS else "", "says": told(words, one.says)}
            for one in faults
        ],
    }
    return said(body, status, "application/problem+json")
