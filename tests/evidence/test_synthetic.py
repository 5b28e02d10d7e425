"""Synthetic data: how near it comes, that a person who is alone in something does not come out, and what the budget refuses."""

import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from random import Random
from typing import NoReturn
from uuid import UUID

import pytest
from typer import Exit

from adapters.system.synthesizer import PacSynthesizer
from domain.errors import NotAllowed
from domain.evidence.columns import Column, Period, Person
from domain.evidence.release import Making, Release, Shape, TooFew, released_synthetic, spent
from domain.evidence.source import Source
from domain.evidence.synthetic import BadBudget, BudgetSpent, NoSynthesizer, Row, check_budget
from domain.identity import Actor, Role
from domain.values import CentreCode, ReleaseId, ResearchId
from service.cli.evidence import made as command
from tests.databases import Database
from tests.evidence.conftest import Study, people

BY = Actor(UUID(int=3), Role.analyst, (CentreCode("ISB"),))
COLUMNS = (Column.gender, Column.age, Column.province, Column.case_kind, Column.outcome)
CAME = date(2025, 2, 10)
ALONE = Person("transgender", 1940, "PK104", "transit", CAME, "protection", outcome="left_country")
"""Alone with their gender, their outcome, and all else together."""


class Copy:
    """The control: what gives everybody away."""

    ready = True

    def made(self, columns: Sequence[str], rows: Sequence[Row], epsilon: int, delta: float) -> list[Row]:
        return list(rows)


def crowd(number: int) -> list[Person]:
    """Made up: who is from Punjab is more often a man, and men leave more often."""
    dice, made = Random(11), []
    for _ in range(number):
        district = dice.choice(("PK604", "PK604", "PK401"))
        gender = dice.choice(("male", "male", "female") if district == "PK604" else ("male", "female"))
        kind = dice.choice(("pre_departure", "pre_departure", "protection") if gender == "male" else ("protection", "return_reintegration"))
        year, outcome = dice.choice((1970, 1985, 1995, 2001)), dice.choice(("resolved", "resolved", "lost_contact"))
        made.append(Person(gender, year, district, "prospective", CAME, kind, outcome=outcome))
    return made


def released(number: int, engine: PacSynthesizer | Copy, epsilon: int = 4) -> Release:
    period = Period.of("2025-Q1", "2025-Q4", date(2026, 2, 1))
    at, id = datetime(2026, 2, 1, tzinfo=UTC), UUID(int=1)
    its = Making(ReleaseId(id), CentreCode("ISB"), ResearchId(id), "ISB-X-000001", COLUMNS, period, (), BY, at, lambda: "x")
    return released_synthetic(its, Source((*crowd(number), ALONE), 3), epsilon, engine)


@pytest.fixture
def engine() -> PacSynthesizer:
    made = PacSynthesizer()
    if not made.ready:
        pytest.skip("no wheel of the engine for this machine")
    return made


def test_shares_come_near_and_nobody_who_is_alone_comes_out(engine: PacSynthesizer) -> None:
    made = released(2000, engine)
    assert made.utility is not None
    assert made.utility.mean < 0.02, "measured: 0.004"
    assert 1800 < made.rows < 2200
    for word in ("transgender", "left_country"):
        assert word not in made.file
        assert word in released(2000, Copy()).file, "the control"
    held = [one for one in made.utility.shares if one.value == "transgender"]
    assert [one.true for one in held] == [None], "the table of the house holds one person back too"
    assert "epsilon = 4, delta = 0.000001" in made.file
    assert made.counts == (), "noise is no number that others are held against"


def test_a_smaller_budget_comes_less_near(engine: PacSynthesizer) -> None:
    near, far = released(2000, engine).utility, released(2000, engine, 1).utility
    assert near is not None
    assert far is not None
    assert near.mean < far.mean


def test_few_people_are_refused() -> None:
    with pytest.raises(TooFew):
        released(98, Copy())
    assert released(99, Copy()).rows == 100


