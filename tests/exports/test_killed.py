"""kill -9 while an export leaves: nothing plain stays, what had come opens nowhere and is counted, and it can be fetched again."""

import asyncio
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

import httpx
import pytest
import pyzipper
import xlsxwriter

from adapters.sheets import excel
from domain.clients import Client, MigrationStage, Names, Particulars
from domain.identity import Sensitivity
from domain.periods import month_of
from domain.reports.sheet import Book, Heading, Sheet
from domain.values import CentreCode, ClientId, Gender, Language, StaffId
from service.usecases.identity import HOUSE_ACTOR
from service.wiring import wire
from tests.databases import Database
from tests.exports.conftest import EXPORTS, opened
from tests.reliability.programs import Programs, programs
from tests.service import settings_for

CANARY, PEOPLE = "Qanarywort", 1500
ISB, NOBODY = CentreCode("ISB"), StaffId(UUID(int=7))


def plain(folder: Path) -> list[str]:
    """The files below this folder in which the canary stands as it is."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return sorted(path.name for path in files if CANARY.encode() in path.read_bytes())


async def lay(database: Database, folder: Path) -> None:
    house = wire(settings_for(database, folder))
    try:
        async with house.database.work(HOUSE_ACTOR) as work:
            for place in range(PEOPLE):
                what = {"gender": Gender.female, "migration_stage": MigrationStage.prospective, "sensitivity": Sensitivity.normal}
                what |= {"district": "PK604", "birth_year": 1985, "registered_at": datetime.now(UTC), "registered_by": NOBODY}
                names = Names(f"{CANARY} {place}")
                client = Client(ClientId(house.ids.new()), ISB, f"ISB-C-9{place:05d}", names, Particulars(), **what)  # type: ignore[arg-type]
                await work.clients.add(client, frozenset())
    finally:
        await house.close()


class Fetching:
    """Two who ask and decide, signed in anew after each start."""

    def __init__(self, its: Programs) -> None:
        self._its = its

    async def __aenter__(self) -> "Fetching":
        await self._its.answers()
        self._people = self._its.people()
        people = await self._people.__aenter__()
        self.asker, self.officer = [await people.sign_in(name) for name in ("supervisor.isb", "dpo")]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._people.__aexit__(None, None, None)

    async def approved(self, kind: str) -> str:
        month = month_of(datetime.now(UTC))
        body = {
            "centre": "ISB",
            "subject": "clients",
            "columns": ["name"],
            "first": f"{int(month[:4]) - 1}-01",
            "last": month,
            "kind": kind,
        }
        made = await self.asker.post(EXPORTS, {**body, "purpose": "Audit"})
        await self.officer.post(f"{EXPORTS}/{made['id']}/steps", {"step": "approve", "reason": "Seen"}, 200)
        return str(made["id"])

    async def pieces(self, id: str) -> tuple[str, Any]:
        told = await self.asker.post(f"{EXPORTS}/{id}/password", {}, 200)
        return told["password"], self.asker.http.stream("GET", f"{EXPORTS}/{id}/file", headers={"Export-Ticket": told["ticket"]})

    async def counted(self, id: str) -> tuple[int, int]:
        (line,) = [one for one in (await self.officer.get(EXPORTS))["items"] if one["id"] == id]
        trail = (await self.officer.get("/api/v1/audit?limit=100"))["items"]
        return line["fetches"], sum(one["action"] == "export_fetched" and one["subject"] == id for one in trail)


async def cut_off(its: Programs, who: Fetching, id: str) -> tuple[str, bytes]:
    """What had come when the process was killed at its first bytes."""
    password, stream = await who.pieces(id)
    got = b""
    with suppress(httpx.TransportError):
        async with stream as answer:
            assert answer.status_code == 200
            async for piece in answer.aiter_raw():
                if not got:
                    await asyncio.to_thread(its.started[0].end)
                got += piece
    return password, got


def refused(got: bytes, password: str) -> None:
    assert got, "it was on its way"
    with pytest.raises((pyzipper.BadZipFile, zipfile.BadZipFile)):
        opened(got, password)


async def test_a_killed_export_leaves_nothing_and_can_be_fetched_again(samples: Database, tmp_path: Path) -> None:
    await lay(samples, tmp_path)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with programs(samples, tmp_path, TMPDIR=str(temporary)) as its:
        program = its.serve()
        async with Fetching(its) as who:
            ids = [await who.approved(kind) for kind in ("csv", "xlsx")]
            password, got = await cut_off(its, who, ids[0])
        refused(got, password)
        assert plain(tmp_path) == []
        program.start()
        async with Fetching(its) as who:
            assert await who.counted(ids[0]) == (1, 1), "the register says that it was fetched, and how often"
            password, got = await cut_off(its, who, ids[1])
        refused(got, password)
        assert plain(tmp_path) == []
        program.start()
        async with Fetching(its) as who:
            assert await who.counted(ids[1]) == (1, 1)
            password, stream = await who.pieces(ids[0])
            async with stream as answer:
                whole = await answer.aread()
            assert opened(whole, password).decode().count(CANARY) == PEOPLE
            assert await who.counted(ids[0]) == (2, 2)
        assert plain(tmp_path) == []
    (temporary / "spool.csv").write_bytes(opened(whole, password))
    assert plain(tmp_path) == ["spool.csv"], "the control: who writes it down in between is found"


class Named(xlsxwriter.Workbook):  # type: ignore[misc]
    """The control: as the library does it."""

    def __init__(self, into: Any, folder: str, options: dict[str, Any]) -> None:
        super().__init__(into, {**options, "tmpdir": folder})


@pytest.mark.parametrize("named", [False, True], ids=["unnamed", "control: named"])
def test_a_workbook_on_its_way_has_nothing_to_read(named: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked at while its rows are written, and while it is put together."""
    if named:
        monkeypatch.setattr(excel, "UnnamedWorkbook", Named)
    seen: list[str] = []

    def rows() -> Iterator[tuple[str]]:
        for place in range(PEOPLE):
            yield (f"{CANARY} {place}",)
        seen.extend(plain(tmp_path))

    put_together = excel.UnnamedWorkbook._store_workbook

    def looked_at(its: Any) -> None:
        its._get_packager = lambda made=its._get_packager: Looking.over(made(), tmp_path, seen)
        put_together(its)

    monkeypatch.setattr(excel.UnnamedWorkbook, "_store_workbook", looked_at)
    book = Book("x", "Clients", Language.english, datetime.now(UTC), (Sheet("Clients", (), (Heading("name", "Name"),), rows()),))
    with TemporaryFile() as into:
        excel.write(book, into, str(tmp_path))  # type: ignore[arg-type]
        assert into.seek(0, 2) > 1000
    assert bool(seen) is named
    assert list(tmp_path.iterdir()) == []


class Looking:
    """Looks into the folder when all parts are made."""

    @staticmethod
    def over(packager: Any, folder: Path, seen: list[str]) -> Any:
        make = packager._create_package

        def made() -> Any:
            parts = make()
            seen.extend(plain(folder))
            return parts

        packager._create_package = made
        return packager
