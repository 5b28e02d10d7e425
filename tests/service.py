"""A running service in this process over a test's own database, and people who speak to it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from domain.chance import Clock
from service.app import make_app
from service.settings import Settings
from service.wiring import House, wire
from tests.asking import Client
from tests.databases import Database


@dataclass
class Person:
    """Somebody signed in, speaking HTTP to the service."""

    http: httpx.AsyncClient

    async def get(self, path: str, expect: int = 200, **kw: Any) -> Any:
        return await self._said("GET", path, expect, **kw)

    async def post(self, path: str, body: Any = None, expect: int | tuple[int, ...] = (200, 201, 202, 204), **kw: Any) -> Any:
        return await self._said("POST", path, expect, json=body, **kw)

    async def patch(self, path: str, body: Any, version: int, expect: int = 200) -> Any:
        return await self._said("PATCH", path, expect, json=body, headers={"If-Match": f'"{version}"'})

    async def _said(self, method: str, path: str, expect: int | tuple[int, ...], **kw: Any) -> Any:
        answer = await self.http.request(method, path, **kw)
        expected = (expect,) if isinstance(expect, int) else expect
        assert answer.status_code in expected, (answer.status_code, answer.text)
        return answer.json() if answer.content else None


@dataclass
class Service:
    house: House
    http: Callable[[], httpx.AsyncClient]
    kind: str
    app: FastAPI

    async def sign_in(self, username: str, password: str = "demo-password-2026") -> Person:
        client = self.http()
        form = {"grant_type": "password", "username": username, "password": password}
        return await self._signed(client, form)

    async def partner(self, key: str, secret: str) -> Person:
        return await self._signed(self.http(), {"grant_type": "client_credentials", "client_id": key, "client_secret": secret})

    async def _signed(self, client: httpx.AsyncClient, form: dict[str, str]) -> Person:
        answer = await client.post("/api/v1/auth/token", data=form)
        assert answer.status_code == 200, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return Person(client)


def settings_for(database: Database, folder: Path, **more: Any) -> Settings:
    return Settings(data_dir=folder, database_url=database.url, **more)


@asynccontextmanager
async def running(settings: Settings, kind: str, *, clock: Clock | None = None) -> AsyncIterator[Service]:
    house = wire(settings, clock=clock)
    app = make_app(house)
    clients: list[httpx.AsyncClient] = []

    def http() -> httpx.AsyncClient:
        clients.append(Client(app, "http://mrc.test"))
        return clients[-1]

    try:
        yield Service(house, http, kind, app)
    finally:
        for client in clients:
            await client.aclose()
        await house.close()
