"""The fixtures keep their word: databases of both kinds, production's roles, sockets that stay here, a browser."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest
from playwright.async_api import Page

from service.settings import Settings
from tests.databases import Database
from tests.parts import missing
from tests.postgres import APP, OWNER, Server
from tests.sockets import GUARD
from tests.web.conftest import opened


async def ask(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


@pytest.mark.postgresql
async def test_the_roles_are_those_of_production(postgres_server: Server) -> None:
    weak = "rolcanlogin AND NOT (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole)"
    question = f"SELECT string_agg(rolname, ',' ORDER BY rolname) FROM pg_roles WHERE rolname LIKE 'mrc_%' AND {weak}"
    assert await ask(postgres_server.admin_url, question) == f"{APP},{OWNER}"


@pytest.mark.postgresql
async def test_the_application_owns_nothing(fresh_database: Callable[..., Database]) -> None:
    database = fresh_database("postgresql")
    assert await ask(database.url, "SELECT current_user::text") == APP
    assert await ask(database.owner_url, "SELECT current_user::text") == OWNER
    assert await ask(database.admin_url, f"SELECT count(*) FROM pg_class WHERE relowner = '{APP}'::regrole") == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(database.url, "CREATE TABLE public.mine (id int)")


@pytest.mark.postgresql
async def test_databases_of_one_test_do_not_meet(fresh_database: Callable[..., Database]) -> None:
    one, two = fresh_database("postgresql", migrated=False), fresh_database("postgresql", migrated=False)
    await ask(one.owner_url, "CREATE TABLE seen (id int)")
    assert await ask(two.owner_url, "SELECT to_regclass('seen')::text") is None


async def test_the_url_is_of_the_kind_it_says(database_url: tuple[str, str]) -> None:
    url, kind = database_url
    assert urlsplit(url).scheme == kind
    if kind == "sqlite":
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
    else:
        assert await ask(url, "SELECT 1") == 1


async def test_a_connection_off_the_machine_is_refused_and_noticed() -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        for url in ("http://203.0.113.7/", "http://[2001:db8::7]/", "http://partner.gov.pk/"):
            with pytest.raises(httpx.ConnectError):
                await client.get(url)
    assert len(GUARD.left) == 3
    GUARD.left.clear()


async def test_a_reserved_name_is_refused_quietly() -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("http://partner.example/")
    assert GUARD.left == []


def test_a_missing_part_skips_here_and_fails_where_it_was_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MRC_REQUIRE_PIGEONS", raising=False)
    with pytest.raises(pytest.skip.Exception):
        missing("PIGEONS", "there are none")
    monkeypatch.setenv("MRC_REQUIRE_PIGEONS", "1")
    with pytest.raises(pytest.fail.Exception):
        missing("PIGEONS", "there are none")


async def test_a_house_whose_test_fails_is_closed(fresh_database: Callable[..., Database], tmp_path: Path) -> None:
    """Its threads would hold the run at its end."""

    def held() -> set[threading.Thread]:
        return {one for one in threading.enumerate() if not one.daemon and not one.name.startswith("asyncio")}

    async def fails() -> None:
        async with opened(Settings(data_dir=tmp_path, database_url=fresh_database("sqlite").url)) as desk:
            await desk.sign_in("counsellor.isb")
            assert held() - before, "the control: an open house holds some"
            raise ZeroDivisionError

    before = held()
    with pytest.raises(ZeroDivisionError):
        await fails()
    for one in held() - before:
        one.join(5)  # told to end, it may take a moment
    assert held() <= before


async def test_a_page_opens_and_draws_urdu(page: Page) -> None:
    await page.goto("data:text/html;charset=utf-8,<h1 lang=ur dir=rtl>سلام</h1>")
    assert await page.inner_text("h1") == "سلام"
