"""What somebody was told, and the page of their own on which it stands: the one that their day begins with.

Decision. Context: notices stood on the day of those who hold cases, and analysts and administrators, who have none, were told by mail or
not at all. Choice: one table says where each role's day begins, and the news stands on that page, whichever it is. A partner's people have
none: what concerns them is their queue. Price: a page that is some roles' first and other roles' tenth asks for news only for the former.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from domain.identity import Act, Actor
from domain.referrals.steps import State
from domain.reporting import Notice
from service.web import guard
from service.web.edge import PageRoute, Visit, Visiting, acts
from service.web.forms import known
from service.web.labels import label
from service.web.labels_notices import NOTICES

router = APIRouter(route_class=PageRoute)
SHOWN, KEPT = 10, 100
BEGINS: tuple[tuple[Act, str], ...] = (
    (Act.see_cases, "/my-cases"),
    (Act.see_dashboards, "/figures"),
    (Act.see_partner_queue, "/queue"),
)
"""By what a role may do first of these; whoever may do none of them begins with their account."""
TO = (
    ("disclosure_", "/cases/{}/disclosures"),
    ("plan_", "/cases/{}/plan"),
    ("case_assigned", "/cases/{}"),
    ("task_assigned", "/cases/{}"),
    ("screening_strong", "/cases/{}"),
    ("incoming_", "/incoming/{}"),
    ("transfer_", "/transfers/{}"),
    ("research_", "/evidence/{}"),
    ("policy_", "/policy/{}"),
    ("export_", "/exports/{}"),
    ("agreement_ending", "/partners/{}"),
    ("invitation_failed", "/invitations"),
    ("report_ready", "/reports/scheduled"),
    ("glass_broken", "/glass"),
    *(
        (kind, "/referrals/{}")
        for kind in ("referral_", "deletion_", "approval_asked", "delivery_given_up", "letter_asked", "partner_untold")
    ),
)
"""Where a notice leads, by the beginning of its kind."""
TO_PARTNER = "/partners/{}"
"""Where one leads for the administrator, who is told of partners and sees no referral."""


@dataclass(frozen=True, slots=True)
class NoticeLine:
    says: str
    href: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class Unread:
    """The latest lines of so many."""

    lines: tuple[NoticeLine, ...]
    n: int


@dataclass(frozen=True, slots=True)
class NewsPage:
    unread: Unread
    read: tuple[NoticeLine, ...]
    most: int = KEPT


def begins(actor: Actor) -> str:
    """The page a role's day begins with; who owes a second factor begins there."""
    if actor.must_take_factor:
        return "/me/second-factor"
    return next((page for act, page in BEGINS if actor.may(act)), "/me")


def way_of(kind: str) -> str:
    """With a place for what it is about; empty where it leads nowhere."""
    return next((way for start, way in TO if kind.startswith(start)), "")


def unread(visit: Visit, notices: Sequence[Notice]) -> Unread:
    return Unread(_lines(visit, notices[:SHOWN]), len(notices))


async def news(visit: Visit, here: str) -> Unread:
    """None where the reader's day does not begin here."""
    return unread(visit, await visit.use.news.of(visit.actor) if begins(visit.actor) == here else ())


@router.get("/news", **acts(Act.keep_account))
async def everything(visit: Visiting) -> Response:
    """What is not read yet, and what was."""
    told, read = await visit.use.news.of(visit.actor), await visit.use.news.read_by(visit.actor, KEPT)
    return visit.show("news", NewsPage(unread(visit, told), _lines(visit, read)))


@router.post("/news/reading", **acts(Act.keep_account))
async def reading(visit: Visiting) -> Response:
    """Puts away what the form showed: what came meanwhile stays."""
    await visit.use.news.read(visit.actor, visit.form.ids("shown"))
    return visit.go(guard.own_path(visit.form.raw("back") or begins(visit.actor)), "news")


def _lines(visit: Visit, notices: Iterable[Notice]) -> tuple[NoticeLine, ...]:
    return tuple(_line(visit, notice) for notice in notices)


def _line(visit: Visit, notice: Notice) -> NoticeLine:
    words, kind = visit.frame.words, notice.kind
    state = known(kind.removeprefix("referral_"), State)
    says = words(NOTICES["referral_moved"], state=words(label(state))) if state else words(NOTICES.get(kind, NOTICES["other"]))
    way = TO_PARTNER if visit.actor.may(Act.run_partners) else way_of(kind)
    return NoticeLine(says, way.format(notice.subject), notice)
