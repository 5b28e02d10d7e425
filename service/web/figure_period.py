"""Which period a page of figures is of: two months, two quarters or a number of weeks, chosen by a form whose address can be passed on.

Decision. Context: a period is worth passing on and says nothing of anybody, and a page has to show something where it was mistyped. Choice:
it travels in the address, as the API has it (`from`, `to`, `weeks`); what cannot be read, or ends before it begins, is shown again with its
fault and 422, above the usual period, which the page names. Quarters are chosen among those of eight years and what the address says;
asking each centre for its first one would be a statement more for each look. Price: a young centre is offered quarters before its time,
and finds them empty.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from domain.errors import Invalid
from domain.periods import Quarter, last_months, last_quarters, month, this_year
from domain.values import CentreCode, day_of
from service.web.catalogue import mark
from service.web.edge import Visit
from service.web.forms import NOTHING, Again, Form
from service.web.labels_fields import FIELDS

T = TypeVar("T")
FORM = "period"
LISTED = 8 * 4
"""So many quarters can be chosen."""
Span = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Ends:
    """A period by its first and its last. `begin` and `end` are what they are called in the form, since a fault is told by that name."""

    begin: str
    end: str
    read: Callable[[str], str]
    listed: int = 0

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """Each in the form, and in the address."""
        return (self.begin, "from"), (self.end, "to")


def _quarter(text: str) -> str:
    try:
        return str(Quarter.parse(text))
    except Invalid:
        raise Invalid(mark("Choose one of the list.")) from None


MONTHS = Ends("begin", "end", month)
QUARTERS = Ends("first", "last", _quarter, LISTED)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the choice: what it is called in the form, in the address and to the reader, and what stands in it."""

    id: str
    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A period that is a link away; the one that is shown is none."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Choice:
    """How the period of a page is chosen. Quarters are `listed`, the latest first; months are typed, and so are weeks, at most
    `most`. What was chosen is `kept` where only the centre is chosen anew."""

    fields: tuple[Field, ...]
    ready: tuple[Ready, ...]
    listed: tuple[str, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    most: int = 0


async def told_or_usual(
    form: Form, tell: Callable[[], Awaitable[T]], usual: Callable[[], Awaitable[T]], called: tuple[tuple[str, str], ...] = ()
) -> tuple[T, Again]:
    """What is asked for; where that cannot be told, the usual with what stood against it."""
    try:
        form.check()
        return await tell(), NOTHING
    except Invalid as refusal:
        again = form.again(FORM, refusal, {name: id for id, name in called})
        return await usual(), replace(again, next=mark("What stands below is of the usual period."))


def status(again: Again) -> int:
    return 422 if again.faults else 200


async def within(visit: Visit, ends: Ends, tell: Callable[[str | None, str | None], Awaitable[T]]) -> tuple[T, Again]:
    """The figures of the period that the address names, of the usual one where it names none."""
    asked = visit.request.query_params
    form = Form({id: (asked[name],) for id, name in ends.named if name in asked})
    first, last = form.read(ends.begin, ends.read, None), form.read(ends.end, ends.read, None)
    return await told_or_usual(form, lambda: tell(first, last), lambda: tell(None, None), ends.named)


def choice(visit: Visit, ends: Ends, shown: Span, again: Again, ready: Iterable[tuple[str, Span]], centre: CentreCode | None) -> Choice:
    named = zip(ends.named, shown, strict=True)
    fields = tuple(Field(id, name, FIELDS[id], again.value(FORM, id, value) or value) for (id, name), value in named)
    asked = any(visit.request.query_params.get(name) for _, name in ends.named)
    kept = tuple((one.name, one.value) for one in fields) if asked and not again.faults else ()
    links = tuple(linked(visit, name, {"from": span[0], "to": span[1]}, centre, shown=span == shown) for name, span in ready)
    return Choice(fields, links, _listed(visit.frame.at, ends, fields), kept)


def linked(visit: Visit, name: str, asked: dict[str, str], centre: CentreCode | None, *, shown: bool) -> Ready:
    its = {**asked, "centre": centre} if centre else asked
    return Ready(name, "" if shown else f"{visit.frame.path}?{urlencode(its)}")


def _listed(at: datetime, ends: Ends, fields: Iterable[Field]) -> tuple[str, ...]:
    """Also what is shown or was typed and is none of them: a list that leaves it out would say another."""
    if not ends.listed:
        return ()
    now = Quarter.of(day_of(at)).number
    usual = (str(Quarter(now - back)) for back in range(ends.listed))
    return tuple(dict.fromkeys((*usual, *(one.value for one in fields))))


def months_ready(at: datetime) -> tuple[tuple[str, Span], ...]:
    return (mark("This year"), this_year(at)), (mark("The last twelve months and this one"), last_months(at, 12))


def quarters_ready(at: datetime) -> tuple[tuple[str, Span], ...]:
    return (mark("This quarter and the last"), last_quarters(at, 2)), (mark("The last four quarters"), last_quarters(at, 4))
