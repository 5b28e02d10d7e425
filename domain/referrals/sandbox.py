"""A made-up referral for a partner to try its system with: an invented person, the true steps, clocks, notices and packet.

Decision. Context: a partner must see the whole way before a real person is on it, and a made-up client among the real ones would be
counted, found, screened for duplicates and exported. Choice: a record of its own that holds one `Referral` as plain data under no client
and no case; the same table of steps moves it, the same clock winds it, the same function puts its packet together, and what it says leaves
through the same outbox, marked. Price: approval, consent and agreement, which protect a person, are taken for granted here; and its state
is kept sealed as one piece, so nothing but this can count it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.clients import Client, MigrationStage, Names, Particulars
from domain.errors import Conflict
from domain.events import Event
from domain.identity import Actor, Sensitivity
from domain.partners.declining import DeclineCode
from domain.partners.exchange import AnswerStep
from domain.partners.times import EXPIRY
from domain.referrals.answered import Answered
from domain.referrals.packet import Behind, CentreContact, Packet, packet
from domain.referrals.record import Allowed, Referral, Said
from domain.referrals.steps import HouseStep, StaffStep, State, Step, Urgency
from domain.values import HOUSE, CaseId, ClientId, FieldGroup, Gender, Language, PartnerId, Phone, ReferralId, StaffId

PREFIX = "sandbox-"
"""How each made-up reference begins, so that no real one can be taken for it, nor it for a real one."""
KEPT = timedelta(days=14)
MOST = 20
GROUPS = (FieldGroup.identity, FieldGroup.contact, FieldGroup.migration, FieldGroup.narrative)
_NOBODY = StaffId(UUID(int=0))
_CENTRE = CentreContact("Sandbox of the Migrant Resource Centres", "")
# The family name says what they are, in every system that it is copied to. The numbers are of a range that no network of Pakistan has.
PEOPLE = (
    ("Bilal Sandbox", "بلال نمونہ", Gender.male, 1996, Language.urdu, "He came back last month and asks for help with a shop."),
    ("Nasreen Sandbox", "نسرین نمونہ", Gender.female, 1988, Language.punjabi, "She came back with two children and looks for work."),
    ("Gul Sandbox", "گل نمونہ", Gender.male, 2001, Language.pashto, "He wants to learn a trade before he decides whether to go."),
    ("Sana Sandbox", "ثنا نمونہ", Gender.female, 1999, Language.sindhi, "She was not paid abroad and asks for legal advice."),
)


class CentreStep(StrEnum):
    """What the partner can ask the made-up centre to do."""

    answer = "answer"
    withdraw = "withdraw"
    recall = "recall"


NOTHING = Said()
_CENTRES: Mapping[CentreStep, tuple[Step, Said]] = {
    CentreStep.answer: (StaffStep.answer, Said(note="A made-up answer to your question.")),
    CentreStep.withdraw: (StaffStep.withdraw, Said(reason="A made-up withdrawal.")),
    CentreStep.recall: (HouseStep.recall, NOTHING),
}


class SandboxFull(Conflict):
    """There are as many made-up referrals as a sandbox holds."""

    next = "Work with those you have; each is deleted after 14 days."


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxMoved(Event):
    pass


@dataclass(frozen=True, slots=True)
class SandboxPacket(Packet):
    sandbox: bool = True


@dataclass(frozen=True, slots=True)
class SandboxView:
    ref: str
    state: State
    sequence: int
    urgency: Urgency
    answer_by: datetime | None
    appointment_at: datetime | None
    steps: tuple[str, ...]
    deleted_at: datetime
    decline_code: DeclineCode | None
    sandbox: bool = True


@dataclass(slots=True)
class SandboxReferral:
    """`state` and `clock_at` stand beside the sealed referral for the worker; `person` is the place in PEOPLE."""

    id: UUID
    partner_id: PartnerId
    ref: str
    person: int
    made_at: datetime
    state: State
    clock_at: datetime | None
    referral: Referral
    version: int = 1

    @classmethod
    def make(
        cls, id: UUID, partner: PartnerId, reference: str, urgency: Urgency, number: int, *, by: Actor, at: datetime
    ) -> tuple["SandboxReferral", SandboxMoved]:
        """The next of the invented people, sent at once."""
        person = number % len(PEOPLE)
        referral = Referral(
            id=ReferralId(id),
            centre=HOUSE,
            client_id=ClientId(id),
            case_id=CaseId(id),
            partner_id=partner,
            service_id=None,
            ref=PREFIX + reference,
            reason=PEOPLE[person][-1],
            urgency=urgency,
            field_groups=GROUPS,
            state=State.draft,
            approval_needed=False,
            made_by=_NOBODY,
            counsellor_id=_NOBODY,
            made_at=at,
            sent_at=at,
            expires_at=at + EXPIRY,
        )
        it = cls(id, partner, referral.ref, person, at, referral.state, None, referral)
        return it, it.take(StaffStep.send, by=by, at=at)

    def take(self, step: Step, *, by: Actor, at: datetime, said: Said = NOTHING) -> SandboxMoved:
        """The same rules and refusals as a real one's."""
        return self._moved(self.referral.take(step, by=by, at=at, said=said))

    def answer(self, answered: Answered, *, by: Actor, at: datetime) -> SandboxMoved:
        return self._moved(self.referral.answer(answered, by=by, at=at))

    def centre_does(self, step: CentreStep, *, by: Actor, at: datetime) -> SandboxMoved:
        """Raises OutOfStep."""
        its, said = _CENTRES[step]
        return self.take(its, by=by, at=at, said=said)

    def hear_clock(self, *, by: Actor, at: datetime) -> SandboxMoved:
        """A reminder at half, expiry at last; there is no supervisor to tell in between."""
        return self._moved(self.referral.hear_clock(by=by, at=at, supervisors=()))

    def _moved(self, event: Event) -> SandboxMoved:
        """What a real referral would announce, without anybody to tell: nobody's day is about a made-up person."""
        self.state, self.clock_at = self.referral.state, self.referral.clock_at
        out = event.outgoing
        marked = replace(out, subject=self.id, body={**out.body, "sandbox": True}) if out else None
        return SandboxMoved(at=event.at, by=event.by, centre=HOUSE, subject=self.id, note=self.state.value, outgoing=marked)

    def packet(self) -> SandboxPacket:
        """Raises Recalled."""
        groups = frozenset(GROUPS)
        whole: Packet = packet(self.referral, Behind(_invented(self), PEOPLE[self.person][-1], ()), Allowed(groups, groups), _CENTRE)
        return SandboxPacket(**{name: getattr(whole, name) for name in Packet.__dataclass_fields__})

    def view(self) -> SandboxView:
        its = self.referral
        return SandboxView(
            its.ref,
            its.state,
            its.sequence,
            its.urgency,
            its.answer_by,
            its.appointment_at,
            its.fitting(AnswerStep),
            self.made_at + KEPT,
            its.decline_code,
        )


def _invented(it: SandboxReferral) -> Client:
    name, urdu, gender, year, language, _ = PEOPLE[it.person]
    phone = Phone(f"+9239{it.person:08d}", safe=True)
    particulars = Particulars(father_or_husband_name="Sandbox", phones=(phone,), languages=(language,))
    return Client(
        ClientId(it.id),
        HOUSE,
        "",
        Names(name, urdu),
        particulars,
        gender,
        MigrationStage.returnee,
        "PK610",
        year,
        Sensitivity.normal,
        it.made_at,
        _NOBODY,
    )


class SandboxRecords(Protocol):
    async def for_partner(self, partner: PartnerId, ref: str) -> SandboxReferral:
        """Raises NotFound, alike for another partner's and none."""
        ...

    async def of_partner(self, partner: PartnerId) -> list[SandboxReferral]:
        """Newest first."""
        ...

    async def add(self, it: SandboxReferral) -> None: ...
    async def save(self, it: SandboxReferral) -> None: ...

    async def due(self, at: datetime, limit: int) -> list[SandboxReferral]:
        """Whose clock has something to say, or whose first notice was taken and is not written down as such."""
        ...

    async def delete_before(self, at: datetime, limit: int) -> int:
        """With their messages and the attempts at them."""
        ...
