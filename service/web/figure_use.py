"""Whether the system is used: what the people of a centre record in it, and where somebody may need help."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from domain.figures.use import MOST_WEEKS, WEEKS, Done, UseDashboard, WrittenDown
from domain.identity import Act
from domain.values import CentreCode
from service.web.catalogue import Words, mark
from service.web.charts import Bar, bars
from service.web.edge import PageRoute, Visit, Visiting, acts
from service.web.figure_pages import NOTHING, shared, ways
from service.web.figure_period import FORM, Choice, Field, linked, status, told_or_usual
from service.web.forms import Again, Form
from service.web.labels_fields import FIELDS
from service.web.times import day_said

router = APIRouter(route_class=PageRoute)
READY = (WEEKS, 2 * WEEKS, MOST_WEEKS)
_ANY = 999_999
"""Which number of weeks is right, the rule says."""


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
    period: Choice


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


def _period(visit: Visit, shown: int, again: Again, centre: CentreCode | None) -> Choice:
    words = visit.frame.words
    ready = (linked(visit, words.many("{n} week", "{n} weeks", n), {"weeks": str(n)}, centre, shown=n == shown) for n in READY)
    typed = again.value(FORM, "weeks") or str(shown)
    return Choice((Field("weeks", "weeks", FIELDS["weeks"], typed),), tuple(ready), most=MOST_WEEKS)


@router.get("/figures/use", **acts(Act.see_dashboards))
async def use(visit: Visiting, centre: str = "", weeks: str = "") -> Response:
    wanted, words, form = CentreCode(centre) if centre in visit.actor.centres else None, visit.frame.words, Form({"weeks": (weeks,)})
    asked = form.number("weeks", 0, _ANY)
    told, again = await told_or_usual(
        form,
        lambda: visit.use.reporting.use(visit.actor, wanted, WEEKS if asked is None else asked),
        lambda: visit.use.reporting.use(visit.actor, wanted, WEEKS),
    )
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
        period=_period(visit, told.weeks, again, wanted),
    )
    return visit.show("figures_use", page, again=again, status=status(again))
