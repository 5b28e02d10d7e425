"""`python -m benchmarks.reports`: each built-in report over eight years beside an administrator's plain SQL, in turn in one run."""

import argparse
import signal
import statistics
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks import ground, server
from benchmarks.ground import Ground
from domain.identity import Scope
from domain.periods import begin_of, end_of
from domain.recruitment import PARTS
from domain.reports.built_in import REPORTS, Line, ReportCode, Values
from domain.reports.dimensions import CASE, PERSON, Dimension
from domain.reports.made import Wanted
from domain.reports.measures import Measure
from domain.reports.period import Cycle, Period, period_of
from domain.values import StaffId
from service.settings import Settings
from service.usecases.identity import HOUSE_ACTOR
from service.wiring import House, wire
from tests.postgres import NoPostgres

SCREEN = Console(width=120 if not sys.stdout.isatty() else None)
MOST = 3.0
"""A report may take this many times its plain SQL."""
YEARS = {Cycle.year: "2019..2026", Cycle.quarter: "2019-Q1..2026-Q4"}
_M, _D = Measure, Dimension
_STEPPED = "referral_step t JOIN referral r ON r.id = t.referral_id"
# Where a measure is counted, by which moment, what one of it is, and which rows.
PLAIN: Mapping[Measure, tuple[str, str, str, str]] = {
    _M.contacts: ("contact t", "t.at", "count(*)", ""),
    _M.people_registered: ("client t", "t.registered_at", "count(*)", ""),
    _M.returnees_registered: ("client t", "t.registered_at", "count(*)", "t.migration_stage = 'returnee'"),
    _M.cases_opened: ('"case" t', "t.opened_at", "count(*)", ""),
    _M.cases_closed: ('"case" t', "t.closed_at", "count(*)", "t.stage = 'closed'"),
    _M.cases_open: ('"case" t', "", "count(*)", "t.opened_at < $2 AND (t.closed_at IS NULL OR t.closed_at >= $2) AND $1::timestamptz < $2"),
    _M.sessions_held: ("session t", "t.held_at", "count(*)", ""),
    _M.topics_counselled: ("session_topic t JOIN session s ON s.id = t.session_id", "s.held_at", "count(*)", ""),
    _M.people_counselled: ("session t", "t.held_at", "count(DISTINCT t.client_id)", ""),
    _M.screenings: ("screening t", "t.screened_at", "count(*)", ""),
    _M.screenings_indicated: ("screening t", "t.screened_at", "count(*)", "t.outcome = 'strong'"),
    _M.screenings_decided: ("screening t", "t.decided_at", "count(*)", "t.outcome = 'strong'"),
    _M.people_indicated: ("screening t", "t.screened_at", "count(DISTINCT t.client_id)", "t.outcome = 'strong'"),
    _M.plans_approved: ("plan t", "t.approved_at", "count(*)", ""),
    _M.reviews_held: ("review t", "t.held_on", "count(*)", ""),
    _M.reviews_reached: ("review t", "t.held_on", "count(*)", "t.result = 'reached'"),
    _M.referrals_sent: ("referral t", "t.sent_at", "count(*)", ""),
    _M.people_referred: ("referral t", "t.sent_at", "count(DISTINCT t.client_id)", ""),
    _M.referrals_accepted: (_STEPPED, "t.at", "count(DISTINCT r.id)", "t.step = 'accept'"),
    _M.referrals_declined: (_STEPPED, "t.at", "count(DISTINCT r.id)", "t.step = 'decline'"),
    _M.referrals_unanswered: (_STEPPED, "t.at", "count(DISTINCT r.id)", "t.step = 'expire'"),
    _M.referrals_completed: (_STEPPED, "t.at", "count(DISTINCT r.id)", "t.step IN ('complete', 'close')"),
    _M.people_served: (_STEPPED, "t.at", "count(DISTINCT r.client_id)", "t.step IN ('start_service', 'complete', 'close')"),
    _M.incoming_received: ("incoming t", "t.came_at", "count(*)", ""),
    _M.outreach_held: ("outreach_session t", "t.day", "count(*)", ""),
    _M.attendances: ("outreach_session t", "t.day", "sum(t.female), sum(t.male), sum(t.transgender)", ""),
    _M.attendances_under_18: ("outreach_session t", "t.day", "sum(t.under_18)", ""),
    _M.tasks_done: ("task t", "t.done_at", "count(*)", ""),
}
DAYS = ("t.day", "t.held_on")
_SUMS = " + ".join(f"coalesce({name}, 0)" for name in PARTS)
VALUES: Mapping[Values, str] = {
    Values.earnings: "SELECT country, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY "
    f"({_SUMS}) / (income * rate / 100.0)) FROM job_abroad WHERE income > 0 AND year BETWEEN $1 AND $2 GROUP BY country"
}
"""Of those that are computed, the one that a report consists of."""
OF_CLIENT = {_D.sex: "gender", _D.district: "district", _D.migration_stage: "migration_stage"}
OWN = {_D.event: "t.kind", _D.channel: "t.channel", _D.instrument: "t.instrument", _D.topic: "t.topic"}


SHARED = """INSERT INTO case_project (case_id, project_id, centre, client_id, percent)
SELECT id, $1, centre, client_id, 40 FROM "case" WHERE get_byte(uuid_send(id), 15) % 3 = 0 ON CONFLICT DO NOTHING"""
"""A third of the made-up cases are two fifths a project's."""


