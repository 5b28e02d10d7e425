"""A path that is looked up leads where trying every route in turn leads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.routing import Match, Route

from service.app import make_app
from service.finding import Finder
from service.settings import Settings
from service.wiring import wire

SOMEWHERE = "018f0000-0000-7000-8000-000000000000"


def scope(method: str, path: str) -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "headers": [], "query_string": b"", "root_path": ""}


def asked(app: FastAPI) -> Iterator[tuple[str, str]]:
    for route in app.routes:
        if isinstance(route, Route):
            parts = [SOMEWHERE if part.startswith("{") else part for part in route.path.split("/")]
            yield from ((method, "/".join(parts)) for method in sorted(route.methods or ()))


def in_turn(app: FastAPI, asking: dict[str, Any]) -> Any:
    return next((one for one in app.routes if not isinstance(one, Finder) and one.matches(asking)[0] is Match.FULL), None)


def looked_up(app: FastAPI, asking: dict[str, Any]) -> Any:
    match, found = app.routes[0].matches(asking)
    return found["mrc.found"] if match is Match.FULL else None


def test_every_path_is_found_where_it_is(tmp_path: Path) -> None:
    app = make_app(wire(Settings(data_dir=tmp_path)))
    paths = list(asked(app))
    assert len(paths) > 150
    for method, path in paths:
        asking = scope(method, path)
        assert looked_up(app, asking) is in_turn(app, asking) is not None, (method, path)


def test_what_is_not_there_is_left_to_the_others(tmp_path: Path) -> None:
    app = make_app(wire(Settings(data_dir=tmp_path)))
    for method, path in (("GET", "/nowhere"), ("DELETE", "/cases/x"), ("GET", "/api"), ("GET", "/api/v1/"), ("GET", "//")):
        assert looked_up(app, scope(method, path)) is None is in_turn(app, scope(method, path)), path
