"""Where each measure is counted and by which moment, and in which column each dimension stands: the tables behind `measures.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import Date, Integer, String, bindparam, exists, func, literal, literal_column, or_, select, union_all

from adapters.database.cases import CASE
from adapters.database.clients import CLIENT, CONTACT
from adapters.database.counselling import SESSION, TASK, TOPIC
from adapters.database.incoming import INCOMING
from adapters.database.outreach import OUTREACH
from adapters.database.plans import PLAN
from adapters.database.referrals import REFERRAL, STEP
from adapters.database.reintegration import REVIEW
from adapters.database.schema import UTCDateTime, month_number
from adapters.database.screening import SCREENING
from domain.cases import Stage
from domain.clients import MigrationStage
from domain.figures.funnel import BY_WORD, Reached
from domain.partners.exchange import AnswerStep
from domain.referrals.steps import NEXT, HouseStep, State
from domain.reintegration.reviews import Reached as Reviewed
from domain.reports.dimensions import Dimension
from domain.reports.measures import Measure
from domain.screening import IndicationOutcome
from domain.values import Gender

_D = Dimension
_first, _until = bindparam("first", type_=UTCDateTime()), bindparam("until", type_=UTCDateTime())
_days = tuple(bindparam(name, type_=Date()) for name in ("first_day", "until_day", "today"))


@dataclass(frozen=True, slots=True)
class Source:
    """Where a measure is counted. `at` is its moment or day; without one it stands at the end of the period. `own` are dimensions of its
    own columns, others are looked for in the case or the client. `once` counts each of these a single time, the earliest."""

    table: Any
    at: Any
    own: Mapping[Dimension, Any] = field(default_factory=dict)
    where: Sequence[Any] = ()
    joined: Any = None
    once: Any = None
    n: Any = None
    case: Any = None
    """Whose case it is, where that is said by what is joined."""

    @property
    def of_case(self) -> Any:
        """None where it is of no case."""
        if self.table is CASE:
            return CASE.c.id
        return self.table.c.get("case_id") if self.case is None else self.case

    @property
    def shared(self) -> Any:
        """What projects have shares in: the case it is of, or the outreach session that it is."""
        return self.table.c.id if self.of_case is None else self.of_case

    @property
    def month(self) -> Any:
        return bindparam("last_month", type_=Integer()) if self.at is None else month_number(self.at)

    @property
    def period(self) -> tuple[Any, ...]:
        if self.at is None:
            return (CASE.c.opened_at < _until, or_(CASE.c.closed_at.is_(None), CASE.c.closed_at >= _until))
        if isinstance(self.at.type, Date):
            return self.at >= _days[0], self.at < _days[1], self.at <= _days[2]
        return self.at >= _first, self.at < _until


OF_CASE: Mapping[Dimension, Any] = {
    _D.case_kind: CASE.c.kind,
    _D.risk: CASE.c.risk,
    _D.stage: CASE.c.stage,
    _D.outcome: CASE.c.outcome,
    _D.country: CASE.c.country,
}
OF_CLIENT: Mapping[Dimension, Any] = {
    _D.sex: CLIENT.c.gender,
    _D.province: func.substr(CLIENT.c.district, 1, 3, type_=String()),
    _D.district: CLIENT.c.district,
    _D.migration_stage: CLIENT.c.migration_stage,
}
_OF_REFERRAL = {
    _D.counsellor: REFERRAL.c.counsellor_id,
    _D.partner: REFERRAL.c.partner_id,
    _D.service: REFERRAL.c.service_id,
    _D.urgency: REFERRAL.c.urgency,
    _D.state: REFERRAL.c.state,
}
_OF_EVENT = {
    _D.province: func.substr(OUTREACH.c.district, 1, 3, type_=String()),
    _D.district: OUTREACH.c.district,
    _D.event: OUTREACH.c.kind,
    _D.counsellor: OUTREACH.c.held_by,
}
_HELD = {_D.channel: SESSION.c.channel, _D.counsellor: SESSION.c.held_by}
_SCREENED = {_D.instrument: SCREENING.c.instrument, _D.counsellor: SCREENING.c.screened_by}
_REVIEWED = {_D.channel: REVIEW.c.channel, _D.round: REVIEW.c.round, _D.counsellor: REVIEW.c.written_by}
_strong = SCREENING.c.outcome == IndicationOutcome.strong.value


def _heads() -> Source:
    """One row for each sex that was counted, so that a hall is split by sex as people are."""
    counts = {Gender.female: OUTREACH.c.female, Gender.male: OUTREACH.c.male, Gender.transgender: OUTREACH.c.transgender}
    kept = [OUTREACH.c[name] for name in ("id", "centre", "day", "kind", "district", "held_by")]
    parts = (select(*kept, literal_column(f"'{sex.value}'", String()).label("sex"), n.label("heads")) for sex, n in counts.items())
    its = union_all(*parts).subquery("heads")
    own: dict[Dimension, Any] = {by: its.c[column.name] for by, column in _OF_EVENT.items() if by is not _D.province}
    own |= {_D.province: func.substr(its.c.district, 1, 3, type_=String()), _D.sex: its.c.sex}
    return Source(its, its.c.day, own, n=its.c.heads)


_earlier: Any = STEP.alias("earlier")


def _stepped(*words: str, once: Any = None, own: Mapping[Dimension, Any] = MappingProxyType({})) -> Source:
    """Referrals by when they took one of these steps for the first time; `own` beside what every referral is split by."""
    taken = or_(*(STEP.c.step == word for word in words))
    before = exists(
        select(literal(1)).where(
            _earlier.c.referral_id == STEP.c.referral_id,
            or_(*(_earlier.c.step == word for word in words)),
            or_(_earlier.c.at < STEP.c.at, (_earlier.c.at == STEP.c.at) & (_earlier.c.id < STEP.c.id)),
        )
    )
    joined = STEP.join(REFERRAL, REFERRAL.c.id == STEP.c.referral_id)
    its = {**_OF_REFERRAL, **own}
    return Source(STEP, STEP.c.at, its, (taken, *(() if once is not None else (~before,))), joined, once, case=REFERRAL.c.case_id)


_COMPLETES = sorted({step.value for step, (_, to) in NEXT.items() if to is State.completed})
_SERVES = sorted(word for word, reached in BY_WORD.items() if reached is Reached.served)
_M = Measure
_contacts = {_D.channel: CONTACT.c.channel, _D.counsellor: CONTACT.c.taken_by}
_case = {_D.counsellor: CASE.c.counsellor_id}
_client = {_D.counsellor: CLIENT.c.registered_by}

SOURCES: Mapping[Measure, Source] = {
    _M.contacts: Source(CONTACT, CONTACT.c.at, _contacts),
    _M.people_in_touch: Source(CONTACT, CONTACT.c.at, _contacts, (CONTACT.c.client_id.is_not(None),), once=CONTACT.c.client_id),
    _M.people_registered: Source(CLIENT, CLIENT.c.registered_at, _client),
    _M.returnees_registered: Source(CLIENT, CLIENT.c.registered_at, _client, (CLIENT.c.migration_stage == MigrationStage.returnee.value,)),
    _M.cases_opened: Source(CASE, CASE.c.opened_at, _case),
    _M.cases_closed: Source(CASE, CASE.c.closed_at, _case, (CASE.c.stage == Stage.closed.value,)),
    _M.cases_open: Source(CASE, None, _case),
    _M.sessions_held: Source(SESSION, SESSION.c.held_at, _HELD),
    _M.topics_counselled: Source(
        TOPIC,
        SESSION.c.held_at,
        {**_HELD, _D.topic: TOPIC.c.topic},
        joined=TOPIC.join(SESSION, SESSION.c.id == TOPIC.c.session_id),
        case=SESSION.c.case_id,
    ),
    _M.people_counselled: Source(SESSION, SESSION.c.held_at, _HELD, once=SESSION.c.client_id),
    _M.screenings: Source(SCREENING, SCREENING.c.screened_at, _SCREENED),
    _M.screenings_indicated: Source(SCREENING, SCREENING.c.screened_at, _SCREENED, (_strong,)),
    _M.screenings_decided: Source(SCREENING, SCREENING.c.decided_at, _SCREENED, (_strong,)),
    _M.people_indicated: Source(SCREENING, SCREENING.c.screened_at, _SCREENED, (_strong,), once=SCREENING.c.client_id),
    _M.plans_approved: Source(PLAN, PLAN.c.approved_at, {_D.counsellor: PLAN.c.written_by}),
    _M.reviews_held: Source(REVIEW, REVIEW.c.held_on, _REVIEWED),
    _M.reviews_reached: Source(REVIEW, REVIEW.c.held_on, _REVIEWED, (REVIEW.c.result == Reviewed.reached.value,)),
    _M.referrals_sent: Source(REFERRAL, REFERRAL.c.sent_at, _OF_REFERRAL),
    _M.people_referred: Source(REFERRAL, REFERRAL.c.sent_at, _OF_REFERRAL, once=REFERRAL.c.client_id),
    _M.referrals_accepted: _stepped(AnswerStep.accept.value),
    _M.referrals_declined: _stepped(AnswerStep.decline.value, own={_D.decline_code: REFERRAL.c.decline_code}),
    _M.referrals_unanswered: _stepped(HouseStep.expire.value),
    _M.referrals_completed: _stepped(*_COMPLETES),
    _M.people_served: _stepped(*_SERVES, once=STEP.c.client_id),
    _M.incoming_received: Source(
        INCOMING,
        INCOMING.c.came_at,
        {_D.partner: INCOMING.c.partner_id, _D.urgency: INCOMING.c.urgency, _D.state: INCOMING.c.state},
    ),
    _M.outreach_held: Source(OUTREACH, OUTREACH.c.day, _OF_EVENT),
    _M.attendances: _heads(),
    _M.attendances_under_18: Source(OUTREACH, OUTREACH.c.day, _OF_EVENT, n=OUTREACH.c.under_18),
    _M.tasks_done: Source(TASK, TASK.c.done_at, {_D.counsellor: TASK.c.assignee_id}),
}
