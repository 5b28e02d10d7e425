"""Agreements with partners: under which one data may leave, for which groups of fields, and how one follows another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from domain.consent import Purpose
from domain.errors import Conflict, Invalid
from domain.events import Event
from domain.partners.times import TimeToAnswer, check_times
from domain.values import FieldGroup, PartnerId

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementEnding(Event):
    """The administrators are told that an agreement ends; the note is the reminder, in days before the end."""


class DatesTurned(Invalid):
    """An agreement ends after it was signed."""

    next = "Look at the two dates again."


class AgreementEnded(Conflict):
    """This agreement has ended already."""

    next = "Nothing more is needed."


class FollowedAlready(Conflict):
    """Another agreement follows this one already."""

    next = "Let the new one follow that."


class LeavesGap(Conflict):
    """Between the two there would be days without an agreement."""

    next = "Let it begin the day after the other ends at the latest, or add it as one that follows none."

    field = "signed_on"


class BeginsTooEarly(Invalid):
    """An agreement begins after the one that it follows."""

    next = "Look at the day again."


REMINDED = (60, 14)
"""So many days before an agreement ends the administrators are told, once each."""


@dataclass(slots=True)
class Agreement:
    """The memorandum under which data may leave: while it is in force, for these groups of fields and no others. `purposes` says in words
    what for, `purpose_codes` in ours: where some are named and sharing is not among them, nothing leaves under it. `times` and
    `expiry_days` stand for the house's own, where they were agreed; `approval` asks for a second person for each referral under it.
    `predecessor` is the one that it follows; `reminded` the reminder given last, in days before the end."""

    id: UUID
    partner_id: PartnerId
    title: str
    field_groups: tuple[FieldGroup, ...]
    signed_on: date
    valid_to: date | None = None
    ended_on: date | None = None
    purposes: str = ""
    times: tuple[TimeToAnswer, ...] = ()
    expiry_days: int | None = None
    purpose_codes: tuple[Purpose, ...] = ()
    predecessor: UUID | None = None
    approval: bool = False
    reminded: int = 0
    version: int = 1

    def check(self) -> None:
        """Raises DatesTurned, NotATime, ExpiresTooSoon."""
        check_times(self.times, self.expiry_days)
        if self.valid_to is not None and self.valid_to < self.signed_on:
            raise DatesTurned(field="valid_to")

    def end(self, on: date) -> None:
        """Raises AgreementEnded."""
        if (self.ended_on is not None and self.ended_on <= on) or (self.valid_to is not None and self.valid_to < on):
            raise AgreementEnded()
        self.ended_on = on

    def give_way(self, to: "Agreement", others: Iterable["Agreement"]) -> None:
        """Ends on the day the other begins: no day without one, none with both. Raises BeginsTooEarly, FollowedAlready, LeavesGap."""
        if to.signed_on <= self.signed_on:
            raise BeginsTooEarly(field="signed_on")
        if any(one.predecessor == self.id for one in others):
            raise FollowedAlready()
        last = self.last_day
        if last is not None and last < to.signed_on - DAY:
            raise LeavesGap()
        self.ended_on = to.signed_on

    @property
    def last_day(self) -> date | None:
        """The last day on which it is in force; None where no end is set."""
        ends = [self.valid_to] if self.valid_to else []
        return min([*ends, *([self.ended_on - DAY] if self.ended_on else [])], default=None)

    def reminder(self, on: date) -> int | None:
        """Which reminder is due: the nearest that has come, if it was not given. One that was ended, or is followed, needs none."""
        if self.valid_to is None or self.ended_on is not None or not self.in_force(on):
            return None
        came = [days for days in REMINDED if (self.valid_to - on).days <= days]
        due = min(came, default=None)
        return due if due is not None and (not self.reminded or due < self.reminded) else None

    @property
    def shares(self) -> bool:
        """Whether people may be referred under it."""
        return not self.purpose_codes or Purpose.share in self.purpose_codes

    def in_force(self, on: date) -> bool:
        return self.signed_on <= on and not (self.valid_to and on > self.valid_to) and not (self.ended_on and on >= self.ended_on)


def agreed(agreements: list[Agreement], on: date) -> frozenset[FieldGroup]:
    """The groups of fields that agreements in force on this day allow to leave. None in force: nothing leaves."""
    return frozenset(group for agreement in agreements if agreement.in_force(on) and agreement.shares for group in agreement.field_groups)


def asks_approval(agreements: Iterable[Agreement], on: date) -> bool:
    """Whether an agreement in force asks for a second person for each referral."""
    return any(one.approval for one in agreements if one.in_force(on))
