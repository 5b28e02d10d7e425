"""Jobs abroad on pages: those of a client, each with its form, and one more."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.clients import ClientView
from domain.countries import choices, country_name
from domain.errors import NotFound, Refusal, Stale
from domain.identity import Act
from domain.recruitment import EARLIEST, MOST, PAISA, PARTS, PKR, JobView, Paid, Told, paisa
from domain.values import ClientId
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, Form, uuid_of
from service.web.people import Names, names

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True)
class JobsPage:
    """`countries` by code, in the order of their names."""

    client: ClientView
    jobs: tuple[JobView, ...]
    names: Names
    stale: bool
    parts: tuple[str, ...] = PARTS
    ways: tuple[Paid, ...] = tuple(Paid)
    countries: tuple[tuple[str, str], ...] = choices()

    @staticmethod
    def named(code: str) -> str:
        return country_name(code)


async def _page(visit: Visit, id: ClientId, again: Again = NOTHING, status: int = 200, *, stale: bool = False) -> Response:
    client, jobs = await visit.use.clients.get(visit.actor, id), await visit.use.recruitment.of_client(visit.actor, id)
    view = JobsPage(client, jobs, await names(visit), stale)
    return visit.show("jobs", view, again=again, status=status)


def _told(form: Form) -> Told:
    if not form.raw("year"):
        form.needed("year")
    sums = {name: form.number(name, 0, MOST) for name in (*PARTS, "income")}
    currency = form.line("currency", 3).upper() or PKR
    return Told(
        country=form.needed("country", 3),
        year=form.number("year", EARLIEST, 2200) or EARLIEST,
        paid=form.choice("paid", Paid) or Paid.not_known,
        currency=currency,
        rate=form.read("rate", paisa, PAISA) if currency != PKR else PAISA,
        words=form.prose("words"),
        **sums,
    )


@router.get("/clients/{id}/jobs", **acts(Act.see_client))
async def of_client(visit: Visiting, id: UUID) -> Response:
    return await _page(visit, ClientId(id))


@router.post("/clients/{id}/jobs", **acts(Act.change_client))
async def write(visit: Visiting, id: UUID) -> Response:
    """One more, or, with its id and the version that the form showed, one that is changed."""
    form, use, job = visit.form, visit.use.recruitment, uuid_of(visit.form.raw("job"))
    told, seen = _told(form), form.number("version", 1, 10**9) or 0
    try:
        form.check()
        if job is None:
            await use.add(visit.actor, visit.once(), ClientId(id), told)
        else:
            await use.change(visit.actor, job, seen, told)
    except NotFound:
        raise
    except Refusal as refusal:
        again = form.again(f"job-{job}" if job else "job", refusal)
        return await _page(visit, ClientId(id), again, status_of(refusal), stale=isinstance(refusal, Stale))
    return visit.go(f"/clients/{id}/jobs", "job")
