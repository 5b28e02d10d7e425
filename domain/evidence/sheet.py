"""A release as CSV: what it is, the heading, the row of HXL tags, the lines; no cell is one that a spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.evidence.anonymity import K
from domain.evidence.columns import ANY, Column
from domain.evidence.tables import Cells
from domain.values import day_of, no_formula

SUPPRESSED = "suppressed"
TAGS: Mapping[Column, str] = {
    Column.gender: "#group+type",
    Column.age: "#group+name",
    Column.province: "#adm1+code",
    Column.migration_stage: "#beneficiary+type",
    Column.registered: "#date+occurred",
    Column.case_kind: "#activity+type",
    Column.risk: "#severity+type",
    Column.outcome: "#status+name",
}
"""Tags of HXL 1.1 with attributes that it lists for them."""


@dataclass(frozen=True, slots=True)
class About:
    """What stands above the lines, so that the file says by itself how it may be read."""

    number: str
    centre: str
    period: str
    as_of: datetime
    k: int
    diversity: int | None
    suppressed: int
    withheld: int
    without_consent: int


def about_so_many(n: int) -> str:
    """How many were left out: never a small number, and none that two releases could be subtracted by."""
    if n == 0:
        return "0"
    return f"1-{K - 1}" if n < K else f"at least {n // 10 * 10}"


def _written(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([no_formula(str(cell)) for cell in row] for row in rows)
    return out.getvalue()


def _above(about: About) -> list[Sequence[object]]:
    besides = f", l = {about.diversity}" if about.diversity else "; cells below k and what would give them away are suppressed"
    promise = f"k = {about.k}{besides}"
    return [
        [f"Release {about.number}, centre {about.centre}"],
        [f"People, exact, registered {about.period}, as of {day_of(about.as_of)}; those who consented to research"],
        [promise],
        [f"Left out: without consent {about_so_many(about.without_consent)}"],
    ]


def of_lines(columns: Sequence[Column], body: Sequence[Sequence[str]], about: About) -> str:
    left = f"; suppressed {about_so_many(about.suppressed)}; withheld {about_so_many(about.withheld)}"
    above = _above(about)
    above[-1] = [f"{above[-1][0]}{left}"]
    head: list[Sequence[object]] = [["id", *columns], ["#meta+id", *(TAGS[column] for column in columns)]]
    return _written([*above, *head, *body])


def of_synthetic(columns: Sequence[Column], body: Sequence[Sequence[str]], about: About, promise: str) -> str:
    """Lines without names: none of them is anybody."""
    above: list[Sequence[object]] = [
        [f"Release {about.number}, centre {about.centre}"],
        ["Synthetic: no line is a person"],
        [f"Made from people who consented to research, registered {about.period}, as of {day_of(about.as_of)}"],
        [promise],
    ]
    return _written([*above, list(columns), [TAGS[column] for column in columns], *body])


def of_table(columns: Sequence[Column], cells: Cells, about: About) -> str:
    """A margin says `*` where it runs over all values."""
    head: list[Sequence[object]] = [[*columns, "people"], [*(TAGS[column] for column in columns), "#reached+ind"]]
    order = sorted(cells, key=lambda cell: [(node == ANY, node) for node in cell])
    return _written([*_above(about), *head, *([*cell, SUPPRESSED if (n := cells[cell]) is None else n] for cell in order)])
