"""Whether the system is used: what the people of a centre record in it, and where somebody may need help."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from domain.figures.use import MOST_WEEKS, WEEKS, Done, UseDashboard, WrittenDown
from domain.identity import Act
from domain.values import CentreCode
from service.web.catalogue import Words, mark
from service.web.charts import Bar, bars
from service.web.edge import PageRoute, Visiting, acts
from service.web.figure_pages import NOTHING, shared, ways
from service.web.times import day_said

router = APIRouter(route_class=PageRoute)
SPANS = (WEEKS, 2 * WEEKS, MOST_WEEKS)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """`signed_in` in words; `weeks` is none of a sum."""

    name: str
    signed_in: str
    weeks: int | None
    done: Done


@dataclass(frozen=True, slots=True)
class DelayRow:
    name: str
    n: int
    share: str
    bar: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class UsePage:
    """`sums` are those of everybody; `people` are none for whoever sees counts alone."""

    told: UseDashboard
    first: str
    people: tuple[PersonRow, ...]
    sums: tuple[PersonRow, ...]
    second_factor: str
    delays: tuple[DelayRow, ...]
    ways: tuple[tuple[str, str], ...]
    centres: tuple[CentreCode, ...]
    centre: CentreCode | None
    spans: tuple[int, ...] = SPANS


def _delays(its: WrittenDown) -> tuple[DelayRow, ...]:
    lines = (
        (mark("On the day itself"), its.same_day, its.same_day_share),
        (mark("Within three days"), its.soon, its.soon_share),
        (mark("Later than that"), its.later, its.later_share),
    )
    drawn = bars([n for _, n, _ in lines])
    return tuple(DelayRow(name, n, shared(share), (bar,)) for (name, n, share), bar in zip(lines, drawn, strict=True))


def _people(words: Words, told: UseDashboard) -> tuple[PersonRow, ...]:
    return tuple(
        PersonRow(one.name, day_said(words, one.signed_in) if one.signed_in else words("never"), one.weeks, one.done) for one in told.people
    )


def _sums(told: UseDashboard) -> tuple[PersonRow, ...]:
    """People who work here no more, or elsewhere, are one line; nobody looks for their names here."""
    others = (PersonRow(mark("People who do not work here now"), "", None, told.others),) if told.others != Done() and told.people else ()
    return (*others, PersonRow(mark("All together"), "", None, told.total))


@router.get("/figures/use", **acts(Act.see_dashboards))
async def use(visit: Visiting, centre: str = "", weeks: str = "") -> Response:
    wanted, words = CentreCode(centre) if centre in visit.actor.centres else None, visit.frame.words
    span = next((one for one in SPANS if str(one) == weeks), WEEKS)
    told = await visit.use.reporting.use(visit.actor, wanted, span)
    page = UsePage(
        told=told,
        first=day_said(words, told.first),
        people=_people(words, told),
        sums=_sums(told),
        second_factor=shared(told.second_factor_share) or NOTHING,
        delays=_delays(told.written),
        ways=ways(visit),
        centres=visit.actor.centres,
        centre=wanted,
    )
    return visit.show("figures_use", page)
