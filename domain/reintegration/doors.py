"""How reviews are shown, kept and counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from domain.cases import Case, CaseKind
from domain.counselling import SessionChannel
from domain.identity import Scope
from domain.reintegration.reviews import SCORES, WHOLE, Known, Reached, Review, Round, due_on
from domain.values import CaseId, StaffId, day_of


@dataclass(frozen=True, slots=True)
class ReviewView:
    """Scores from 0 to 1, as the survey's own sheet gives them: not checked against their source."""

    id: UUID
    case_id: CaseId
    round: Round
    result: Reached
    channel: SessionChannel
    held_on: date
    economic: float | None
    social: float | None
    psychosocial: float | None
    in_country: Known
    working: Known
    safe: Known
    words: str
    written_by: StaffId
    written_at: datetime
    version: int

    @classmethod
    def of(cls, it: Review) -> "ReviewView":
        its: dict[str, Any] = {name: getattr(it, name) for name in cls.__slots__}
        scores = {name: None if its[name] is None else its[name] / WHOLE for name in SCORES}
        return cls(**{**its, **scores})


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One of the three, written down or still due."""

    round: Round
    due_on: date
    review: ReviewView | None


@dataclass(frozen=True, slots=True)
class Reviews:
    """Of a case; empty where it is no case of return."""

    case_id: CaseId
    rounds: tuple[RoundLine, ...]

    @classmethod
    def of(cls, case: Case, known: Iterable[Review]) -> "Reviews":
        if case.kind is not CaseKind.return_reintegration:
            return cls(case.id, ())
        its, opened = {one.round: ReviewView.of(one) for one in known}, day_of(case.opened_at)
        return cls(case.id, tuple(RoundLine(one, due_on(opened, one), its.get(one)) for one in Round))


class ReviewRecords(Protocol):
    async def get(self, scope: Scope, id: UUID) -> Review:
        """Held until the transaction ends."""
        ...

    async def of_case(self, case: CaseId) -> list[Review]:
        """Of a case in reach."""
        ...

    async def add(self, review: Review) -> None: ...
    async def save(self, review: Review) -> None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """One round in a period. `due` are cases whose review falls into it, `held` the reviews held in it, reached or not; a review that is
    late is held in a later period than it was due in. Means are from 0 to 1, of `n` scores each; None of none."""

    round: Round
    due: int
    held: int
    reached: int
    lost: int
    """Contact lost: the other reasons stand in `held`, without those reached."""
    economic: float | None
    economic_n: int
    social: float | None
    social_n: int
    psychosocial: float | None
    psychosocial_n: int


class ReviewViews(Protocol):
    async def of_case(self, scope: Scope, case: CaseId) -> list[Review]: ...
    async def one(self, scope: Scope, id: UUID) -> Review: ...

    async def outcomes(self, scope: Scope, first: date, last: date) -> tuple[Outcome, ...]:
        """Between two days of Karachi, both counted; within the reader's centres, of files of every sensitivity."""
        ...
