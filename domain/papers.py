"""What may stand on paper: the letter that goes with a referral, and the summary and the plan that a client takes home."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from domain.cases import Case
from domain.clients import Client, Names
from domain.consent import Consent, Purpose, shared_with
from domain.counselling import Session, SessionChannel, Task
from domain.errors import Conflict, Unavailable
from domain.identity import Sensitivity
from domain.partners.agreements import Agreement, agreed
from domain.partners.directory import Service
from domain.partners.places import Address
from domain.plans.content import ActionState, Agreed, Owner
from domain.plans.record import Plan
from domain.referrals.packet import Behind, CentreContact, Packet, packet, parts
from domain.referrals.record import Allowed, Referral
from domain.referrals.steps import LIVE
from domain.values import FieldGroup, Language, StaffId, day_of

PAPER_LANGUAGES = (Language.urdu, Language.pashto, Language.english)


class NotUnderWay(Conflict):
    """No letter may leave: this referral has not been sent, or it has ended."""

    next = "Send it first; where it has ended, try another partner."


class NotOnPaper(Conflict):
    """The plan of a restricted case is not printed: whoever finds it must learn nothing from it."""

    next = "Go through it together on the screen."


class NoPrinter(Unavailable):
    """No PDF can be made on this machine."""

    next = "Print the page from the browser instead."


class PrinterBusy(Unavailable):
    """This paper could not be printed in time."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The packet as it leaves on paper, and by whose word: consents and agreements in force at that moment."""

    packet: Packet
    groups: tuple[FieldGroup, ...]
    partner: str
    service: str
    address: Address | None
    consents: tuple[Consent, ...]
    agreements: tuple[Agreement, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """One action: `who` by name, none where it is the client's own."""

    title: str
    owner: Owner
    who: str
    due_on: date
    done: bool


@dataclass(frozen=True, slots=True)
class PlanPaper:
    """What is to be reached, and who does what for it by when. No kind of need, no word of the client, no money: others may find it."""

    number: str
    names: Names
    centre: CentreContact
    version: int
    goals: tuple[tuple[str, tuple[Promise, ...]], ...]
    agreed: Agreed | None
    at: datetime


def plan_paper(plan: Plan, case: Case, client: Client, called: dict[UUID, str], centre: CentreContact, at: datetime) -> PlanPaper:
    """`called` names colleagues and partners. Dropped actions are left out. Raises NotOnPaper."""
    if not Sensitivity.normal is case.sensitivity is client.sensitivity:
        raise NotOnPaper()
    goals = tuple(
        (
            goal.title,
            tuple(
                Promise(one.title, one.owner, called.get(one.who, "") if one.who else "", one.due_on, one.state is ActionState.done)
                for one in goal.actions
                if one.state is not ActionState.dropped
            ),
        )
        for goal in plan.content.goals()
    )
    return PlanPaper(case.number, client.names, centre, plan.number, goals, plan.content.agreed, at)


@dataclass(frozen=True, slots=True)
class Leave:
    """What lets data leave for one partner: the client's consents and the agreements with the partner, live or not."""

    consents: tuple[Consent, ...]
    agreements: tuple[Agreement, ...]


def letter(
    referral: Referral, behind: Behind, leave: Leave, *, partner: str, service: Service | None, centre: CentreContact, at: datetime
) -> Letter:
    """The same fields as the partner's system would get now, and where the client is to go. Raises NotUnderWay, NoConsent, NoAgreement."""
    if referral.state not in LIVE:
        raise NotUnderWay()
    may = Allowed(shared_with(referral.partner_id, leave.consents, at), agreed(list(leave.agreements), day_of(at)))
    may.check(())
    groups = tuple(part.group for part in parts(referral.field_groups, behind, may) if part.stays is None)
    return Letter(
        packet=packet(referral, behind, may, centre),
        groups=groups,
        partner=partner,
        service=service.name if service else "",
        address=service.address if service else None,
        consents=tuple(
            one for one in leave.consents if one.purpose is Purpose.share and one.partner_id == referral.partner_id and one.live(at)
        ),
        agreements=tuple(one for one in leave.agreements if one.in_force(day_of(at))),
        at=at,
    )


@dataclass(frozen=True, slots=True)
class Met:
    """One session as its client knows it: when, how, with whom, about what; nothing of the note."""

    at: datetime
    channel: SessionChannel
    by: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    due_on: date
    done: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """A partner who was asked to help, when it expects the client, and where. Never at a hidden address: others may find this paper."""

    partner: str
    appointment_at: datetime | None
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """`guarded`: the paper names no subject, no partner and no step, for whoever finds it must learn nothing from it."""

    number: str
    names: Names
    centre: CentreContact
    helpers: tuple[str, ...]
    sessions: tuple[Met, ...]
    steps: tuple[Step, ...]
    sent: tuple[Sent, ...]
    follow_ups: tuple[date, ...]
    guarded: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Story:
    """All that a summary may draw on; which of it is printed is decided here and nowhere else."""

    case: Case
    client: Client
    sessions: tuple[Session, ...]
    tasks: tuple[Task, ...]
    sent: tuple[Sent, ...]
    staff: dict[StaffId, str]


def summary(story: Story, centre: CentreContact, at: datetime) -> CaseSummary:
    """For the client's own hands: what was done together and what comes next. No note, no screening, no number of a card."""
    case = story.case
    guarded = case.sensitivity is not Sensitivity.normal or story.client.sensitivity is not Sensitivity.normal
    held = sorted(story.sessions, key=lambda one: one.held_at)
    helpers = dict.fromkeys(story.staff.get(id, "") for id in (case.counsellor_id, *(one.held_by for one in held)))
    return CaseSummary(
        number=case.number,
        names=story.client.names,
        centre=centre,
        helpers=tuple(name for name in helpers if name),
        sessions=tuple(Met(one.held_at, one.channel, story.staff.get(one.held_by, ""), () if guarded else one.topics) for one in held),
        steps=() if guarded else tuple(Step(one.title, one.due_on, one.done_at is not None) for one in story.tasks),
        sent=() if guarded else story.sent,
        follow_ups=tuple(sorted({one.follow_up_on for one in held if one.follow_up_on and one.follow_up_on >= day_of(at)})),
        guarded=guarded,
        at=at,
    )


def paper_language(spoken: tuple[Language, ...], chosen: Language | None) -> Language:
    """The chosen one, or the first that the client speaks and papers are written in; Urdu for everybody else."""
    return chosen or next((one for one in spoken if one in PAPER_LANGUAGES), Language.urdu)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper as one page of HTML that needs nothing from anywhere; `policy` lets a browser take its own style and nothing else."""

    html: str
    policy: str


class Typesetter(Protocol):
    """Sets a paper in a language."""

    def letter(self, letter: Letter, language: Language) -> Sheet: ...
    def summary(self, summary: CaseSummary, language: Language) -> Sheet: ...
    def plan(self, plan: PlanPaper, language: Language) -> Sheet: ...


class Printer(Protocol):
    async def pdf(self, html: str) -> bytes:
        """Fetches nothing, from no network and no disk. Raises NoPrinter, PrinterBusy."""
        ...
