"""What the tests of accounts ask again and again: coming in, a colleague's record, what the trail says."""

from typing import Any

import httpx

from tests.service import Person, Service

PASSWORD = "demo-password-2026"
NEW = "marmot kettle orbit sandal"


async def tried(service: Service, username: str, password: str = PASSWORD, **more: str) -> httpx.Response:
    form = {"grant_type": "password", "username": username, "password": password, **more}
    return await service.http().post("/api/v1/auth/token", data=form)


async def person(service: Service, admin: Person, username: str) -> tuple[str, dict[str, Any]]:
    """The address and the record."""
    items = (await admin.get("/api/v1/staff"))["items"]
    path = f"/api/v1/staff/{next(one['id'] for one in items if one['username'] == username)}"
    return path, await admin.get(path)


async def changed(admin: Person, path: str, version: int, expect: int = 200, **wants: Any) -> dict[str, Any]:
    made: dict[str, Any] = await admin.patch(path, wants, version, expect)
    return made


async def reset(admin: Person, path: str, version: int, expect: int = 200, **body: Any) -> dict[str, Any]:
    made: dict[str, Any] = await admin.post(f"{path}/reset", body, expect, headers={"If-Match": f'"{version}"'})
    return made


async def trail(service: Service) -> list[tuple[str, str, str]]:
    """Action, subject and note of the house's lines, the latest first."""
    dpo = await service.sign_in("dpo")
    items = (await dpo.get("/api/v1/audit", params={"limit": 100}))["items"]
    return [(one["action"], one["subject"], one["note"]) for one in items]
