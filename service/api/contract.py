"""The OpenAPI 3.1 document: what FastAPI derives, with our problem answers, security, examples and the webhooks partners receive."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service.api.bodies.incoming import PUSHED
from service.api.examples import EXAMPLES

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "examples": ["/problems/no-consent"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to do next"},
        "field": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
        "current": {"type": "object", "description": "The present record, for 412"},
    },
}
NOTICE = {
    "type": "object",
    "required": ["type", "timestamp", "data"],
    "properties": {
        "type": {"type": "string"},
        "timestamp": {"type": "string", "format": "date-time"},
        "data": {
            "type": "object",
            "properties": {
                "referral": {"type": "string", "description": "The opaque reference this partner knows the referral by"},
                "incoming": {"type": "string", "description": "Or the reference of somebody whom this partner sent"},
                "state": {"type": "string", "description": "Where that stands"},
                "sequence": {"type": "integer"},
                "urgency": {"type": "string", "enum": ["low", "medium", "high", "critical"]},
                "answer_by": {"type": ["string", "null"], "format": "date-time"},
                "href": {"type": "string", "description": "Where to fetch the packet, while consent lives"},
            },
        },
    },
}
WEBHOOKS = {
    "referral.sent": "A referral is waiting for you.",
    "referral.answered": "The centre answered your question.",
    "referral.withdrawn": "The centre withdrew the referral.",
    "referral.recalled": "The client withdrew consent: delete what you hold of it.",
    "referral.reminder": "Half the time to answer has run.",
    "incoming.answered": "The centre answered about somebody whom you sent: ask how it fares.",
    "endpoint.test": "You asked for a test.",
}
_EXAMPLE = {
    "timestamp": "2026-11-21T09:00:00Z",
    "data": {
        "referral": "m4jBq7Yw0kq3bR1S9uZf2Q",
        "sequence": 1,
        "urgency": "high",
        "answer_by": "2026-11-21T12:00:00Z",
        "href": "/partner/v1/referrals/m4jBq7Yw0kq3bR1S9uZf2Q",
    },
}


def _webhook(kind: str, says: str) -> dict[str, Any]:
    header = {"in": "header", "required": True, "schema": {"type": "string"}}
    body = {"schema": {"$ref": "#/components/schemas/WebhookNotice"}, "examples": {kind: {"value": {"type": kind, **_EXAMPLE}}}}
    return {
        "post": {
            "operationId": f"webhook_{kind.replace('.', '_')}",
            "summary": says,
            "description": "Signed under Standard Webhooks 1.0; verify before you read. Nothing in it is about the person.",
            "parameters": [{"name": name, **header} for name in ("webhook-id", "webhook-timestamp", "webhook-signature")],
            "requestBody": {"required": True, "content": {"application/json": body}},
            "responses": {"2XX": {"description": "Taken"}, "410": {"description": "Closed for good: the endpoint is switched off"}},
        }
    }


def document(app: FastAPI) -> dict[str, Any]:
    """Deterministic: the committed copy under `openapi/` is compared with it."""
    made = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes, openapi_version="3.1.0")
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"], schemas["WebhookNotice"] = PROBLEM, NOTICE
    _news(made)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for name, example in EXAMPLES.items():
        schemas[name]["examples"] = [example]
    made["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "From POST /api/v1/auth/token"}
    }
    problems = {
        "description": "Refused; `type` names the rule",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for methods in made["paths"].values():
        for operation in methods.values():
            _complete(operation, problems)
    made["webhooks"] = {kind: _webhook(kind, says) for kind, says in WEBHOOKS.items()}
    return made


def _news(made: dict[str, Any]) -> None:
    """The one body that is read by hand, because its signature is over its bytes."""
    pushed = PUSHED.json_schema(ref_template="#/components/schemas/{model}")
    made["components"]["schemas"].update(pushed.pop("$defs"))
    ours = {"title": "Referrals", "description": "Steps on referrals, in our words or those of your adapter", "type": ["object", "array"]}
    operation = made["paths"]["/partner/v1/news"]["post"]
    operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": {"anyOf": [pushed, ours]}}}}
    header = {"in": "header", "required": True, "schema": {"type": "string"}}
    signed = ("MRC-Partner", "webhook-id", "webhook-timestamp", "webhook-signature")
    operation["parameters"] = [{"name": name, **header} for name in signed]


def _complete(operation: dict[str, Any], problems: dict[str, Any]) -> None:
    operation["responses"].pop("422", None)
    operation["responses"]["4XX"] = operation["responses"]["5XX"] = problems
    if operation.get("x-act") != "public":
        operation["security"] = [{"bearer": []}]
    if "requestBody" in operation and operation.get("x-act") != "public":
        key = {"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 200}}
        operation.setdefault("parameters", []).append(key)
