"""Figures can be counted anew and records cannot: a house with closed cases goes back and comes up again, and no record is lost for it."""

from pathlib import Path

import pytest

from adapters.database import migrate
from tests.databases import Database
from tests.migrations.test_migrations import PEOPLED, Make, _with_step, answers, down, up, waited
from tests.service import running, settings_for

BEFORE = "0024"
"""What `took` figures of closed cases are not known to yet."""


async def _closed(database: Database, folder: Path) -> None:
    async with running(settings_for(database, folder), database.kind) as service:
        she = await service.sign_in("supervisor.isb")
        client = await she.post("/api/v1/clients", {"name": "Amna Bibi", "gender": "female", "migration_stage": "returnee"})
        case = await she.post("/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "low"})
        for step, more in (("start_counselling", {}), ("close", {"reason": "Told.", "outcome": "informed"})):
            await she.post(f"/api/v1/cases/{case['id']}/steps", {"step": step, **more})


async def _differing(database: Database, folder: Path) -> list[str]:
    async with running(settings_for(database, folder), database.kind) as service:
        return [name for name, _, _ in await service.house.usecases.keeping.figures.differing()]


async def test_a_house_with_closed_cases_goes_back_and_comes_up_again(
    samples: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _closed(samples, tmp_path)
    ((before,),) = (found for found in answers(samples, "SELECT count(*) FROM case_flow WHERE happened LIKE 'took %'"))
    assert before == (1,), "the ground of it: a figure that the earlier release does not know"
    with monkeypatch.context() as without:
        without.setattr(migrate, "FIGURES", frozenset())
        with pytest.raises(migrate.RowsLost, match="case_flow"):
            down(samples, BEFORE)
    down(samples, BEFORE)
    assert answers(samples, "SELECT count(*) FROM case_flow WHERE happened LIKE 'took %'") == [[(0,)]]
    up(samples)
    assert await _differing(samples, tmp_path) == []


def test_figures_alone_may_go_and_are_missed_by_the_check(fresh_database: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = fresh_database("sqlite", laid=PEOPLED)
    _with_step(tmp_path, monkeypatch, "op.execute('DELETE FROM caseload_figure')", "op.execute('DELETE FROM case_flow')")
    up(database)
    assert {"caseload_figure", "case_flow"} <= migrate.FIGURES
    found: list[str] = []

    async def look() -> None:
        found.extend(await _differing(database, tmp_path))

    waited(look())
    assert {name.split()[0] for name in found} == {"caseload_figure"}
