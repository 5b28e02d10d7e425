"""Referring a group in one act: the same is asked for several cases, and decided case by case.

Decision. Context: a returned flight brings thirty people with one need; a consent that is missing must not hold up the others, and must
not be overlooked. Choice: one transaction makes one referral for each case that consent, agreement and the rules let go. It leaves at once,
or asks a supervisor where approval is asked; no drafts are left lying. For each other case nothing is made, and a line says which rule
stood against it and what to do next. The lines are kept: a request sent twice is answered from them, and its writer can look at them again.
Consents of all are held first, in the order of their clients, and referrals after them, as everywhere: two groups, or a group and a
withdrawal, wait for each other but never in a circle. Price: whoever changes one of these records meanwhile waits for the whole group.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.clients import Names
from domain.errors import Conflict, Invalid, NotFound, Refusal
from domain.events import Event
from domain.identity import Actor
from domain.partners.directory import Partner, Service
from domain.referrals.record import Allowed, Referral, ReferralMoved
from domain.referrals.steps import State, Urgency
from domain.referrals.terms import Terms
from domain.values import CaseId, CentreCode, FieldGroup, PartnerId, ReferralId, StaffId

MOST = 200


class Became(StrEnum):
    """What became of one case of a group."""

    sent = "sent"
    submitted = "submitted"
    refused = "refused"


class NobodyChosen(Invalid):
    """No case is chosen."""

    next = "Choose at least one."


class GroupTooLarge(Invalid):
    """At most 200 cases are referred in one act."""

    next = "Choose fewer, and refer the others after them."


class AskedAlready(Conflict):
    """This case has an open referral to this partner already."""

    next = "Open that one; another would ask them twice."


class OutOfReach(NotFound):
    """This case is not among those that you can refer from."""

    next = "Ask the counsellor of the case or a supervisor."


class PartnerPaused(Conflict):
    """This partner takes no referrals at present."""

    next = "Choose another partner."


class NoSuchService(Invalid):
    """This partner offers no such service."""

    next = "Choose among the partner's services."


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRefused(Event):
    """A case of a group was not referred; the note is the rule that stood against it."""


def check_offered(partner: Partner, service: UUID | None, services: Iterable[Service]) -> None:
    """Whether this partner can be asked for this. Raises PartnerPaused, NoSuchService."""
    if not partner.active:
        raise PartnerPaused()
    if service and service not in {one.id for one in services if one.offered}:
        raise NoSuchService(field="service")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAsked:
    """`partner` is an id or a key; the rest is the same for each case."""

    cases: tuple[CaseId, ...]
    partner: str
    service: UUID | None
    reason: str
    urgency: Urgency
    field_groups: tuple[FieldGroup, ...]


def group_of(cases: Iterable[CaseId]) -> tuple[CaseId, ...]:
    """Each once. Raises NobodyChosen, GroupTooLarge."""
    its = tuple(dict.fromkeys(cases))
    if not its:
        raise NobodyChosen(field="cases")
    if len(its) > MOST:
        raise GroupTooLarge(field="cases")
    return its


def leave(
    referral: Referral,
    open_ones: Sequence[Referral],
    *,
    by: Actor,
    at: datetime,
    allowed: Allowed,
    approvers: tuple[StaffId, ...],
    terms: Terms,
) -> ReferralMoved:
    """The first step of a new one: sent, or a supervisor asked. Raises AskedAlready, NoConsent, NoAgreement."""
    if any(one.case_id == referral.case_id for one in open_ones):
        raise AskedAlready()
    if referral.approval_needed or allowed.approval:
        return referral.submit(by=by, at=at, allowed=allowed, approvers=approvers)
    return referral.send(by=by, at=at, allowed=allowed, terms=terms)


@dataclass(frozen=True, slots=True)
class GroupLine:
    """What became of one case; the words are our own, about rules and groups of fields."""

    id: UUID
    group_id: UUID
    centre: CentreCode
    case_id: CaseId
    partner_id: PartnerId
    made_by: StaffId
    made_at: datetime
    became: Became
    referral_id: ReferralId | None = None
    rule: str = ""
    says: str = ""
    next: str = ""

    def made(self, referral: Referral) -> "GroupLine":
        became = Became.submitted if referral.state is State.awaiting_approval else Became.sent
        return replace(self, became=became, referral_id=referral.id)

    def refused(self, refusal: Refusal) -> "GroupLine":
        return replace(self, became=Became.refused, rule=refusal.rule, says=str(refusal), next=refusal.next)


@dataclass(frozen=True, slots=True)
class GroupItem:
    """One case in the answer: its referral, or the rule that stood against it and what to do next."""

    case: CaseId
    became: Became
    referral: ReferralId | None
    rule: str
    says: str
    next: str


@dataclass(frozen=True, slots=True)
class GroupView:
    id: UUID
    partner: PartnerId
    items: tuple[GroupItem, ...]
    sent: int
    submitted: int
    refused: int

    @classmethod
    def of(cls, lines: Sequence[GroupLine]) -> "GroupView":
        """Of at least one line."""
        items = tuple(GroupItem(one.case_id, one.became, one.referral_id, one.rule, one.says, one.next) for one in lines)
        count = {kind: sum(one.became is kind for one in items) for kind in Became}
        return cls(lines[0].group_id, lines[0].partner_id, items, count[Became.sent], count[Became.submitted], count[Became.refused])


@dataclass(frozen=True, slots=True)
class Member:
    """One case of a group before it is referred: what its client lets this partner see, of what an agreement covers."""

    case: CaseId
    number: str
    names: Names
    groups: tuple[FieldGroup, ...]
    approval_needed: bool


class GroupRecords(Protocol):
    async def add(self, record: GroupLine) -> None: ...

    async def lines(self, group: UUID, made_by: StaffId) -> list[GroupLine]:
        """In the order in which they were asked for; none for somebody else's."""
        ...
