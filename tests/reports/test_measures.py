"""Every measure by every dimension that fits it, held against a count in plain Python, on both databases."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, case, insert, select, update

from adapters.database.clients import CLIENT, CONTACT
from adapters.database.lanes import EVERYWHERE
from adapters.database.projects import OF_CASES, PROJECT
from adapters.database.schema import UTCDateTime
from adapters.database.statements import Prepared
from domain.identity import Scope
from domain.periods import month_of
from domain.reports.dimensions import Dimension
from domain.reports.measures import MEASURES, Measure
from domain.reports.question import Question
from domain.values import CentreCode, StaffId
from service.usecases.demo import Crowd
from service.usecases.identity import HOUSE_ACTOR
from service.wiring import House, wire
from tests.databases import Database
from tests.reports.slow import Slow, load
from tests.service import settings_for

PEOPLE, SEED, DAY = 100, 5, date(2026, 11, 20)
CENTRES = (CentreCode("ISB"), CentreCode("LHE"))
SCOPE = Scope(CENTRES, StaffId(HOUSE_ACTOR.id))
_first: Any = CLIENT.alias()
PROMOTED = Prepared(
    update(CONTACT).values(
        client_id=select(_first.c.id).where(_first.c.centre == CONTACT.c.centre).order_by(_first.c.id).limit(1).scalar_subquery()
    )
)
"""All that rang at a centre were the same person."""
AT_THE_EDGE = Prepared(update(CLIENT).where(CLIENT.c.birth_year > 1990).values(registered_at=bindparam("at", type_=UTCDateTime())))
"""Half an hour of February in Karachi, while it is January in UTC."""
PART = Prepared(update(OF_CASES).values(percent=case((OF_CASES.c.centre == "ISB", 30), else_=50)))
_others: Any = PROJECT.alias()
_other = select(_others.c.id).where(_others.c.id != OF_CASES.c.project_id).order_by(_others.c.id).limit(1).scalar_subquery()
SHARED = Prepared(
    insert(OF_CASES).from_select(
        ["case_id", "project_id", "centre", "client_id", "percent"],
        select(OF_CASES.c.case_id, _other, OF_CASES.c.centre, OF_CASES.c.client_id, 100 - OF_CASES.c.percent),
    )
)
"""Every case that is a project's is another's as well: mostly so in one centre, equally in the others."""
QUIET = {Measure.referrals_unanswered, Measure.plans_approved}
"""Of which the made-up people may have none in these months."""


async def _house(samples: Database, folder: Path) -> House:
    house = wire(settings_for(samples, folder))
    await house.usecases.demo.begin(PEOPLE)
    await house.usecases.demo.lay(Crowd(PEOPLE, SEED, DAY), range(PEOPLE))
    async with house.database.driver.writing(EVERYWHERE) as lane:
        await lane.change(PROMOTED, {})
        await lane.change(PART, {})
        assert await lane.change(SHARED, {}), "no case is a project's"
        await lane.change(AT_THE_EDGE, {"at": datetime(2025, 1, 31, 19, 30, tzinfo=UTC)})
    return house


def _questions(measure: Measure) -> list[Question]:
    """Each dimension beside the next one that fits, and everything unsplit."""
    fits = MEASURES[measure].fits
    pairs: list[tuple[Dimension, ...]] = [(), *zip(fits, (*fits[1:], fits[0]), strict=True)]
    return [Question(measure, pair, "2025-02", month_of(datetime.now(UTC)), (0, 12, 18, 30, 61)).check() for pair in pairs]


async def test_every_measure_by_every_dimension_is_what_a_slow_count_finds(samples: Database, tmp_path: Path) -> None:
    house = await _house(samples, tmp_path)
    try:
        slow = Slow(await load(house.database.driver), CENTRES)
        empty = set()
        for measure in Measure:
            for question in _questions(measure):
                answer = await house.database.views.measures.ask(SCOPE, question)
                counted = slow.count(question)
                assert {cell.keys: cell.n for cell in answer.rows} == counted, (measure, question.splits)
                assert answer.total == sum(counted.values()), (measure, question.splits)
                assert all(set(axis) >= {keys[place] for keys in counted} for place, axis in enumerate(answer.axes))
            empty |= set() if answer.total else {measure}
        assert empty <= QUIET, "nothing was there to count"
    finally:
        await house.close()
