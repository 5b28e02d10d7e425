"""The register of research requests: asked by one, decided by another, released only under it, and only about those who consented."""

import csv
import hashlib
import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from adapters.database import migrate
from domain.evidence.columns import Column, Period
from domain.evidence.request import RequestOver, RequestStep, Research, Scopes
from domain.evidence.request import Study as Wanted
from domain.identity import Actor, Role, Sensitivity, TwoPeople
from domain.values import ResearchId, day_of
from tests.evidence.conftest import ISB, REQUESTS, Study, people
from tests.migrations.test_migrations import asked
from tests.postgres import apart


def lines_of(text: str) -> tuple[list[str], list[list[str]]]:
    """The heading under which the tags stand, and the lines below."""
    read = list(csv.reader(io.StringIO(text)))
    tags = next(at for at, row in enumerate(read) if row[0].startswith("#"))
    return read[tags - 1], read[tags + 1 :]


async def test_from_asking_to_the_file(study: Study) -> None:
    made = await study.asked()
    assert (made["state"], made["number"][:6], made["steps"]) == ("asked", "ISB-Q-", ["approve", "refuse"])
    assert (await study.release(made, 409))["type"] == "/problems/not-approved"
    assert "research_asked" in [one["kind"] for one in (await study.dpo.get("/api/v1/my-day"))["notices"]]
    assert (await study.step(made, "approve", 403, study.analyst))["type"] == "/problems/not-allowed"
    await study.step(made, "approve")
    release = await study.release(made)
    text = await study.file(release)
    heading, lines = lines_of(text)
    assert heading == ["id", "gender", "age", "case_kind"]
    assert len(lines) == release["rows"] <= 78
    assert min(Counter(tuple(line[1:3]) for line in lines).values()) >= 11
    assert len({line[0] for line in lines}) == len(lines)
    assert hashlib.sha256(text.encode()).hexdigest() == release["fingerprint"]
    assert "without consent at least 10" in text, "the twelve who did not consent are told as a number that is none of theirs"
    assert "People, exact, registered 2025-Q1 - 2025-Q4" in text
    assert await study.file(release, study.dpo) == text, "the same file for whoever fetches it"
    told = await study.dpo.get(f"{REQUESTS}/{made['id']}")
    assert [one["number"] for one in told["releases"]] == [release["number"]]
    trail = Counter(one["action"] for one in (await study.dpo.get("/api/v1/audit", params={"limit": 100}))["items"])
    assert trail["research_asked"] == trail["research_moved"] == trail["evidence_released"] == 1
    assert trail["fetched_release"] == 2
    again = await study.approved(first="2024-Q1", last="2024-Q4")
    assert (await study.release(again, 409))["type"] == "/problems/too-few"
    down_and_up(study)


def down_and_up(study: Study) -> None:
    """The revision that brings the register: taken back and made again, with rows in place."""
    database, clients = study.database, asked(study.database, "SELECT count(*) FROM client")
    apart(lambda: migrate.downgrade(database.owner_url, to="0021", app_role=database.app_role))
    assert len(apart(lambda: migrate.drift(database.owner_url))) >= 2, "the control"
    apart(lambda: migrate.upgrade(database.owner_url, app_role=database.app_role))
    assert apart(lambda: migrate.drift(database.owner_url)) == []
    assert asked(database, "SELECT count(*) FROM client", "SELECT count(*) FROM research") == [*clients, (0,)]


def test_nobody_decides_on_what_they_asked() -> None:
    """Roles keep the two apart already; the rule stands where somebody's role changes."""
    analyst, officer = [Actor(UUID(int=n), role, (ISB,)) for n, role in ((1, Role.analyst), (2, Role.dpo))]
    now = datetime(2026, 4, 1, tzinfo=UTC)
    scopes = Scopes((Column.gender,), Period.of("2025-Q1", "2025-Q4", date(2026, 4, 1)), date(2026, 5, 1))
    words = Wanted("x", "x", "x", "x")
    made, _ = Research.ask(ResearchId(UUID(int=3)), "ISB-Q-000001", ISB, words, scopes, by=analyst, at=now, told=())
    with pytest.raises(TwoPeople):
        made.step(RequestStep.approve, "", by=analyst, at=now)
    made.step(RequestStep.approve, "", by=officer, at=now)
    with pytest.raises(RequestOver):
        made.check_open(date(2026, 5, 2))
    made.check_open(date(2026, 5, 1))


