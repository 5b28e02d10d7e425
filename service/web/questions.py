"""The report builder on pages: what can be counted, a question as an address that can be passed on, its answer, and what was saved.

Decision. Context: a question is worth keeping and passing on, and holds nothing about anybody. Choice: it travels in the address, as the
searches of the referral desk do; first the count is chosen, then only what fits it is offered, so that no script is needed. A file may
leave the centre, so in a file small cells are held back from everybody. Price: two pages before the first answer.
"""

from dataclasses import asdict, dataclass, fields, replace
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from domain.errors import Refusal
from domain.identity import Act
from domain.reports.dimensions import BANDS, Dimension
from domain.reports.measures import MEASURES, Counts, Defined, Measure
from domain.reports.question import COUNTS_ONLY, Answer, Question, bands_of
from domain.reports.saved import ANSWERS_FOR, SavedView
from domain.reports.sheet import FileKind
from domain.values import CentreCode
from service.web.answer_book import book
from service.web.answered import Namer, Table, table
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.figure_pages import ways
from service.web.forms import NOTHING, Again, Form, known
from service.web.labels import label
from service.web.people import Names, names

router = APIRouter(route_class=PageRoute)
FORM = "ask"


@dataclass(frozen=True, slots=True)
class Typed:
    """A question as it stands in the address, nothing of it read yet."""

    measure: str = ""
    first: str = ""
    second: str = ""
    begin: str = ""
    end: str = ""
    bands: str = ""
    centre: str = ""

    @classmethod
    def of(cls, form: Form) -> "Typed":
        return cls(**{one.name: form.raw(one.name) for one in fields(cls)})

    @property
    def known(self) -> bool:
        """Whether it says what to count."""
        return known(self.measure, Measure) is not None

    @property
    def form(self) -> Form:
        return Form({name: (value,) for name, value in asdict(self).items()})

    @property
    def said(self) -> tuple[tuple[str, str], ...]:
        """What was said, for an address."""
        return tuple((name, value) for name, value in asdict(self).items() if value)


Asked = Annotated[Typed, Depends()]


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be counted, by what one of it is."""

    groups: tuple[tuple[str, tuple[tuple[str, Defined], ...]], ...]
    ways: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Built:
    """`asked` is the question as it was typed, for the form, the file and the saving; no `answer` where it was refused."""

    measure: Measure
    its: Defined
    asked: tuple[tuple[str, str], ...]
    answer: Answer | None
    table: Table | None
    counts_only: bool
    centres: tuple[CentreCode, ...]
    ways: tuple[tuple[str, str], ...]

    @property
    def typed(self) -> dict[str, str]:
        return dict(self.asked)

    @property
    def ages(self) -> bool:
        """Whether bands can be chosen."""
        return Dimension.age in self.its.fits and not self.counts_only

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """Each kind of file and its address."""
        return tuple((label(kind), "/reports/answer?" + urlencode((*self.asked, ("kind", kind.value)))) for kind in FileKind)


@dataclass(frozen=True, slots=True)
class Kept:
    """One saved question: where it leads, and whether this reader may remove it."""

    its: SavedView
    measure: str
    href: str
    removable: bool


@dataclass(frozen=True, slots=True)
class SavedPage:
    kept: tuple[Kept, ...]
    names: Names
    ways: tuple[tuple[str, str], ...]


def _read(form: Form) -> Question:
    """Raises NotComplete, BadBands."""
    splits = [one for name in ("first", "second") if (one := form.choice(name, Dimension))]
    centre = form.raw("centre")
    measure = form.chosen("measure", Measure)
    form.check()
    centres = (CentreCode(centre),) if centre else ()
    return Question(measure, tuple(splits), form.raw("begin"), form.raw("end"), bands_of(form.raw("bands")), centres)


_FIELDS = {"first": "begin", "last": "end"}
"""A month is called first or last in a question; in the address these are the two splits."""


def _dated(visit: Visit, typed: Typed) -> Typed:
    """With the usual months where none were said."""
    begin, end = visit.use.questions.usual(visit.actor)
    return replace(typed, begin=typed.begin or begin, end=typed.end or end)


async def _built(visit: Visit, typed: Typed, again: Again = NOTHING, status: int = 200) -> Response:
    measure, form = Measure(typed.measure), typed.form
    answer = shown = None
    try:
        answer = await visit.use.questions.ask(visit.actor, _read(form))
        namer = Namer(visit.frame.words, await names(visit), await visit.use.questions.named(visit.actor))
        shown = table(answer, visit.frame.words, namer)
    except Refusal as refusal:
        again, status = (form.again(FORM, refusal, _FIELDS), status_of(refusal)) if again is NOTHING else (again, status)
    only = visit.actor.role in COUNTS_ONLY
    view = Built(measure, MEASURES[measure], typed.said, answer, shown, only, visit.actor.centres, ways(visit))
    return visit.show("reports_build", view, again=again, status=status)


@router.get("/reports/build", **acts(Act.build_report))
async def build(visit: Visiting, typed: Asked) -> Response:
    if not typed.known:
        groups = tuple((label(kind), tuple((one.value, its) for one, its in MEASURES.items() if its.counts is kind)) for kind in Counts)
        return visit.show("reports_choice", Choice(groups, ways(visit)))
    return await _built(visit, _dated(visit, typed))


@router.get("/reports/answer", **acts(Act.build_report))
async def file(visit: Visiting, typed: Asked, kind: str = "") -> Response:
    if not typed.known:
        return visit.go("/reports/build")
    answer = await visit.use.questions.ask(visit.actor, _read(_dated(visit, typed).form), leaves=True)
    namer = Namer(visit.frame.words, await names(visit), await visit.use.questions.named(visit.actor))
    return visit.hand_table(await visit.use.sheets.made(book(answer, visit.frame.words, namer), known(kind, FileKind) or FileKind.excel))


@router.get("/reports/saved", **acts(Act.build_report))
async def saved(visit: Visiting) -> Response:
    found = await visit.use.questions.saved(visit.actor)
    leads = visit.actor.role in ANSWERS_FOR
    kept = tuple(
        Kept(one, MEASURES[one.question.measure].name, _href(one.question), one.owner == visit.actor.id or (one.shared and leads))
        for one in found
    )
    return visit.show("reports_saved", SavedPage(kept, await names(visit), ways(visit)))


def _href(question: Question) -> str:
    splits = dict(zip(("first", "second"), (one.value for one in question.splits), strict=False))
    bands = {} if question.bands == BANDS else {"bands": " ".join(map(str, question.bands))}
    centre = {"centre": question.centres[0]} if question.centres else {}
    return "/reports/build?" + urlencode(
        {"measure": question.measure.value, **splits, "begin": question.first, "end": question.last, **bands, **centre}
    )


@router.post("/reports/saved", **acts(Act.build_report))
async def save(visit: Visiting) -> Response:
    form = visit.form
    name, shared = form.needed("name", 100), form.raw("shared_with")
    try:
        question = _read(form)
        await visit.use.questions.save(visit.actor, visit.once(), name, question, shared_with=CentreCode(shared) if shared else None)
    except Refusal as refusal:
        typed = Typed.of(form)
        if not typed.known:
            raise
        return await _built(visit, _dated(visit, typed), form.again("save", refusal, _FIELDS), status_of(refusal))
    return visit.go("/reports/saved", "question-saved")


@router.post("/reports/saved/{id}/removal", **acts(Act.build_report))
async def remove(visit: Visiting, id: UUID) -> Response:
    await visit.use.questions.remove(visit.actor, visit.once(), id)
    return visit.go("/reports/saved", "question-removed")
