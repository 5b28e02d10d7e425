"""By which clock a partner answers one referral: working hours, holidays, times by urgency and expiry, put together from what is recorded.

Decision. Context: hours, holidays and agreements change while referrals wait. Choice: the terms are looked up when a clock starts (a
referral leaves, its question is answered, it is recalled), and the moments they give are kept with the referral; what is changed later
counts for clocks that start later. Nobody's deadline moves under their hands, and a restart needs to know nothing. Expiry is counted in the
partner's working days like the rest, so a long holiday cannot end a referral that nobody could answer. Price: a holiday announced at
short notice does not help who was asked the day before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from domain.partners.agreements import Agreement
from domain.partners.directory import Partner, Service
from domain.partners.holidays import Holiday
from domain.partners.times import CLOCK, EXPIRY, Urgency, clock_of
from domain.partners.worktime import Worktime


@dataclass(frozen=True, slots=True)
class Running:
    """A clock as it was started: when it reminds, when the answer is due."""

    half: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """Nothing recorded and nothing agreed: the house's times, around the clock."""

    worktime: Worktime = field(default_factory=Worktime)
    clock: Mapping[Urgency, timedelta] = field(default_factory=lambda: CLOCK)
    expiry: timedelta = EXPIRY

    def start(self, urgency: Urgency, at: datetime) -> Running:
        end = self.worktime.after(at, self.clock[urgency])
        return Running(self.worktime.half(at, end), end)

    def expires(self, at: datetime) -> datetime:
        return self.worktime.after(at, self.expiry)


AROUND_THE_CLOCK = Terms()


def terms(partner: Partner, service: Service | None, agreements: Sequence[Agreement], holidays: Iterable[Holiday], on: date) -> Terms:
    """The hours of the service where it has some, else the partner's; the times of the agreement signed last among those in force."""
    hours = (service.hours if service is not None else ()) or partner.hours
    shut = list(holidays)
    everybodys = frozenset(one.day for one in shut if one.partner_id is None)
    own = frozenset(one.day for one in shut if one.partner_id == partner.id)
    force = sorted((one for one in agreements if one.in_force(on)), key=lambda one: one.signed_on)
    days = [one.expiry_days for one in force if one.expiry_days is not None]
    return Terms(
        Worktime.of(hours, everybodys, own),
        {urgency: span for one in force for urgency, span in clock_of(one.times).items() if one.times} or CLOCK,
        timedelta(days=days[-1]) if days else EXPIRY,
    )