def plain(line: Line, *, of_project: bool = False) -> str:
    """As an administrator would write it; of a split by two, both in one group-by. `$3` is a project."""
    table, at, counts, where = PLAIN[line.measure]
    r = "r" if "referral r" in table else "t"
    conditions = [one for one in (where, f"{at} >= $1 AND {at} < $2" if at else "") if one]
    conditions += [f"{_column(by, line, r, at)} = ANY (ARRAY[{', '.join(map(repr, its))}])" for by, its in line.only]
    wanted = [by for by in (*line.splits, *(by for by, _ in line.only)) if not (line.measure is _M.attendances and by is _D.sex)]
    if any(by in CASE for by in wanted) and not table.startswith('"case"'):
        table += f' JOIN "case" c ON c.id = {r}.case_id'
    if any(by in PERSON for by in wanted) and not table.startswith(("client", "outreach")):
        table += f" JOIN client p ON p.id = {r}.client_id"
    if line.kinds:
        table += f" JOIN partner k ON k.id = {r}.partner_id"
        conditions.append(f"k.kind IN ({', '.join(repr(one.value) for one in line.kinds)})")
    if of_project:
        table += _share(table, r)
        counts += ", sum(s.percent)"
    keys = [_column(by, line, r, at) for by in line.splits if not (line.measure is _M.attendances and by is _D.sex)]
    group = f" GROUP BY {', '.join(keys)}" if keys else ""
    return f"SELECT {', '.join([*keys, counts])} FROM {table} WHERE {' AND '.join(conditions)}{group}"


def _share(table: str, r: str) -> str:
    """Joined to what is a project's: an outreach session, or a case and what belongs to it."""
    its = f"case_project s ON s.case_id = {r}.case_id"
    if table.startswith('"case"'):
        its = "case_project s ON s.case_id = t.id"
    elif table.startswith("outreach"):
        its = "session_project s ON s.session_id = t.id"
    return f" JOIN {its} AND s.project_id = $3"


def _column(by: Dimension, line: Line, r: str, at: str) -> str:
    table = PLAIN[line.measure][0]
    person = "t" if table.startswith(("client", "outreach")) else "p"
    if by is _D.age:
        return f"width_bucket(extract(year FROM {at}) - {person}.birth_year - 1, ARRAY[0, 18, 25, 35, 60]::numeric[])"
    if by is _D.province:
        return f"substr({person}.district, 1, 3)"
    if by in OF_CLIENT:
        return f"{person}.{OF_CLIENT[by]}"
    if by in CASE:
        return f"{'t' if table.startswith(chr(34)) else 'c'}.{'kind' if by is _D.case_kind else by.value}"
    return OWN.get(by) or f"{r}.{'partner_id' if by is _D.partner else by.value}"


async def _plainly(connection: "asyncpg.Connection[asyncpg.Record]", code: ReportCode, period: Period, project: UUID | None) -> float:
    since, until = begin_of(period.first), end_of(period.last)
    began = time.perf_counter()
    for line in (one for section in REPORTS[code].sections for one in section.lines):
        days = PLAIN[line.measure][1] in DAYS
        ends = (_day(one) if days else one for one in (since, until))
        await connection.fetch(plain(line, of_project=project is not None), *ends, *([project] if project else []))
    for section in REPORTS[code].sections:
        if section.values in VALUES:
            await connection.fetch(VALUES[section.values], since.year, until.year)
    return (time.perf_counter() - began) * 1000


def _day(at: datetime) -> object:
    return at.date()


async def _ours(house: House, code: ReportCode, period: Period, project: UUID | None) -> float:
    async with house.database.work.looking(HOUSE_ACTOR) as work:
        centres = tuple(one.code for one in await work.staff.centres() if one.serves)
    began = time.perf_counter()
    await house.usecases.reports.counted(HOUSE_ACTOR, Scope(centres, StaffId(HOUSE_ACTOR.id)), Wanted(code, period, False, project))
    return (time.perf_counter() - began) * 1000


async def measured(its: Ground, rounds: int) -> list[tuple[str, float, float]]:
    house = wire(Settings(database_url=its.environment["MRC_DATABASE_URL"], data_dir=Path(its.environment["MRC_DATA_DIR"])))
    connection, made = await asyncpg.connect(its.admin_url), []
    try:
        begun = await connection.fetchval("SELECT id FROM project ORDER BY code LIMIT 1")
        await connection.execute(SHARED, begun)
        await connection.execute("VACUUM ANALYZE case_project")
        for code, report in REPORTS.items():
            project = begun if report.of_project else None
            period = period_of(YEARS[Cycle.year if Cycle.year in report.cycles else Cycle.quarter])
            asked = code, period, project
            both = [(await _ours(house, *asked), await _plainly(connection, *asked)) for _ in range(rounds + 1)][1:]
            made.append((code.value, *(statistics.median(one[side] for one in both) for side in (0, 1))))
    finally:
        await connection.close()
        await house.close()
    return made


async def run(options: argparse.Namespace) -> None:
    with server.running() as database:
        its = await ground.prepare(database, options.clients, options.again)
        found = await measured(its, options.rounds)
    table = Table(title=f"{its.clients:,} clients; each report over eight years, ms")
    for title in ("report", "ours", "plain SQL", "times"):
        table.add_column(title, justify="left" if title == "report" else "right")
    for name, ours, plainly in found:
        table.add_row(name, f"{ours:,.0f}", f"{plainly:,.0f}", f"{ours / plainly:.2f}")
    SCREEN.print(table)
    if late := [name for name, ours, plainly in found if ours > MOST * plainly]:
        SCREEN.print(f"More than {MOST} times the plain SQL: {', '.join(late)}.")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports", description=__doc__)
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--again", action="store_true", help="on a server of yours (MRC_BENCH_DATABASE_URL): the people of the run before")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        uvloop.run(run(parser.parse_args()))
    except NoPostgres as why:
        raise SystemExit(f"{type(why).__name__}: {why}") from None


if __name__ == "__main__":
    main()
