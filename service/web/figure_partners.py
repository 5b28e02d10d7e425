"""How partners answer: times, shares and what became of what was sent, by partner and service."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from domain.figures.partners import NO_SERVICE, PartnerDashboard, PartnerLine
from domain.identity import Act
from domain.partners.declining import DeclineCode
from domain.values import CentreCode
from service.web.catalogue import Words, mark
from service.web.charts import KINDS, Bar, stacked
from service.web.edge import PageRoute, Visiting, acts
from service.web.figure_pages import Number, lasted, shared, ways
from service.web.figure_period import QUARTERS, Choice, choice, quarters_ready, status, within
from service.web.referrals import UNSAID

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True)
class Times:
    """Half of them, and nine in ten, took at most so long."""

    n: Number
    median: str
    most: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why so many were declined; no code: the partner gave none."""

    code: DeclineCode | None
    n: Number


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner as a whole, or one of its services."""

    name: str
    whole: bool
    sent: Number
    sign: Times
    answer: Times
    silent: Number
    silent_share: str
    completed: Number
    completed_share: str
    declined: Number
    declined_share: str
    late: Number
    reasons: tuple[Reason, ...]
    bar: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class PartnersPage:
    told: PartnerDashboard
    rows: tuple[PartnerRow, ...]
    ways: tuple[tuple[str, str], ...]
    centres: tuple[CentreCode, ...]
    centre: CentreCode | None
    period: Choice
    kinds: tuple[tuple[str, str], ...] = ((KINDS[0], mark("Completed")), (KINDS[1], mark("Declined")))

    @property
    def declined(self) -> tuple[PartnerRow, ...]:
        return tuple(row for row in self.rows if row.reasons)


@dataclass(frozen=True, slots=True)
class _Ways:
    """To the lists behind the numbers of one line, for whoever may see lists."""

    line: PartnerLine
    period: str
    centre: str
    lists: bool

    def number(self, n: int, **only: str) -> Number:
        its = {"partner": str(self.line.partner_id), **only}
        if not self.line.whole:
            its["service"] = str(self.line.service_id or NO_SERVICE)
        if self.centre:
            its["centre"] = self.centre
        return Number(n, f"/referrals?{urlencode(its)}" if n and self.lists else "")

    def sent(self, n: int, **only: str) -> Number:
        return self.number(n, sent=self.period, **only)


def _row(words: Words, way: _Ways, bar: tuple[Bar, ...]) -> PartnerRow:
    its = way.line
    return PartnerRow(
        name=its.name if its.whole else its.service or words("No service named"),
        whole=its.whole,
        sent=way.sent(its.sent),
        sign=Times(
            way.sent(its.acknowledged, only="acknowledged"), lasted(words, its.acknowledge_median), lasted(words, its.acknowledge_most)
        ),
        answer=Times(way.sent(its.answered, only="answered"), lasted(words, its.answer_median), lasted(words, its.answer_most)),
        silent=way.sent(its.silent, only="silent"),
        silent_share=shared(its.silent_share),
        completed=way.sent(its.completed, state="completed"),
        completed_share=shared(its.completion_share),
        declined=way.sent(its.declined, state="declined"),
        declined_share=shared(its.declined_share),
        late=way.number(its.late, late="1"),
        reasons=tuple(Reason(one.code, way.sent(one.n, declined=one.code.value if one.code else UNSAID)) for one in its.reasons),
        bar=bar,
    )


@router.get("/figures/partners", **acts(Act.see_dashboards))
async def partners(visit: Visiting, centre: str = "") -> Response:
    wanted = CentreCode(centre) if centre in visit.actor.centres else None
    told, again = await within(visit, QUARTERS, lambda first, last: visit.use.reporting.partners(visit.actor, wanted, first, last))
    lists, period = visit.actor.may(Act.see_referrals), f"{told.first}.{told.last}"
    drawn = stacked([(line.completed, line.declined) for line in told.lines])
    rows = tuple(
        _row(visit.frame.words, _Ways(line, period, wanted or "", lists), bar) for line, bar in zip(told.lines, drawn, strict=True)
    )
    chosen = choice(visit, QUARTERS, (told.first, told.last), again, quarters_ready(told.as_of), wanted)
    page = PartnersPage(told, rows, ways(visit), visit.actor.centres, wanted, chosen)
    return visit.show("figures_partners", page, again=again, status=status(again))
