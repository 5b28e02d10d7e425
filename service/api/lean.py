"""How the API's routes are bound: the asking, one body, query parameters each by itself or as one model."""

from datetime import date
from inspect import Parameter
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends, Query
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from starlette.requests import Request

from service.api.bodies import Body
from service.api.edge import Asking, asking
from service.binding import Bind, PlannedRoute, kind_of, wrong


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
            raise wrong(error, "body") from None

    return bind


def _of_query(kind: type[Wanted]) -> Bind:
    async def bind(request: Request) -> Wanted:
        try:
            return kind.model_validate(dict(request.query_params))
        except ValidationError as error:
            raise wrong(error, "query") from None

    return bind


_SCALARS = (str, int, UUID, date, NoneType)


def _scalar(kind: Any) -> bool:
    kinds = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    return all(isinstance(one, type) and issubclass(one, _SCALARS) for one in map(kind_of, kinds))


def _of_one(name: str, hint: Any, default: Any) -> Bind | None:
    """One word of the address; None for what stands elsewhere, or may stand there more than once."""
    kind, *said = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    query = next((one for one in said if isinstance(one, FieldInfo)), Query())
    if not isinstance(query, Query) or any(isinstance(one, Depends) for one in said) or not _scalar(kind):
        return None
    place, adapter = query.alias or name, TypeAdapter[Any](Annotated[kind, *query.metadata] if query.metadata else kind)

    async def bind(request: Request) -> Any:
        word = request.query_params.get(place)
        if word is None:
            if default is Parameter.empty:
                raise RequestValidationError([{"type": "missing", "loc": ("query", place), "msg": "Field required"}])
            return default
        try:
            return adapter.validate_python(word)
        except ValidationError as error:
            raise wrong(error, "query", place) from None

    return bind


class LeanRoute(PlannedRoute):
    @staticmethod
    def bound(name: str, hint: Any, default: Any) -> Bind | None:
        kind = kind_of(hint)
        if kind is Asking:
            return _ask
        if isinstance(kind, type) and issubclass(kind, Body):
            return _of_body(kind)
        if isinstance(kind, type) and issubclass(kind, Wanted):
            return _of_query(kind)
        return _of_one(name, hint, default)
