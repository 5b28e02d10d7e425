"""Disclosure under a legal duty: a reasoned act of two people that stands beside consent and never in its place.

Decision. Context: a law may oblige a centre to tell an authority, whatever the client allowed; what a client says must never notify
anybody by itself. Choice: a record of its own. One answers for asking, another for confirming, and that something was handed over is
written by hand as a third act; no packet, message or notice leaves because of it, and no consent or agreement is read or made by it. The
data-protection officer is told at the first and at the last. Price: what was handed over is known from the record alone, as it is with
paper.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from domain import reference
from domain.cases import Case, OutOfStep, ReasonNeeded
from domain.errors import Invalid
from domain.events import Event, Tell
from domain.identity import Actor, Role, Scope, TwoPeople
from domain.reference import LegalNote
from domain.values import CaseId, CentreCode, ClientId, DisclosureId, FieldGroup, PartnerId, StaffId, day_of


class DisclosureState(StrEnum):
    asked = "asked"
    confirmed = "confirmed"
    refused = "refused"
    handed_over = "handed_over"


class DisclosureStep(StrEnum):
    confirm = "confirm"
    refuse = "refuse"
    hand_over = "hand_over"


class Handing(StrEnum):
    """How it was handed over."""

    in_person = "in_person"
    letter = "letter"
    telephone = "telephone"
    electronic = "electronic"


@cache
def laws() -> Mapping[str, LegalNote]:
    """The notes that name a section of a law, by code. A note says what a law is about, not that it obliges anybody here."""
    return MappingProxyType({code: note for code, note in reference.legal_notes().items() if note.law and note.section})


STEPS: dict[DisclosureStep, tuple[DisclosureState, DisclosureState]] = {
    DisclosureStep.confirm: (DisclosureState.asked, DisclosureState.confirmed),
    DisclosureStep.refuse: (DisclosureState.asked, DisclosureState.refused),
    DisclosureStep.hand_over: (DisclosureState.confirmed, DisclosureState.handed_over),
}
DECIDERS = (Role.supervisor, Role.centre_manager)


class LawNeeded(Invalid):
    """A disclosure names the law that obliges us."""

    next = "Choose one of the list, or write the law and its section."


class OneRecipient(Invalid):
    """A disclosure goes to one partner or to one named authority."""

    next = "Choose the partner, or write the name of the authority, not both."


class NothingNamed(Invalid):
    """A disclosure names what may be handed over."""

    next = "Choose at least one group, and no more than the law asks for."


class ClientUnmentioned(Invalid):
    """It is written down what the client was told, or why they were not."""

    next = "Write it in a sentence."


class HandedWhen(Invalid):
    """It is handed over after it was confirmed, and not on a day to come."""

    next = "Write the day on which it was handed over."


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureAsked(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureMoved(Event):
    to: DisclosureState


@dataclass(frozen=True, slots=True)
class Ground:
    """On what it rests. `law` is a code of the legal notes, else `law_words` name the law; `authority` where it is no partner of ours.

    `client_words` are what the client was told, or why they were not.
    """

    reason: str
    law: str = ""
    law_words: str = ""
    authority: str = ""
    client_told: bool = False
    client_words: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    how: Handing
    to: str
    on: date


@dataclass(frozen=True, slots=True)
class Words:
    """All that is said in one disclosure: its law alone would tell what befell somebody."""

    ground: Ground
    refused_because: str = ""
    handover: Handover | None = None


@dataclass(slots=True)
class Disclosure:
    """`field_groups` is what may be handed over, and no more."""

    id: DisclosureId
    centre: CentreCode
    client_id: ClientId
    case_id: CaseId
    state: DisclosureState
    partner_id: PartnerId | None
    field_groups: tuple[FieldGroup, ...]
    words: Words
    asked_by: StaffId
    asked_at: datetime
    decided_by: StaffId | None = None
    decided_at: datetime | None = None
    handed_by: StaffId | None = None
    handed_at: datetime | None = None
    version: int = 1

    @classmethod
    def ask(
        cls,
        id: DisclosureId,
        case: Case,
        partner: PartnerId | None,
        field_groups: tuple[FieldGroup, ...],
        ground: Ground,
        *,
        by: Actor,
        at: datetime,
        told: Sequence[StaffId],
    ) -> tuple["Disclosure", DisclosureAsked]:
        """`told` are those who may decide, and the officers. Raises LawNeeded, OneRecipient, NothingNamed, ReasonNeeded,
        ClientUnmentioned."""
        _check(ground, partner, field_groups)
        asker = StaffId(by.id)
        made = cls(id, case.centre, case.client_id, case.id, DisclosureState.asked, partner, field_groups, Words(ground), asker, at)
        tells = tuple(Tell(staff=one, kind="disclosure_asked", subject=case.id) for one in dict.fromkeys(told) if one != asker)
        return made, DisclosureAsked(at=at, by=by.id, centre=case.centre, subject=id, client=case.client_id, tells=tells)

    def confirm(self, *, by: Actor, at: datetime) -> DisclosureMoved:
        """Raises OutOfStep, TwoPeople."""
        return self._decided(DisclosureStep.confirm, by, at)

    def refuse(self, because: str, *, by: Actor, at: datetime) -> DisclosureMoved:
        """Raises OutOfStep, TwoPeople, ReasonNeeded."""
        moved = self._decided(DisclosureStep.refuse, by, at)
        if not because:
            raise ReasonNeeded(field="reason")
        self.words = replace(self.words, refused_because=because)
        return moved

    def _decided(self, step: DisclosureStep, by: Actor, at: datetime) -> DisclosureMoved:
        self._fits(step)
        if by.id == self.asked_by:
            raise TwoPeople("Whoever asked for a disclosure cannot decide on it.")
        self.decided_by, self.decided_at = StaffId(by.id), at
        tells = (Tell(staff=self.asked_by, kind=f"disclosure_{STEPS[step][1]}", subject=self.case_id),)
        return self._moved(step, by, at, tells)

    def hand_over(self, handover: Handover, *, by: Actor, at: datetime, officers: Sequence[StaffId]) -> DisclosureMoved:
        """That it was done, by whom and how: nothing leaves by this. Raises OutOfStep, ReasonNeeded, HandedWhen."""
        self._fits(DisclosureStep.hand_over)
        if not handover.to:
            raise ReasonNeeded(field="to")
        if self.decided_at is None or not day_of(self.decided_at) <= handover.on <= day_of(at):
            raise HandedWhen(field="on")
        self.words = replace(self.words, handover=handover)
        self.handed_by, self.handed_at = StaffId(by.id), at
        tells = tuple(Tell(staff=one, kind="disclosure_handed_over", subject=self.case_id) for one in officers)
        return self._moved(DisclosureStep.hand_over, by, at, tells)

    def _fits(self, step: DisclosureStep) -> None:
        if self.state is not STEPS[step][0]:
            raise OutOfStep(self.state, step)

    def _moved(self, step: DisclosureStep, by: Actor, at: datetime, tells: tuple[Tell, ...]) -> DisclosureMoved:
        before, self.state = self.state, STEPS[step][1]
        note = f"{before} -> {self.state}"
        return DisclosureMoved(
            at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id, to=self.state, note=note, tells=tells
        )


def _check(ground: Ground, partner: PartnerId | None, field_groups: tuple[FieldGroup, ...]) -> None:
    if bool(ground.law) == bool(ground.law_words) or (ground.law and ground.law not in laws()):
        raise LawNeeded(field="law")
    if (partner is None) == (not ground.authority):
        raise OneRecipient(field="partner")
    if not field_groups:
        raise NothingNamed(field="field_groups")
    if not ground.reason:
        raise ReasonNeeded(field="reason")
    if not ground.client_words:
        raise ClientUnmentioned(field="client_words")


@dataclass(frozen=True, slots=True)
class DisclosureView:
    """`steps` are those that fit now; whether the reader may take them is asked when they do."""

    id: DisclosureId
    case_id: CaseId
    client_id: ClientId
    centre: CentreCode
    state: DisclosureState
    partner: PartnerId | None
    field_groups: tuple[FieldGroup, ...]
    ground: Ground
    asked_by: StaffId
    asked_at: datetime
    decided_by: StaffId | None
    decided_at: datetime | None
    refused_because: str
    handover: Handover | None
    handed_by: StaffId | None
    handed_at: datetime | None
    steps: tuple[DisclosureStep, ...]
    version: int

    @classmethod
    def of(cls, it: Disclosure) -> "DisclosureView":
        return cls(
            id=it.id,
            case_id=it.case_id,
            client_id=it.client_id,
            centre=it.centre,
            state=it.state,
            partner=it.partner_id,
            field_groups=it.field_groups,
            ground=it.words.ground,
            asked_by=it.asked_by,
            asked_at=it.asked_at,
            decided_by=it.decided_by,
            decided_at=it.decided_at,
            refused_because=it.words.refused_because,
            handover=it.words.handover,
            handed_by=it.handed_by,
            handed_at=it.handed_at,
            steps=tuple(step for step, (stands, _) in STEPS.items() if stands is it.state),
            version=it.version,
        )


class DisclosureRecords(Protocol):
    async def get(self, scope: Scope, id: DisclosureId) -> Disclosure:
        """Held until the transaction ends."""
        ...

    async def add(self, disclosure: Disclosure) -> None: ...
    async def save(self, disclosure: Disclosure) -> None: ...


class DisclosureViews(Protocol):
    async def one(self, scope: Scope, id: DisclosureId) -> Disclosure: ...
    async def of_case(self, scope: Scope, case: CaseId) -> list[Disclosure]: ...

    async def page(self, scope: Scope, limit: int, after: UUID | None) -> list[Disclosure]:
        """Newest first; at most `limit` older than `after`."""
        ...