async def test_who_has_not_consented_is_in_nothing(study: Study) -> None:
    """Nor whose consent was withdrawn or has ended, nor anybody with a restricted file, by themselves or in one case."""
    await people(study.service, 40, agreed=0, seed=2)
    await people(study.service, 30, agreed=30, seed=3, sensitivity=Sensitivity.gbv_child)
    await people(study.service, 20, agreed=20, seed=4, case_sensitivity=Sensitivity.restricted)
    await people(study.service, 15, agreed=15, seed=5, withdrawn=True)
    await people(study.service, 15, agreed=15, seed=6, valid_to=day_of(datetime.now(UTC)) - timedelta(days=1))
    made = await study.approved()
    release = await study.release(made, 201, "table", "gender")
    _, lines = lines_of(await study.file(release))
    assert lines[-1] == ["*", "78"]
    assert release["without_consent"] == "at least 80", "twelve, forty, fifteen and fifteen; nobody who is restricted is counted"


@pytest.mark.parametrize("samples", ["sqlite"], indirect=True)
async def test_what_has_to_be_said_is_said(study: Study) -> None:
    for more, rule, field in (
        ({"purpose": ""}, "reason-needed", "purpose"),
        ({"columns": ["risk"]}, "columns-needed", "columns"),
        ({"expires_on": "2025-01-01"}, "bad-expiry", "expires_on"),
        ({"last": "2099-Q1"}, "bad-period", "last"),
        ({"first": "2025-13"}, "bad-period", "first"),
    ):
        refused = await study.asked(422, **more)
        assert (refused["type"], refused.get("field")) == (f"/problems/{rule}", field)
    assert (await study.asked(403, centre="XXX"))["type"] == "/problems/not-allowed"
    made = await study.approved(expires_on=str(day_of(datetime.now(UTC)) + timedelta(days=1)))
    assert (await study.release(made, 422, "table", "risk"))["type"] == "/problems/bad-columns"
    release = await study.release(made)
    assert (await study.step(made, "end", 422))["type"] == "/problems/reason-needed"
    assert (await study.step(made, "end", reason="The study is over."))["state"] == "ended"
    assert (await study.release(made, 409))["type"] == "/problems/not-approved"
    gone = await study.analyst.get(f"/api/v1/evidence/releases/{release['id']}/file", 409)
    assert gone["type"] == "/problems/not-approved"


@pytest.mark.parametrize("samples", ["sqlite"], indirect=True)
async def test_a_few_more_people_are_not_shown_by_a_second_release(study: Study) -> None:
    made = await study.approved()
    first = await study.release(made)
    await people(study.service, 3, agreed=3, seed=5)
    refused = await study.release(made, 409)
    assert refused["type"] == "/problems/earlier-release-tells"
    assert first["number"] in refused["title"], "it says which"
    other = await study.approved(columns=["gender"])
    assert (await study.release(other, 409))["type"] == "/problems/earlier-release-tells", "nor by another request in another shape"
    assert (await study.release(other, 409, "table", "gender"))["type"] == "/problems/shapes-mixed"


@pytest.mark.parametrize("samples", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
async def test_the_database_itself_keeps_centres_apart(study: Study) -> None:
    made = await study.approved()
    await study.release(made)
    connection = await asyncpg.connect(study.database.url)
    try:
        for centres, seen in (("LHE", 0), ("", 0), ("ISB", 1)):
            await connection.execute("SELECT set_config('mrc.centres', $1, false)", centres)
            for table in ("research", "evidence_release"):
                assert await connection.fetchval(f"SELECT count(*) FROM {table}") == seen, (table, centres)
    finally:
        await connection.close()
