"""Figures counted afresh from the records, compared with the kept ones, and put in their place.

Decision. Context: a count takes seconds, and people write meanwhile; a writer changes its record first and the figure at its end, together.
Choice: comparing looks without holding anybody up, and what seems to differ is looked at again while its table is locked; rebuilding locks
one table of figures at a time, counts, and puts the counts in. Whoever wrote into that table is waited for, whoever comes after adds to
the new counts, so nothing is lost or counted twice. Price: writers of that table wait for as long as one count takes.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import delete, insert, literal, select, text

from adapters.database import journeys, lapses, watched
from adapters.database.cases import CASE
from adapters.database.cells import (
    OF_CASE,
    OF_CLIENT,
    OF_CONTACT,
    OF_TASK,
    case_cells,
    client_cells,
    contact_cells,
    referral_cells,
    task_cells,
)
from adapters.database.clients import CLIENT, CONTACT
from adapters.database.consent import CONSENT
from adapters.database.counselling import SESSION, TASK
from adapters.database.disclosures import DISCLOSURE
from adapters.database.evidence import RESEARCH
from adapters.database.figures import FUNNEL, KEPT, WATCHED
from adapters.database.incoming import INCOMING
from adapters.database.journeys import CASE_STEP, OF_STEP, step_cells
from adapters.database.lanes import EVERYWHERE, Driver, Lane
from adapters.database.lapses import LAPSE, OF_LAPSE, lapse_cells
from adapters.database.outreach import OUTREACH
from adapters.database.plans import PLAN
from adapters.database.referrals import COUNTED
from adapters.database.screening import SCREENING
from adapters.database.statements import Prepared
from adapters.database.waits import (
    OF_CONSENT,
    OF_DISCLOSURE,
    OF_INCOMING,
    OF_PLAN,
    OF_RESEARCH,
    consent_cells,
    disclosure_cells,
    incoming_cells,
    plan_cells,
    research_cells,
)
from adapters.database.watched import OF_WATCH, WATCH, watch_cells
from adapters.database.weeks import (
    OF_OUTREACH,
    OF_SCREENING,
    OF_SESSION,
    OF_WRITING,
    Cell,
    outreach_cells,
    screening_cells,
    session_cells,
    writing_cells,
)
from domain.figures.doors import Rebuilt

Differing = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Records that are counted, and the cells of one."""

    tables: tuple[str, ...]
    every: Prepared
    cells: Callable[..., Iterable[Cell]]


SOURCES = (
    Source(
        ("caseload_figure", "case_flow", "due_figure", "funnel_figure", "case_week"),
        Prepared(select(*(CASE.c[name] for name in OF_CASE))),
        case_cells,
    ),
    Source(
        ("referral_figure", "partner_figure", "late_figure", "wait_figure", "decision_figure", "use_figure"),
        Prepared(select(*COUNTED)),
        referral_cells,
    ),
    Source(("due_figure",), Prepared(select(*(TASK.c[name] for name in OF_TASK))), task_cells),
    Source(("funnel_figure",), Prepared(select(*(CASE_STEP.c[name] for name in OF_STEP))), step_cells),
    Source(("wait_figure",), Prepared(select(*(WATCH.c[name] for name in OF_WATCH))), watch_cells),
    Source(("wait_figure",), Prepared(select(*(LAPSE.c[name] for name in OF_LAPSE))), lapse_cells),
    Source(("wait_figure",), Prepared(select(*(CONSENT.c[name] for name in OF_CONSENT))), consent_cells),
    Source(("wait_figure", "incoming_figure"), Prepared(select(*(INCOMING.c[name] for name in OF_INCOMING))), incoming_cells),
    *(
        Source(("wait_figure", "decision_figure"), Prepared(select(*(table.c[name] for name in names))), its)
        for table, names, its in (
            (PLAN, OF_PLAN, plan_cells),
            (DISCLOSURE, OF_DISCLOSURE, disclosure_cells),
            (RESEARCH, OF_RESEARCH, research_cells),
        )
    ),
    Source(("funnel_figure", "use_figure"), Prepared(select(*(CONTACT.c[name] for name in OF_CONTACT))), contact_cells),
    Source(("funnel_figure", "use_figure"), Prepared(select(*(CLIENT.c[name] for name in OF_CLIENT))), client_cells),
    Source(("use_figure", "case_week"), Prepared(select(*(SESSION.c[name] for name in OF_SESSION))), session_cells),
    Source(("use_figure",), Prepared(select(*(SCREENING.c[name] for name in OF_SCREENING))), screening_cells),
    Source(("use_figure",), Prepared(select(*(PLAN.c[name] for name in OF_WRITING))), writing_cells),
    Source(("use_figure",), Prepared(select(*(OUTREACH.c[name] for name in OF_OUTREACH))), outreach_cells),
)
TABLES = tuple(sorted(table.name for table in KEPT))
_KEPT = {table.name: Prepared(select(*table.columns)) for table in KEPT}
_EMPTY = {table.name: Prepared(delete(table)) for table in KEPT}
_FILL = {table.name: Prepared(insert(table)) for table in KEPT}
_NAMES = {table.name: [column.name for column in table.columns] for table in KEPT}


