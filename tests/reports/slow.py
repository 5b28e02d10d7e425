"""Every measure counted row by row in plain Python, from the tables as they lie: by the definitions, not by the statements."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import select

from adapters.database.lanes import EVERYWHERE, Driver
from adapters.database.statements import Prepared
from adapters.database.tables import METADATA
from domain.reports.dimensions import Dimension
from domain.reports.measures import Measure
from domain.reports.question import Question

TABLES = (
    "client",
    "contact",
    "case",
    "session",
    "screening",
    "plan",
    "referral",
    "referral_step",
    "incoming",
    "outreach_session",
    "task",
    "review",
    "job_abroad",
    "session_topic",
    "case_project",
    "session_project",
)
Row = dict[str, Any]
_M = Measure


async def load(driver: Driver) -> dict[str, list[Row]]:
    found = {}
    async with driver.reading(EVERYWHERE) as lane:
        for name in TABLES:
            table = METADATA.tables[name]
            rows = await lane.rows(Prepared(select(*table.columns)), {})
            found[name] = [dict(zip(table.columns.keys(), row, strict=True)) for row in rows]
    return found


def _local(at: datetime | date) -> date:
    return (at.astimezone(UTC) + timedelta(hours=5)).date() if isinstance(at, datetime) else at


class Slow:
    """`events` of a measure are (row, moment or none, how many); the rest is looked up from the row."""

    def __init__(self, tables: dict[str, list[Row]], centres: tuple[str, ...]) -> None:
        self.tables = {name: [row for row in rows if row["centre"] in centres] for name, rows in tables.items()}
        self.clients = {row["id"]: row for row in tables["client"]}
        self.cases = {row["id"]: row for row in tables["case"]}
        self.referrals = {row["id"]: row for row in tables["referral"]}
        sessions = {row["id"]: row for row in tables["session"]}
        self.tables["session_topic"] = [{**sessions[it["session_id"]], **it} for it in self.tables["session_topic"]]
        self._of_cases = _grouped(tables["case_project"], "case_id")
        self._of_sessions = _grouped(tables["session_project"], "session_id")

    def earnings(self, first: int, last: int) -> dict[str, tuple[int, float]]:
        """By country: of how many jobs both sums are known, and the median of cost over income."""
        found: dict[str, list[float]] = {}
        for row in self.tables["job_abroad"]:
            parts = [row[name] for name in ("agent", "visa", "ticket", "medical", "other") if row[name] is not None]
            if first <= row["year"] <= last and parts and row["income"]:
                found.setdefault(row["country"], []).append(round(sum(parts) / ((row["income"] * row["rate"] + 50) // 100), 2))
        return {country: (len(its), round(median(its), 2)) for country, its in found.items()}

    def scores(self, first: date, last: date, name: str) -> dict[str, tuple[int, float]]:
        """By round: how many scores of this name, and their mean."""
        found: dict[str, list[int]] = {}
        for row in self.tables["review"]:
            if first <= row["held_on"] <= last and row[name] is not None:
                found.setdefault(row["round"], []).append(row[name])
        return {round: (len(its), sum(its) / len(its) / 100) for round, its in found.items()}

    def count(self, question: Question) -> dict[tuple[str, ...], int]:
        events: Iterable[tuple[Row, Any, int]] = [one for one in self._events(question) if self._wanted(*one[:2], question)]
        if question.measure.value.startswith("people_") and question.measure is not _M.people_registered:
            events = _first(events)
        found: Counter[tuple[str, ...]] = Counter()
        for row, at, n in events:
            found[tuple(self._value(by, row, at, question) for by in question.splits)] += n
        return {keys: n for keys, n in found.items() if n}

    def _wanted(self, row: Row, at: Any, question: Question) -> bool:
        narrowed = all(self._value(by, row, at, question) in its for by, its in question.only)
        return narrowed and (question.project is None or self.percent(row, question.project) > 0)

    def percent(self, row: Row, project: Any) -> int:
        """The share of a project in the case or the session that this is of."""
        return sum(one["percent"] for one in self._shares(row) if one["project_id"] == project)

    def _shares(self, row: Row) -> list[Row]:
        if "day" in row:
            return self._of_sessions.get(row["id"], [])
        return self._of_cases.get(row.get("case_id") or row["id"], [])

    def _greatest(self, row: Row) -> Any:
        its = [(-one["percent"], one["project_id"]) for one in self._shares(row)]
        return min(its)[1] if its else None

    def shares(self, question: Question) -> int:
        """Of a project: the sum of its shares in all that is counted, in hundredths. For what is counted as often as it comes."""
        return sum(n * self.percent(row, question.project) for row, at, n in self._events(question) if self._wanted(row, at, question))

    def _events(self, question: Question) -> Iterator[tuple[Row, Any, int]]:
        inside = _inside(question)
        end = date(int(question.last[:4]), int(question.last[5:]), 1)
        if question.measure is _M.cases_open:
            for row in self.tables["case"]:
                if _month(row["opened_at"]) <= question.last and (row["closed_at"] is None or _month(row["closed_at"]) > question.last):
                    yield row, end, 1
            return
        for row, at, n in self._all(question.measure):
            if at is not None and inside(at) and _local(at) <= _local(datetime.now(UTC)):
                yield row, at, n

    def _all(self, measure: Measure) -> Iterator[tuple[Row, Any, int]]:
        plain: dict[Measure, tuple[str, str, Callable[[Row], bool]]] = {
            _M.contacts: ("contact", "at", lambda _: True),
            _M.people_in_touch: ("contact", "at", lambda it: it["client_id"] is not None),
            _M.people_registered: ("client", "registered_at", lambda _: True),
            _M.returnees_registered: ("client", "registered_at", lambda it: it["migration_stage"] == "returnee"),
            _M.cases_opened: ("case", "opened_at", lambda _: True),
            _M.cases_closed: ("case", "closed_at", lambda it: it["stage"] == "closed"),
            _M.sessions_held: ("session", "held_at", lambda _: True),
            _M.topics_counselled: ("session_topic", "held_at", lambda _: True),
            _M.people_counselled: ("session", "held_at", lambda _: True),
            _M.screenings: ("screening", "screened_at", lambda _: True),
            _M.screenings_indicated: ("screening", "screened_at", lambda it: it["outcome"] == "strong"),
            _M.screenings_decided: ("screening", "decided_at", lambda it: it["outcome"] == "strong"),
            _M.people_indicated: ("screening", "screened_at", lambda it: it["outcome"] == "strong"),
            _M.plans_approved: ("plan", "approved_at", lambda _: True),
            _M.reviews_held: ("review", "held_on", lambda _: True),
            _M.reviews_reached: ("review", "held_on", lambda it: it["result"] == "reached"),
            _M.referrals_sent: ("referral", "sent_at", lambda _: True),
            _M.people_referred: ("referral", "sent_at", lambda _: True),
            _M.incoming_received: ("incoming", "came_at", lambda _: True),
            _M.outreach_held: ("outreach_session", "day", lambda _: True),
            _M.tasks_done: ("task", "done_at", lambda _: True),
        }
        steps = {
            _M.referrals_accepted: ("accept",),
            _M.referrals_declined: ("decline",),
            _M.referrals_unanswered: ("expire",),
            _M.referrals_completed: ("complete", "close"),
            _M.people_served: ("start_service", "complete", "close"),
        }
        if measure in plain:
            name, at, fits = plain[measure]
            yield from ((row, row[at], 1) for row in self.tables[name] if fits(row))
        elif measure in steps:
            taken = sorted((it for it in self.tables["referral_step"] if it["step"] in steps[measure]), key=lambda it: (it["at"], it["id"]))
            seen: set[Any] = set()
            for it in taken:
                if measure is _M.people_served or it["referral_id"] not in seen:
                    seen.add(it["referral_id"])
                    yield {**self.referrals[it["referral_id"]], "id": it["id"]}, it["at"], 1
        else:
            yield from self._heads(children=measure is _M.attendances_under_18)

    def _heads(self, *, children: bool) -> Iterator[tuple[Row, Any, int]]:
        for row in self.tables["outreach_session"]:
            for name in ("under_18",) if children else ("female", "male", "transgender"):
                yield {**row, "sex": name}, row["day"], row[name] or 0

    def _value(self, by: Dimension, row: Row, at: datetime | date, question: Question) -> str:
        day = _local(at)
        client = self.clients.get(row.get("client_id") or row["id"], {})
        case = self.cases.get(row.get("case_id") or row["id"], {})
        district = row["district"] if "district" in row else client.get("district")
        looked: dict[Dimension, Callable[[], Any]] = {
            Dimension.month: lambda: f"{day.year}-{day.month:02d}",
            Dimension.quarter: lambda: f"{day.year}-Q{(day.month + 2) // 3}",
            Dimension.year: lambda: day.year,
            Dimension.centre: lambda: row["centre"],
            Dimension.sex: lambda: row["sex"] if "sex" in row else client["gender"],
            Dimension.age: lambda: _band(client["birth_year"], day.year, question.bands),
            Dimension.province: lambda: district and district[:3],
            Dimension.district: lambda: district,
            Dimension.migration_stage: lambda: client["migration_stage"],
            Dimension.case_kind: lambda: case["kind"],
            Dimension.risk: lambda: case["risk"],
            Dimension.stage: lambda: case["stage"],
            Dimension.outcome: lambda: case["outcome"],
            Dimension.country: lambda: case["country"],
            Dimension.counsellor: lambda: next(row[name] for name in _WHO if name in row),
            Dimension.partner: lambda: row["partner_id"],
            Dimension.service: lambda: row["service_id"],
            Dimension.channel: lambda: row["channel"],
            Dimension.topic: lambda: row["topic"],
            Dimension.urgency: lambda: row["urgency"],
            Dimension.state: lambda: row["state"],
            Dimension.round: lambda: row["round"],
            Dimension.instrument: lambda: row["instrument"],
            Dimension.event: lambda: row["kind"],
            Dimension.project: lambda: self._greatest(row),
            Dimension.decline_code: lambda: row["decline_code"],
        }
        return str(looked[by]() or "unknown")


_WHO = ("taken_by", "registered_by", "counsellor_id", "held_by", "screened_by", "written_by", "assignee_id")


def _grouped(rows: list[Row], name: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(row[name], []).append(row)
    return found


def _month(at: datetime | date) -> str:
    return f"{_local(at):%Y-%m}"


def _inside(question: Question) -> Callable[[Any], bool]:
    return lambda at: question.first <= _month(at) <= question.last


def _first(events: Iterable[tuple[Row, Any, int]]) -> Iterator[tuple[Row, Any, int]]:
    seen: set[Any] = set()
    for row, at, n in sorted(events, key=lambda it: (it[1], it[0]["id"])):
        if row["client_id"] not in seen:
            seen.add(row["client_id"])
            yield row, at, n


def _band(born: int | None, year: int, bounds: tuple[int, ...]) -> str | None:
    if born is None:
        return None
    age = max(0, year - born - 1)
    low = max(bound for bound in bounds if bound <= age)
    higher = [bound for bound in bounds if bound > age]
    return f"{low}-{min(higher) - 1}" if higher else f"{low}+"
