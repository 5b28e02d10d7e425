"""What is looked after in good time: cases untouched, uncounselled, without a plan or a review, consents that end, time to closing."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from domain.case_doors import CaseLine
from domain.errors import NotFound
from domain.figures.quality import ConsentEnds, Ending, QualityDashboard, Watched, WatchedCase
from domain.identity import Act
from domain.values import CentreCode
from service.usecases.watching import MOST
from service.web.catalogue import Words
from service.web.charts import Bar, bars
from service.web.edge import PageRoute, Visit, Visiting, acts
from service.web.figure_pages import Number, lasted, ways
from service.web.figure_period import MONTHS, Choice, choice, months_ready, status, within
from service.web.labels_watch import ENDING, UNDECIDED, WATCHED, WATCHED_AFTER
from service.web.sheet import worded
from service.web.times import day_said

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True)
class Watch:
    name: str
    n: Number


@dataclass(frozen=True, slots=True)
class TookRow:
    name: str
    n: int
    bar: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A case, and the day since which it is so, in words."""

    case: CaseLine
    since: str


@dataclass(frozen=True, slots=True)
class Ends:
    """A consent, and its last day in words."""

    consent: ConsentEnds
    day: str


@dataclass(frozen=True, slots=True)
class QualityPage:
    """`oldest` are for whoever may see cases."""

    told: QualityDashboard
    rows: tuple[Watch, ...]
    took: tuple[TookRow, ...]
    median: str
    most: str
    oldest: tuple[Line, ...]
    ways: tuple[tuple[str, str], ...]
    centres: tuple[CentreCode, ...]
    centre: CentreCode | None
    period: Choice


@dataclass(frozen=True, slots=True)
class CasesPage:
    cases: tuple[Line, ...]
    which: str
    most: int = MOST


@dataclass(frozen=True, slots=True)
class ConsentsPage:
    consents: tuple[Ends, ...]
    which: str
    most: int = MOST


def _rows(words: Words, told: QualityDashboard, centre: str, *, lists: bool) -> tuple[Watch, ...]:
    at = {"centre": centre} if centre else {}

    def way(n: int, path: str, **asked: str) -> Number:
        return Number(n, f"{path}?{urlencode({**asked, **at})}" if n and lists else "")

    cases = [
        Watch(words(WATCHED_AFTER[one.what], n=one.after), way(one.n, "/figures/quality/cases", what=one.what)) for one in told.watched
    ]
    ends = {Ending.ending: told.consents_ending, Ending.ended: told.consents_ended}
    consents = [Watch(words(ENDING[which]), way(n, "/figures/quality/consents", which=which)) for which, n in ends.items()]
    undecided = Number(told.undecided, "/board?all=1#undecided" if told.undecided and lists else "")
    return (*cases, Watch(words(UNDECIDED), undecided), *consents)


def _lines(words: Words, found: tuple[WatchedCase, ...]) -> tuple[Line, ...]:
    shown = worded(tuple(one.case for one in found))
    return tuple(Line(case, day_said(words, one.since)) for one, case in zip(found, shown, strict=True))


def _at(visit: Visit, centre: str) -> CentreCode | None:
    return CentreCode(centre) if centre in visit.actor.centres else None


@router.get("/figures/quality", **acts(Act.see_dashboards))
async def quality(visit: Visiting, centre: str = "") -> Response:
    wanted, lists, words = _at(visit, centre), visit.actor.may(Act.approve_referral), visit.frame.words
    told, again = await within(visit, MONTHS, lambda first, last: visit.use.watching.quality(visit.actor, wanted, first, last))
    oldest = _lines(words, await visit.use.watching.oldest(visit.actor, wanted)) if lists else ()
    drawn = bars([one.n for one in told.closing])
    took = tuple(TookRow(lasted(words, one.at_most), one.n, (bar,)) for one, bar in zip(told.closing, drawn, strict=True))
    half, most = lasted(words, told.closing_median), lasted(words, told.closing_most)
    rows = _rows(words, told, wanted or "", lists=lists)
    chosen = choice(visit, MONTHS, (told.first, told.last), again, months_ready(told.as_of), wanted)
    page = QualityPage(told, rows, took, half, most, oldest, ways(visit), visit.actor.centres, wanted, chosen)
    return visit.show("figures_quality", page, again=again, status=status(again))


@router.get("/figures/quality/cases", **acts(Act.approve_referral))
async def cases(visit: Visiting, what: str = Watched.untouched.value, centre: str = "") -> Response:
    if what not in set(Watched):
        raise NotFound()
    found = await visit.use.watching.watched(visit.actor, _at(visit, centre), Watched(what))
    return visit.show("figures_quality_cases", CasesPage(_lines(visit.frame.words, found), WATCHED[Watched(what)]))


@router.get("/figures/quality/consents", **acts(Act.approve_referral))
async def consents(visit: Visiting, which: str = Ending.ending.value, centre: str = "") -> Response:
    if which not in set(Ending):
        raise NotFound()
    found = await visit.use.watching.consents_ending(visit.actor, _at(visit, centre), Ending(which))
    shown = tuple(Ends(one, day_said(visit.frame.words, one.valid_to)) for one in found)
    return visit.show("figures_quality_consents", ConsentsPage(shown, ENDING[Ending(which)]))