class Drowned(Copy):
    def made(self, columns: Sequence[str], rows: Sequence[Row], epsilon: int, delta: float) -> list[Row]:
        return []


def test_where_noise_drowns_all_lines_the_budget_is_spent_all_the_same() -> None:
    """Or whoever tries again and again would learn from how often nothing comes."""
    drowned = released(200, Drowned(), 3)
    assert (drowned.rows, drowned.utility) == (0, None)
    assert drowned.file.splitlines()[-1].startswith("#"), "the tags of the columns, and no line below"
    with pytest.raises(BudgetSpent):
        check_budget(2, spent(drowned.published.period, [drowned]))
    with pytest.raises(TooFew):
        released(98, Drowned())


class PanicException(BaseException):
    """As the engine's own is: no Exception, and of a module that nobody can import."""


PanicException.__module__ = "pyo3_runtime"


def test_an_engine_that_panics_has_drowned(engine: PacSynthesizer, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does where noise makes the number of people negative. What is none of its own goes on."""
    broken: BaseException = PanicException()

    def fit(*_: object) -> NoReturn:
        raise broken

    monkeypatch.setattr(engine._engine, "Dataset", fit)
    assert released(200, engine).rows == 0
    broken = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        released(200, engine)


def test_the_budget_is_that_of_the_people() -> None:
    made = released(200, Copy(), 3)
    same, other = (Period.of(first, last, date(2026, 2, 1)) for first, last in (("2025-Q4", "2025-Q4"), ("2024-Q1", "2024-Q4")))
    assert (spent(same, [made]), spent(other, [made])) == (3, 0)
    assert check_budget(1, 3) == 1
    with pytest.raises(BudgetSpent):
        check_budget(2, 3)
    for wrong in (None, 0, 5):
        with pytest.raises(BadBudget):
            check_budget(wrong, 0)


def test_without_the_engine_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pacsynth", None)
    bare = PacSynthesizer()
    assert not bare.ready
    with pytest.raises(NoSynthesizer) as refused:
        bare.made(("gender",), [("x",)], 4, 1e-6)
    assert "synthetic" in refused.value.next


@pytest.mark.parametrize("samples", ["sqlite"], indirect=True)
async def test_the_command_makes_it_in_an_analysts_name(study: Study, engine: PacSynthesizer) -> None:
    await people(study.service, 400, agreed=400, seed=6)
    request = ResearchId(UUID((await study.approved())["id"]))
    made, text = await command(study.service.house, request, "analyst", 4)
    assert (made.epsilon, text.count("\r\n")) == (4, made.rows + 6)
    lines = (await study.dpo.get("/api/v1/audit?limit=20"))["items"]
    assert "evidence_released" in [line["action"] for line in lines]
    with pytest.raises(Exit):
        await command(study.service.house, request, "nobody", 4)
    with pytest.raises(NotAllowed):
        await command(study.service.house, request, "supervisor.isb", 4)


async def test_the_register_keeps_it_and_its_budget(study: Study, samples: Database, engine: PacSynthesizer) -> None:
    await people(study.service, 400, agreed=400, seed=6)  # with few the noise may drown them all
    request = await study.approved()
    where = f"/api/v1/evidence/requests/{request['id']}/releases"
    made = await study.analyst.post(where, {"shape": "synthetic", "epsilon": 3}, 201)
    assert (made["shape"], made["epsilon"]) == (Shape.synthetic, 3)
    assert "no line is a person" in await study.file(made)
    assert (await study.analyst.post(where, {"shape": "synthetic", "epsilon": 2}, 409))["type"] == "/problems/budget-spent"
    assert (await study.analyst.post(where, {"shape": "synthetic"}, 422))["type"] == "/problems/bad-budget"
    kept = await study.dpo.get(f"/api/v1/evidence/requests/{request['id']}")
    assert [(one["number"], one["utility"]["mean"]) for one in kept["releases"]] == [(made["number"], made["utility"]["mean"])]
    await study.release(request)  # an extract is not held against noise
