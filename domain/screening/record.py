"""The screening as it is kept: the answers and their indication, and apart from these what a person decides; its doors."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.cases import Case
from domain.errors import Conflict
from domain.events import Event, Tell
from domain.identity import Actor, Scope
from domain.reference import Instrument
from domain.screening.engine import Answer, Indication, IndicationOutcome, indicate
from domain.values import CaseId, CentreCode, ClientId, StaffId


class Finding(StrEnum):
    """What a person decided after looking at the indication and the client."""

    no_concern = "no_concern"
    at_risk = "at_risk"
    presumed_victim = "presumed_victim"
    needs_full_screening = "needs_full_screening"


class AlreadyDecided(Conflict):
    """A person has decided on this screening before."""

    next = "Screen again if something changed; earlier decisions stay as they were."


@dataclass(frozen=True, slots=True)
class Decision:
    finding: Finding
    why: str


@dataclass(frozen=True, slots=True)
class Screened:
    """What was answered and what it indicates, kept together and encrypted together."""

    answers: dict[str, Answer]
    indication: Indication


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningDone(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningDecided(Event):
    pass


@dataclass(slots=True)
class Screening:
    id: UUID
    centre: CentreCode
    client_id: ClientId
    case_id: CaseId
    instrument: str
    instrument_version: str
    result: Screened
    outcome: IndicationOutcome
    screened_at: datetime
    screened_by: StaffId
    decision: Decision | None = None
    decided_by: StaffId | None = None
    decided_at: datetime | None = None
    version: int = 1

    @classmethod
    def take(
        cls, id: UUID, case: Case, instrument: Instrument, answers: dict[str, Answer], *, by: Actor, at: datetime
    ) -> tuple["Screening", ScreeningDone]:
        """Raises UnknownQuestion. The counsellor of the case is told of a strong indication that somebody else found."""
        indication = indicate(instrument, answers)
        screening = cls(
            id=id,
            centre=case.centre,
            client_id=case.client_id,
            case_id=case.id,
            instrument=instrument.code,
            instrument_version=instrument.version,
            result=Screened(dict(answers), indication),
            outcome=indication.outcome,
            screened_at=at,
            screened_by=StaffId(by.id),
        )
        strong = indication.outcome is IndicationOutcome.strong and case.counsellor_id != by.id
        tells = (Tell(staff=case.counsellor_id, kind="screening_strong", subject=case.id),) if strong else ()
        return screening, ScreeningDone(at=at, by=by.id, centre=case.centre, subject=id, client=case.client_id, tells=tells)

    def decide(self, finding: Finding, why: str, *, by: Actor, at: datetime) -> ScreeningDecided:
        """Raises AlreadyDecided."""
        if self.decision is not None:
            raise AlreadyDecided()
        self.decision, self.decided_by, self.decided_at = Decision(finding, why), StaffId(by.id), at
        return ScreeningDecided(at=at, by=by.id, centre=self.centre, subject=self.id, client=self.client_id)


@dataclass(frozen=True, slots=True)
class ScreeningView:
    id: UUID
    case_id: CaseId
    instrument: str
    instrument_version: str
    answers: dict[str, Answer]
    indication: Indication
    decision: Decision | None
    decided_by: StaffId | None
    decided_at: datetime | None
    screened_at: datetime
    screened_by: StaffId
    version: int

    @classmethod
    def of(cls, it: Screening) -> "ScreeningView":
        return cls(
            id=it.id,
            case_id=it.case_id,
            instrument=it.instrument,
            instrument_version=it.instrument_version,
            answers=it.result.answers,
            indication=it.result.indication,
            decision=it.decision,
            decided_by=it.decided_by,
            decided_at=it.decided_at,
            screened_at=it.screened_at,
            screened_by=it.screened_by,
            version=it.version,
        )


class ScreeningRecords(Protocol):
    async def get(self, scope: Scope, id: UUID) -> Screening: ...
    async def add(self, screening: Screening) -> None: ...
    async def save(self, screening: Screening) -> None: ...
    async def of_case(self, scope: Scope, case: CaseId) -> list[Screening]: ...


class ScreeningViews(Protocol):
    async def screening(self, scope: Scope, id: UUID) -> Screening: ...
    async def of_case(self, scope: Scope, case: CaseId) -> list[Screening]: ...
