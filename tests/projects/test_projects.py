"""Projects: shares that make a hundred, what stands for new work, who may say so, and how much is a project's."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.cases import CaseKind
from domain.identity import Actor, Role
from domain.projects import (
    About,
    Basis,
    CodeTaken,
    EndsTooEarly,
    NoSuchProject,
    NotAHundred,
    Project,
    Share,
    WrongCode,
    by_default,
    settled,
)
from domain.values import CentreCode
from tests.databases import Database
from tests.service import Person, running, settings_for

PROJECTS = "/api/v1/projects"
AT = datetime(2026, 3, 1, tzinfo=UTC)
BOSS = Actor(UUID(int=9), Role.supervisor, (CentreCode("ISB"),))
A, B, C = (UUID(int=n) for n in (1, 2, 3))


def project(id: UUID = A, **more: Any) -> Project:
    return Project(id, f"P-{id.int}", "Return", "", None, None, **more)


def shares(*percent: int) -> tuple[Share, ...]:
    return tuple(Share(id, one) for id, one in zip((A, B, C), percent, strict=False))


def test_each_kind_of_case_can_have_a_project() -> None:
    assert {kind.value for kind in CaseKind} | {"outreach"} == {basis.value for basis in Basis}


@pytest.mark.parametrize(
    "about, others, refusal",
    [
        (About(code="p 1", name="x"), [], WrongCode),
        (About(code="P-2", name="x"), [project(B)], CodeTaken),
        (About(code="P-1", name="x", first=date(2026, 2, 1), last=date(2026, 1, 31)), [], EndsTooEarly),
    ],
)
def test_a_project_that_cannot_be(about: About, others: list[Project], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        Project.begin(A, about, others, by=BOSS, at=AT)


def test_shares_make_a_hundred() -> None:
    all_three = [project(A), project(B), project(C)]
    assert settled(shares(33, 33, 34), (), all_three) == (Share(C, 34), Share(A, 33), Share(B, 33))
    assert settled((), shares(100), all_three) == ()
    for wrong in (shares(50, 49), shares(0, 100), (Share(A, 50), Share(A, 50)), shares(101)):
        with pytest.raises(NotAHundred):
            settled(wrong, (), all_three)


def test_a_project_that_ended_keeps_what_it_had_and_gets_nothing_new() -> None:
    known = [project(A, active=False), project(B)]
    with pytest.raises(NoSuchProject):
        settled(shares(100), (), known)
    assert settled(shares(40, 60), shares(100), known) == (Share(B, 60), Share(A, 40))


def test_what_stands_takes_only_the_work_of_its_days() -> None:
    standing = project()
    standing.first, standing.last = date(2026, 1, 1), date(2026, 12, 31)
    assert by_default(standing, date(2026, 12, 31)) == shares(100)
    assert by_default(standing, date(2027, 1, 1)) == by_default(standing, date(2025, 12, 31)) == by_default(None, date(2026, 1, 1)) == ()
    standing.active = False
    assert by_default(standing, date(2026, 6, 1)) == ()


async def put(person: Person, path: str, body: dict[str, Any], seen: int | None = None, expect: int = 200) -> Any:
    answer = await person.http.put(path, json=body, headers={} if seen is None else {"If-Match": f'"{seen}"'})
    assert answer.status_code == expect, answer.text
    return answer.json()


async def opened(person: Person, kind: str = "return_reintegration") -> str:
    client = await person.post("/api/v1/clients", {"name": "Bilal", "gender": "male", "migration_stage": "returnee", "birth_year": 1990})
    return str((await person.post("/api/v1/cases", {"client_id": client["id"], "kind": kind, "risk": "low"}))["id"])


async def test_from_a_project_to_its_figures(samples: Database, tmp_path: Path) -> None:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        boss, she, other = [await service.sign_in(one) for one in ("supervisor.isb", "counsellor.isb", "counsellor.lhe")]
        standing, second = (await she.get(PROJECTS))["items"]
        made = await boss.post(PROJECTS, {"code": "EU-1", "name": "Europe", "donor": "EU", "first": "2026-01-01"})
        assert (await boss.post(PROJECTS, {"code": "EU-1", "name": "Again"}, 422))["type"] == "/problems/code-taken"
        changed = await put(boss, f"{PROJECTS}/{made['id']}", {"code": "EU-1", "name": "Europe II", "donor": "EU"}, 1)
        assert (changed["name"], changed["first"], changed["version"]) == ("Europe II", None, 2)
        stale = await put(boss, f"{PROJECTS}/{made['id']}", {"code": "EU-1", "name": "Lost"}, 1, 412)
        assert stale["current"]["name"] == "Europe II"

        case, protection = await opened(she), await opened(she, "protection")
        its = f"/api/v1/cases/{case}/projects"
        assert (await she.get(its))["shares"] == [{"project": standing["id"], "percent": 100}], "what stands for returnees took it"
        assert (await she.get(f"/api/v1/cases/{protection}/projects"))["shares"] == []
        wanted = {"shares": [{"project": standing["id"], "percent": 25}, {"project": made["id"], "percent": 75}]}
        told = await put(she, its, wanted, 1)
        assert [one["percent"] for one in told["shares"]] == [75, 25]
        assert (await put(she, its, {"shares": []}, 1, 412))["current"] == told, "the case has changed since"
        assert (await put(she, its, {"shares": wanted["shares"][:1]}, 2, 422))["type"] == "/problems/not-a-hundred"
        assert (await she.get(its)) == told

        await put(boss, "/api/v1/project-defaults", {"centre": "ISB", "stands": {"outreach": made["id"], "protection": None}})
        await put(boss, "/api/v1/project-defaults", {"centre": "LHE", "stands": {"outreach": None}}, expect=403)
        hall = await she.post("/api/v1/outreach/sessions", {"title": "x", "kind": "other", "day": "2026-01-05"})
        path = f"/api/v1/outreach/sessions/{hall['id']}/projects"
        assert (await she.get(path))["shares"] == [{"project": made["id"], "percent": 100}]
        await put(she, path, {"shares": [{"project": made["id"], "percent": 50}, {"project": second["id"], "percent": 50}]}, 1)

        found = (await she.get(f"{PROJECTS}/{made['id']}"))["counted"]
        assert found == [{"centre": "ISB", "cases": 1, "case_percent": 75, "sessions": 1, "session_percent": 50}]
        assert (await other.get(f"{PROJECTS}/{made['id']}"))["counted"] == [], "another centre's work is not shown"
        dpo = await service.sign_in("dpo")
        told_of = {one["action"] for one in (await dpo.get("/api/v1/audit", params={"limit": 100}))["items"]}
        assert {"project_added", "project_changed", "default_project_set", "case_shared", "session_shared"} <= told_of
