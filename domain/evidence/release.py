"""One release: made under a request, the same file for whoever fetches it, and kept as counts against which later ones are held.

Decision. Context: what was released is asked for again, and making it anew from records that went on changing would be another release.
Choice: the file itself is kept, sealed for the house, until its request ends being of use; its lines carry random names that no other
release has, in an order that is theirs. Nowhere is it written which client a line is. Price: nobody can say afterwards in which releases
a client stands; from when a consent was given and withdrawn it can be told in which they may.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from domain.errors import Conflict, Invalid
from domain.events import Event
from domain.evidence import sheet
from domain.evidence.anonymity import RULE, Anonymous, Line, Nodes, Rule, anonymous
from domain.evidence.columns import KNOWN_TO_OTHERS, SENSITIVE, Column, Period, base
from domain.evidence.differencing import Published, meet, published_cells, published_lines, settled_cells, settled_lines
from domain.evidence.source import Source
from domain.evidence.synthetic import DELTA, LEAST, Synthesizer, Utility, in_plain_words, utility
from domain.evidence.tables import Protection, counted
from domain.identity import Actor
from domain.values import CentreCode, ReleaseId, ResearchId, StaffId

WIDEST = 3
"""A table over more columns is cells of a few, nearly all of them blank."""


class Shape(StrEnum):
    """Lines of people, counts, or lines that are nobody's."""

    lines = "lines"
    table = "table"
    synthetic = "synthetic"


class TooFew(Conflict):
    """Too few people consented to research in these quarters: nothing can be shown without showing them."""

    next = "Take more quarters or fewer columns."


class BadColumns(Invalid):
    """These columns are not those of the request, or more than a table takes."""

    next = "Choose one to three columns of the request."


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceReleased(Event):
    pass


@dataclass(slots=True)
class Release:
    """`counts` are all numbers that a reader of it has; `suppressed` stand in no line because they would be known, `withheld` because an
    earlier release tells."""

    id: ReleaseId
    centre: CentreCode
    request_id: ResearchId
    number: str
    shape: Shape
    columns: tuple[Column, ...]
    first: str
    last: str
    made_by: StaffId
    made_at: datetime
    rows: int
    suppressed: int
    withheld: int
    without_consent: int
    fingerprint: str
    counts: tuple[tuple[Nodes, int | None], ...]
    file: str
    epsilon: int | None = None
    utility: Utility | None = None

    @property
    def published(self) -> Published:
        return Published(self.number, Period.of(self.first, self.last, date.max), self.columns, self.shape is Shape.lines, self.counts)

    def made(self) -> EvidenceReleased:
        return EvidenceReleased(at=self.made_at, by=self.made_by, centre=self.centre, subject=self.id, fields=tuple(self.columns))


@dataclass(frozen=True, slots=True)
class Making:
    """What a release is made of besides people. `name` gives a random name for a line."""

    id: ReleaseId
    centre: CentreCode
    request_id: ResearchId
    number: str
    columns: tuple[Column, ...]
    period: Period
    earlier: tuple[Published, ...]
    by: Actor
    at: datetime
    name: Callable[[], str]
    rule: Rule = RULE


def released_lines(its: Making, source: Source) -> Release:
    """An extract. Raises TooFew, ShapesMixed, EarlierReleaseTells."""
    known = tuple(column for column in its.columns if column in KNOWN_TO_OTHERS)
    told = tuple(column for column in its.columns if column in SENSITIVE)
    rows = [Line(base(one, known), base(one, told)) for one in source.people]
    made: Anonymous = anonymous(rows, known, its.rule)
    if not made.lines:
        raise TooFew()
    columns = (*known, *told)
    new = published_lines(its.number, its.period, columns, made.lines)
    lines = settled_lines(made.lines, new, its.earlier, its.rule.k)
    counts = published_lines(its.number, its.period, columns, lines).cells
    body = sorted((its.name(), *line.known, *line.told) for line in lines)
    about = _about(its, Shape.lines, source, made.suppressed, len(made.lines) - len(lines))
    return _release(its, Shape.lines, columns, counts, source, sheet.of_lines(columns, body, about), len(lines), made.suppressed, about)


