"""Every door of the application: each method of each route, whichever router or page brought it, with the act it says it performs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.routing import Mount

from service.finding import Finder

PUBLIC = "public"


@dataclass(frozen=True, slots=True, order=True)
class Door:
    method: str
    path: str
    act: str = ""

    @property
    def page(self) -> bool:
        """For people with a browser; everything else speaks JSON."""
        return not self.path.startswith(("/api/", "/partner/", "/hsds", "/healthz", "/readyz", "/metrics", "/.well-known/"))

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _routes(routes: Any, prefix: str = "") -> Iterator[tuple[Any, str]]:
    """Routers are kept whole inside the application; their routes are what answers."""
    for route in routes:
        if isinstance(route, Finder):
            continue  # it leads to the others and answers nothing itself
        if hasattr(route, "effective_candidates"):
            yield from _routes(route.effective_candidates(), prefix)
        elif isinstance(route, Mount) and route.routes:
            yield from _routes(route.routes, prefix + route.path)
        else:
            yield route, prefix + route.path


def doors(app: FastAPI) -> list[Door]:
    """Those that speak JSON, to programmes."""
    return [door for door in every_door(app) if not door.page]


def pages(app: FastAPI) -> list[Door]:
    return [door for door in every_door(app) if door.page]


def every_door(app: FastAPI) -> list[Door]:
    found = []
    for route, path in _routes(app.routes):
        extra = getattr(getattr(route, "original_route", route), "openapi_extra", None) or {}
        for method in sorted(getattr(route, "methods", None) or {"GET"}):
            found.append(Door(method, path, extra.get("x-act", "")))
    return sorted(found)
