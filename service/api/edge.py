"""What every route shares: who asks, under which key, which version they saw; and how answers are written."""

from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Depends, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from domain.errors import Invalid
from domain.identity import Act, Actor
from domain.ports import Once
from domain.secrecy import KeyVault
from domain.sessions import SignedOut
from service.api.problems import PreconditionNeeded
from service.usecases import UseCases

Limit = Annotated[int, Query(ge=1, le=100, description="At most so many items")]
Cursor = Annotated[UUID | None, Query(description="The `next` of the page before")]


@dataclass(frozen=True, slots=True)
class Asking:
    """One request: the use cases, who asks, and the idempotency key with the fingerprint of what was sent."""

    use: UseCases
    actor: Actor
    once: Once | None
    seen: int | None

    def seen_version(self) -> int:
        """The version in If-Match. Raises PreconditionNeeded."""
        if self.seen is None:
            raise PreconditionNeeded()
        return self.seen


def bearer(request: Request) -> str:
    """Raises SignedOut."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise SignedOut()
    return token


async def _once(request: Request, vault: KeyVault) -> Once | None:
    key = request.headers.get("idempotency-key")
    if key is None or request.method != "POST":
        return None
    if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
        raise Invalid("An idempotency key has 1 to 200 printable characters.", field="Idempotency-Key")
    route = f"{request.method} {request.url.path}"
    return Once(key, route[:120], vault.fingerprint(await request.body()))


def _seen(request: Request) -> int | None:
    match = request.headers.get("if-match")
    if match is None:
        return None
    number = match.strip().removeprefix("W/").strip('"')
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        raise Invalid("If-Match holds no version of ours.", field="If-Match", next="Send the ETag as it came.")
    return int(number)


async def asking(request: Request) -> Asking:
    """Raises SignedOut; PasswordToChange, SecondFactorToTake for whoever has to do that first, whatever else they ask for."""
    state = request.app.state
    use: UseCases = state.use
    actor = await use.identity.actor(bearer(request))
    if actor.held_up:
        actor.check(Act((request.scope["route"].openapi_extra or {})["x-act"]))
    return Asking(use, actor, await _once(request, state.vault), _seen(request))


Ask = Annotated[Asking, Depends(asking)]


def acts(act: Act | None, **more: Any) -> dict[str, Any]:
    """Names the act a route performs, for the policy table and its matrix test; None for what anybody may ask."""
    return {"openapi_extra": {"x-act": act.value if act else "public", **more}}


def _plain(value: Any) -> Any:
    """What orjson does not know by itself: ids as the database driver gives them."""
    return str(value)


def written(view: Any) -> bytes:
    return orjson.dumps(view, default=_plain)


def answer(view: Any, status: int = 200, *, headers: dict[str, str] | None = None) -> Response:
    """A view straight to bytes, with its version as ETag."""
    its = {"Cache-Control": "no-store", **(headers or {})}
    if (version := getattr(view, "version", None)) is not None:
        its["ETag"] = f'"{version}"'
    return Response(written(view), status, its, "application/json")


def made(view: Any, place: str) -> Response:
    """201 with where to find it."""
    return answer(view, 201, headers={"Location": f"{place}/{view.id}"})


def listed(items: Any, request: Request, following: Any = None) -> Response:
    """`{"items": […], "next": …}` with the next page as a Link (RFC 8288)."""
    headers = {"Cache-Control": "no-store"}
    if following is not None:
        after = request.url.include_query_params(cursor=str(following))
        headers["Link"] = f'<{after.path}?{after.query}>; rel="next"'
    return Response(written({"items": items, "next": following}), 200, headers, "application/json")


T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """One page of a list; `next` is the cursor of the page after it, null at the end."""

    items: list[T]
    next: UUID | None = None
