"""Whether the house stands: health, readiness, figures for monitoring, and where to report a hole."""

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import PlainTextResponse, Response

from service.api.edge import acts, answer
from service.usecases import UseCases

router = APIRouter(tags=["house"])


@router.get("/healthz", **acts(None))
async def healthz() -> Response:
    """The process answers."""
    return answer({"status": "ok"})


@router.get("/readyz", **acts(None))
async def readyz(request: Request) -> Response:
    """The database answers too; 503 otherwise."""
    use: UseCases = request.app.state.use
    waiting = await use.delivery.waiting()
    return answer({"status": "ready", "deliveries_waiting": waiting})


@router.get("/metrics", **acts(None))
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@router.get("/.well-known/security.txt", response_class=PlainTextResponse, **acts(None))
async def security(request: Request) -> Response:
    settings = request.app.state.settings
    contact = settings.security_contact or f"{settings.public_url}/security"
    canonical = f"{settings.public_url}/.well-known/security.txt"
    lines = (f"Contact: {contact}", "Expires: 2027-12-31T00:00:00Z", "Preferred-Languages: en, ur", f"Canonical: {canonical}")
    return PlainTextResponse("\n".join(lines) + "\n")
