"""How the API's routes are bound: the asking, one body, one model of query parameters."""

from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from service.api.bodies import Body
from service.api.edge import Asking, asking
from service.binding import Bind, PlannedRoute, wrong


class Wanted(BaseModel):
    """What a list is narrowed by, as one model of query parameters."""

    model_config = {"extra": "forbid"}


async def _ask(request: Request) -> Asking:
    return await asking(request)


def _of_body(kind: type[Body]) -> Bind:
    async def bind(request: Request) -> Body:
        if not request.headers.get("content-type", "").partition(";")[0].strip().lower().endswith(("/json", "+json")):
            raise RequestValidationError([{"type": "content_type", "loc": ("body",), "msg": "Send it as application/json."}])
        try:
            return kind.model_validate_json(await request.body())
        except ValidationError as error:
            raise wrong("body", error) from None

    return bind


def _of_query(kind: type[Wanted]) -> Bind:
    async def bind(request: Request) -> Wanted:
        try:
            return kind.model_validate(dict(request.query_params))
        except ValidationError as error:
            raise wrong("query", error) from None

    return bind


class LeanRoute(PlannedRoute):
    @staticmethod
    def bound(name: str, kind: Any, default: Any) -> Bind | None:
        if kind is Asking:
            return _ask
        if isinstance(kind, type) and issubclass(kind, Body):
            return _of_body(kind)
        if isinstance(kind, type) and issubclass(kind, Wanted):
            return _of_query(kind)
        return None
