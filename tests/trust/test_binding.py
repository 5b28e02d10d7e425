"""Query parameters bound from a plan: each word of an address comes to the same as FastAPI makes of it, or is refused at the same place."""

from datetime import date
from enum import StrEnum
from inspect import Parameter, Signature
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
from fastapi import Depends, FastAPI, Header, Query
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse, Response

from service.api.edge import Limit
from service.api.lean import LeanRoute
from service.api.spans import At, FirstMonth

ID = "0198c3a0-0000-7000-8000-000000000001"
WORDS = ["", " ", "x", "ISB", "ISBX", "0", "5", "-1", "201", "1e3", "٥", "true", "no", "late"]
WORDS += [ID, ID.upper(), "2026-11", "2026-11-05", "2026-02-30"]


class Which(StrEnum):
    late = "late"


KINDS: dict[str, tuple[Any, Any]] = {
    "centre": (At, None),
    "from": (FirstMonth, None),
    "its": (Limit, 50),
    "weeks": (Annotated[int, Query(ge=1, le=12, alias="weeks")], 6),
    "its-yes": (bool | None, None),
    "its-id": (UUID | None, None),
    "its-day": (date | None, None),
    "its-which": (Which, Which.late),
    "its-needed": (Annotated[str, Query(min_length=2)], Parameter.empty),
}
"""By what each is called in the address, with a word behind it where several are called alike."""


def asked(route: type[APIRoute], hint: Any, default: Any, path: str = "/") -> httpx.AsyncClient:
    async def endpoint(**said: Any) -> Response:
        return JSONResponse(repr(said["its"]))

    endpoint.__signature__ = Signature([Parameter("its", Parameter.KEYWORD_ONLY, annotation=hint, default=default)])  # type: ignore[attr-defined]
    app = FastAPI()
    app.router.route_class = route
    app.get(path)(endpoint)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://here")


def told(answer: httpx.Response) -> Any:
    """What came of it: the value, or where it was refused and as what."""
    said = answer.json()
    return said if answer.status_code == 200 else [(one["loc"], one["type"]) for one in said["detail"]]


@pytest.mark.parametrize("what", KINDS)
async def test_each_word_comes_to_the_same(what: str) -> None:
    place = what.partition("-")[0]
    async with asked(LeanRoute, *KINDS[what]) as ours, asked(APIRoute, *KINDS[what]) as theirs:
        for words in ([], *([(place, word)] for word in WORDS), [(place, "5"), (place, "late")]):
            one, other = await ours.get("/", params=words), await theirs.get("/", params=words)
            assert (one.status_code, told(one)) == (other.status_code, told(other)), words


@pytest.mark.parametrize("word", ["late", "x"])
async def test_a_word_of_the_path_too(word: str) -> None:
    kind = Which, Parameter.empty, "/{its}"
    async with asked(LeanRoute, *kind) as ours, asked(APIRoute, *kind) as theirs:
        assert told(await ours.get(f"/{word}")) == told(await theirs.get(f"/{word}"))


@pytest.mark.parametrize(
    "hint", [Annotated[str, Depends(lambda: "ours")], Annotated[str, Header()], list[str]], ids=["a dependency", "a header", "a list"]
)
def test_what_is_no_single_word_of_the_address_is_left_to_fastapi(hint: Any) -> None:
    assert LeanRoute.bound("its", hint, Parameter.empty) is None


@pytest.mark.parametrize("route,planned", [(LeanRoute, True), (APIRoute, False)], ids=["ours", "control: FastAPI's own"])
async def test_it_is_we_who_bind(route: type[APIRoute], planned: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the comparison above compares FastAPI with itself."""

    async def solved(**_: Any) -> Any:
        raise RuntimeError("FastAPI solved it")

    monkeypatch.setattr("fastapi.routing.solve_dependencies", solved)
    async with asked(route, *KINDS["its"]) as http:
        if planned:
            assert (await http.get("/")).status_code == 200
        else:
            with pytest.raises(RuntimeError):
                await http.get("/")
