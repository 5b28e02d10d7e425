"""Reviews of reintegration: when they are due, what is refused, the task that follows, and how outcomes are counted."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from adapters.database import migrate
from domain.cases import Case, CaseKind, Risk, Stage
from domain.counselling import SessionChannel
from domain.errors import Refusal
from domain.identity import Actor, Role, Scope, Sensitivity
from domain.reintegration.reviews import (
    Heard,
    Known,
    NotAReturn,
    NothingHeard,
    Reached,
    Review,
    ReviewedWhen,
    Round,
    RoundWritten,
    WrongScore,
    due_on,
    next_round,
    opened_between,
    score,
    task_for,
)
from domain.values import CaseId, CentreCode, ClientId, Language, StaffId, day_of
from service.wiring import House
from tests.databases import Database
from tests.migrations.test_migrations import asked
from tests.postgres import apart
from tests.service import Person, running, settings_for

ISB = CentreCode("ISB")
OPENED = datetime(2026, 1, 31, 8, tzinfo=UTC)
AT = OPENED + timedelta(days=95)
BY = Actor(UUID(int=9), Role.counsellor, (ISB,))
HEARD = Heard(result=Reached.reached, channel=SessionChannel.phone, held_on=day_of(AT), economic=65, working=Known.yes)


def case(kind: CaseKind = CaseKind.return_reintegration) -> Case:
    its = (CaseId(UUID(int=1)), ISB, ClientId(UUID(int=2)), "ISB-K-1", kind, Risk.low, Sensitivity.normal, Stage.closed)
    return Case(*its, StaffId(BY.id), "", OPENED, OPENED)


def held(round: Round = Round.three, heard: Heard = HEARD, known: tuple[Review, ...] = (), kind: CaseKind | None = None) -> Review:
    return Review.hold(UUID(int=5), case(kind) if kind else case(), round, heard, known, by=BY, at=AT)[0]


@pytest.mark.parametrize("round, day", [(Round.three, "2026-04-30"), (Round.six, "2026-07-31"), (Round.twelve, "2027-01-31")])
def test_a_review_is_due_on_the_same_day_of_a_later_month_or_its_last(round: Round, day: str) -> None:
    assert str(due_on(date(2026, 1, 31), round)) == day


@pytest.mark.parametrize("round", Round)
@pytest.mark.parametrize("first, last", [("2024-01-01", "2024-02-29"), ("2026-02-28", "2026-02-28"), ("2026-04-30", "2026-05-31")])
def test_the_days_of_opening_are_those_whose_reviews_are_due(round: Round, first: str, last: str) -> None:
    one, other = date.fromisoformat(first), date.fromisoformat(last)
    begins, ends = opened_between(one, other, round)
    every = [date(2022, 12, 1) + timedelta(days=n) for n in range(1300)]
    assert [day for day in every if begins <= day <= ends] == [day for day in every if one <= due_on(day, round) <= other]


@pytest.mark.parametrize("typed, its", [("0.65", 65), ("1", 100), (".5", 50), ("0", 0), ("۰٫۶۵", 65), ("0,7", 70)])
def test_a_score_is_read_as_it_is_typed(typed: str, its: int) -> None:
    assert score(typed) == its


@pytest.mark.parametrize("typed", ["65", "1.01", "0.655", "-0.5", "x", "1e0"])
def test_what_is_no_score_is_refused(typed: str) -> None:
    with pytest.raises(WrongScore):
        score(typed)


@pytest.mark.parametrize(
    "heard, known, kind, refusal",
    [
        (HEARD, (), CaseKind.protection, NotAReturn),
        (HEARD, (held(),), None, RoundWritten),
        (replace(HEARD, held_on=day_of(AT) + timedelta(days=1)), (), None, ReviewedWhen),
        (replace(HEARD, held_on=day_of(OPENED) - timedelta(days=1)), (), None, ReviewedWhen),
        (replace(HEARD, result=Reached.lost_contact), (), None, NothingHeard),
        (replace(HEARD, social=101), (), None, WrongScore),
    ],
)
def test_what_cannot_be_written_down(heard: Heard, known: tuple[Review, ...], kind: CaseKind | None, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        held(Round.three, heard, known, kind)


def test_the_next_task_is_of_the_round_after_all_that_are_written_down() -> None:
    gone = replace(HEARD, result=Reached.withdrew, economic=None, working=Known.unknown)
    assert next_round([]) is Round.three
    assert next_round([held(Round.six)]) is Round.twelve
    assert next_round([held(Round.twelve)]) is next_round([held(Round.three, gone)]) is None
    task = task_for(UUID(int=6), case(), [held()], Language.urdu, AT)
    assert task is not None
    assert (task.due_on, task.asks_after, "6" in task.title) == (date(2026, 7, 31), case().id, True)
    assert task_for(UUID(int=6), case(CaseKind.protection), [], Language.urdu, AT) is None


async def returned(person: Person) -> str:
    client = await person.post("/api/v1/clients", {"name": "Bilal", "gender": "male", "migration_stage": "returnee", "birth_year": 1990})
    body = {"client_id": client["id"], "kind": "return_reintegration", "risk": "low"}
    return str((await person.post("/api/v1/cases", body))["id"])


async def put(person: Person, path: str, body: dict[str, Any], seen: int, expect: int = 200) -> Any:
    answer = await person.http.put(path, json=body, headers={"If-Match": f'"{seen}"'})
    assert answer.status_code == expect, answer.text
    return answer.json()


async def outcome(house: House, *centres: str) -> tuple[Any, ...]:
    today = day_of(datetime.now(UTC))
    scope = Scope(tuple(map(CentreCode, centres)), StaffId(BY.id))
    return await house.database.views.reviews.outcomes(scope, today, today + timedelta(days=95))


async def test_from_the_opening_to_the_outcome(samples: Database, tmp_path: Path) -> None:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        she, other, dpo = [await service.sign_in(one) for one in ("counsellor.isb", "counsellor.lhe", "dpo")]
        before = await outcome(service.house, "ISB")
        today, one, second = str(day_of(datetime.now(UTC))), await returned(she), await returned(she)
        its = f"/api/v1/cases/{one}/reviews"
        rounds = (await she.get(its))["rounds"]
        assert [(it["round"], it["review"]) for it in rounds] == [("m3", None), ("m6", None), ("m12", None)]
        (task,) = (await she.get(f"/api/v1/cases/{one}/tasks"))["items"]
        assert (task["due_on"], task["title"]) == (rounds[0]["due_on"], "Reintegration review after 3 months")
        body = {"round": "m3", "result": "reached", "channel": "phone", "held_on": today, "economic": 0.65, "social": 0.5, "safe": "yes"}
        review = await she.post(its, body)
        assert (review["economic"], review["psychosocial"], review["in_country"]) == (0.65, None, "unknown")
        assert (await she.post(its, body, 409))["type"] == "/problems/round-written"
        await she.post(its, {**body, "round": "m6", "economic": 1.5}, 422)
        await other.get(its, 404)
        await other.get(f"/api/v1/reviews/{review['id']}", 404)
        tasks = (await she.get(f"/api/v1/cases/{one}/tasks"))["items"]
        assert [(it["due_on"], it["done_at"] is None) for it in tasks] == [(rounds[1]["due_on"], True), (rounds[0]["due_on"], False)]
        said = {name: value for name, value in body.items() if name != "round"}
        changed = await put(she, f"/api/v1/reviews/{review['id']}", {**said, "economic": 0.25, "words": "Found work."}, 1)
        assert (changed["economic"], changed["words"], changed["version"]) == (0.25, "Found work.", 2)
        assert (await put(she, f"/api/v1/reviews/{review['id']}", said, 1, 412))["current"] == changed
        lost = {"round": "m3", "result": "lost_contact", "channel": "phone", "held_on": today}
        await she.post(f"/api/v1/cases/{second}/reviews", lost)
        await she.post(f"/api/v1/cases/{second}/steps", {"step": "close", "outcome": "lost_contact"})

        three, six, _ = await outcome(service.house, "ISB")
        assert three.due == before[0].due + 2, "closed or not"
        assert (three.held, three.reached, three.lost) == (2, 1, 1)
        assert (three.economic, three.economic_n, three.social, three.psychosocial, three.psychosocial_n) == (0.25, 1, 0.5, None, 0)
        assert (six.held, six.economic) == (0, None)
        assert (await outcome(service.house, "LHE"))[0].held == 0, "another centre's are not counted"
        told_of = {it["action"] for it in (await dpo.get("/api/v1/audit", params={"limit": 100}))["items"]}
        assert {"review_held", "review_changed", "saw_reviews"} <= told_of


async def test_down_and_up_keeps_what_was_there_before(samples: Database, tmp_path: Path) -> None:
    async with running(settings_for(samples, tmp_path), samples.kind) as service:
        she = await service.sign_in("counsellor.isb")
        held_on = str(day_of(datetime.now(UTC)))
        body = {"round": "m3", "result": "abroad_again", "channel": "phone", "held_on": held_on}
        await she.post(f"/api/v1/cases/{await returned(she)}/reviews", body)
    tasks = asked(samples, "SELECT id FROM task ORDER BY id")
    apart(lambda: migrate.downgrade(samples.owner_url, to="0025", app_role=samples.app_role))
    assert asked(samples, "SELECT id FROM task ORDER BY id") == tasks, "a task stays a task"
    apart(lambda: migrate.upgrade(samples.owner_url, app_role=samples.app_role))
    assert apart(lambda: migrate.drift(samples.owner_url)) == []
    assert asked(samples, "SELECT count(*) FROM review") == [(0,)]