def released_table(its: Making, source: Source) -> Release:
    """Counts of people with their margins. Raises BadColumns, TooFew, ShapesMixed, EarlierReleaseTells."""
    if not 1 <= len(its.columns) <= WIDEST:
        raise BadColumns(field="columns")
    cells = counted([base(one, its.columns) for one in source.people])
    if len(source.people) < its.rule.k:
        raise TooFew()
    new = published_cells(its.number, its.period, its.columns, cells)
    made = settled_cells(cells, new, its.earlier, Protection(its.rule.k))
    counts = published_cells(its.number, its.period, its.columns, made).cells
    blank = sum(n is None for n in made.values())
    about = _about(its, Shape.table, source, 0, 0)
    return _release(its, Shape.table, its.columns, counts, source, sheet.of_table(its.columns, made, about), len(made), blank, about)


def released_synthetic(its: Making, source: Source, epsilon: int, engine: Synthesizer) -> Release:
    """Lines that are nobody's; none, and no utility, where the noise drowned them all. Its noise protects it beside other releases, so
    it is held against none. Raises TooFew, NoSynthesizer."""
    true = [base(one, its.columns) for one in source.people]
    if len(true) < LEAST:
        raise TooFew()
    lines = sorted(engine.made(its.columns, true, epsilon, DELTA))
    about = _about(its, Shape.synthetic, source, 0, 0)
    file = sheet.of_synthetic(its.columns, lines, about, f"epsilon = {epsilon}, delta = {DELTA:f}: {in_plain_words(epsilon)}")
    made = _release(its, Shape.synthetic, its.columns, (), source, file, len(lines), 0, about)
    made.epsilon, made.utility = epsilon, utility(its.columns, true, lines) if lines else None
    return made


def spent(period: Period, earlier: Sequence[Release]) -> int:
    """What synthetic releases about some of these quarters took of the budget."""
    return sum(one.epsilon or 0 for one in earlier if meet(period, one.published.period))


def _about(its: Making, shape: Shape, source: Source, suppressed: int, withheld: int) -> sheet.About:
    return sheet.About(
        number=its.number,
        centre=its.centre,
        period=str(its.period),
        as_of=its.at,
        k=its.rule.k,
        diversity=its.rule.diversity if shape is Shape.lines else None,
        suppressed=suppressed,
        withheld=withheld,
        without_consent=source.without_consent,
    )


def _release(
    its: Making,
    shape: Shape,
    columns: tuple[Column, ...],
    counts: Sequence[tuple[Nodes, int | None]],
    source: Source,
    file: str,
    rows: int,
    suppressed: int,
    about: sheet.About,
) -> Release:
    return Release(
        id=its.id,
        centre=its.centre,
        request_id=its.request_id,
        number=its.number,
        shape=shape,
        columns=columns,
        first=str(its.period.first),
        last=str(its.period.last),
        made_by=StaffId(its.by.id),
        made_at=its.at,
        rows=rows,
        suppressed=suppressed,
        withheld=about.withheld,
        without_consent=source.without_consent,
        fingerprint=sha256(file.encode()).hexdigest(),
        counts=tuple(counts),
        file=file,
    )


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """Without the file and its counts. What was left out is told as it is in the file: never a number below k."""

    id: ReleaseId
    request_id: ResearchId
    centre: CentreCode
    number: str
    shape: Shape
    columns: tuple[Column, ...]
    first: str
    last: str
    made_by: StaffId
    made_at: datetime
    rows: int
    suppressed: str
    withheld: str
    without_consent: str
    fingerprint: str
    epsilon: int | None
    utility: Utility | None

    @classmethod
    def of(cls, it: Release) -> "ReleaseView":
        return cls(
            id=it.id,
            request_id=it.request_id,
            centre=it.centre,
            number=it.number,
            shape=it.shape,
            columns=it.columns,
            first=it.first,
            last=it.last,
            made_by=it.made_by,
            made_at=it.made_at,
            rows=it.rows,
            suppressed=str(it.suppressed) if it.shape is Shape.table else sheet.about_so_many(it.suppressed),
            withheld=sheet.about_so_many(it.withheld),
            without_consent=sheet.about_so_many(it.without_consent),
            fingerprint=it.fingerprint,
            epsilon=it.epsilon,
            utility=it.utility,
        )