@dataclass(frozen=True, slots=True)
class Beside:
    """Rows that stand between the records and a figure, kept with the writes like it: they are put right before it is counted."""

    table: str
    astray: Callable[[Lane], Awaitable[list[tuple[str, int, int]]]]
    mend: Callable[[Lane], Awaitable[int]]


BESIDE: dict[str, tuple[Beside, ...]] = {
    FUNNEL.name: (Beside(CASE_STEP.name, journeys.astray, journeys.mend),),
    WATCHED.name: (Beside(LAPSE.name, lapses.astray, lapses.mend), Beside(WATCH.name, watched.astray, watched.mend)),
}
# Against all that write, not against those who read. What stands beside a figure is written before it, and so locked first.
_LOCK = {
    name: Prepared(
        text(f"LOCK TABLE {', '.join((*(one.table for one in BESIDE.get(name, ())), name))} IN EXCLUSIVE MODE"),
        on_sqlite=select(literal(1)),
    )
    for name in TABLES
}


class SqlFigureKeeper:
    """`domain.figures.doors.FigureKeeper` over either driver."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    async def differing(self) -> Differing:
        async with self._driver.reading(EVERYWHERE) as lane:
            suspect = {str(cell[0]) for cell, _, _ in await _compared(lane, TABLES)}
            for name, its in BESIDE.items():
                suspect |= {name for one in its if await one.astray(lane)}
        found: list[tuple[str, int, int]] = []
        for name in sorted(suspect):
            async with self._driver.writing(EVERYWHERE) as lane:
                await lane.rows(_LOCK[name], {})
                for one in BESIDE.get(name, ()):
                    found += await one.astray(lane)
                found += [(" ".join(map(str, cell)), kept, n) for cell, kept, n in await _compared(lane, (name,))]
        return tuple(found)

    async def rebuild(self) -> tuple[Rebuilt, ...]:
        return tuple([await self._rebuilt(name) for name in TABLES])

    async def _rebuilt(self, name: str) -> Rebuilt:
        async with self._driver.writing(EVERYWHERE) as lane:
            await lane.rows(_LOCK[name], {})
            mended = sum([await one.mend(lane) for one in BESIDE.get(name, ())])
            kept, counted = await _kept(lane, (name,)), await _counted(lane, (name,))
            wrong = sum(kept[cell] != counted[cell] for cell in kept | counted)
            await lane.change(_EMPTY[name], {})
            rows = [dict(zip(_NAMES[name], (*cell[1:], n), strict=True)) for cell, n in sorted(counted.items(), key=str)]
            if rows:
                await lane.many(_FILL[name], rows)
        return Rebuilt(name, len(rows), wrong + mended)


async def _compared(lane: Lane, names: tuple[str, ...]) -> list[tuple[Cell, int, int]]:
    counted, kept = await _counted(lane, names), await _kept(lane, names)
    return [(cell, kept[cell], counted[cell]) for cell in sorted(counted | kept, key=str) if counted[cell] != kept[cell]]


async def _counted(lane: Lane, names: tuple[str, ...]) -> Counter[Cell]:
    counted: Counter[Cell] = Counter()
    for source in SOURCES:
        if not set(names).isdisjoint(source.tables):
            for row in await lane.rows(source.every, {}):
                counted.update(cell for cell in source.cells(*row) if cell[0] in names)
    return counted


async def _kept(lane: Lane, names: tuple[str, ...]) -> Counter[Cell]:
    return Counter({(name, *key): int(n) for name in names for *key, n in await lane.rows(_KEPT[name], {}) if n})
