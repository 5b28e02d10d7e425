"""What can be counted: one table, in which each count says what one of it is, how sure it is, when it falls into a period, and by what it
can be split. Pages, API, built-in reports and `docs/reports.md` all read it here.

Decision. Context: a person counted in two months is one in their sum and two in the sum of the two. Choice: people are counted once in the
whole period, by the first time in it, so every table adds up, and held-back cells are protected by sums that hold. Price: a month of
such a table says who came for the first time in the period, not how many came in that month; for that, ask for the month alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.reports import dimensions
from domain.reports.dimensions import Dimension


class Measure(StrEnum):
    contacts = "contacts"
    people_in_touch = "people_in_touch"
    people_registered = "people_registered"
    returnees_registered = "returnees_registered"
    cases_opened = "cases_opened"
    cases_closed = "cases_closed"
    cases_open = "cases_open"
    sessions_held = "sessions_held"
    topics_counselled = "topics_counselled"
    people_counselled = "people_counselled"
    screenings = "screenings"
    screenings_indicated = "screenings_indicated"
    screenings_decided = "screenings_decided"
    people_indicated = "people_indicated"
    plans_approved = "plans_approved"
    reviews_held = "reviews_held"
    reviews_reached = "reviews_reached"
    referrals_sent = "referrals_sent"
    people_referred = "people_referred"
    referrals_accepted = "referrals_accepted"
    referrals_declined = "referrals_declined"
    referrals_unanswered = "referrals_unanswered"
    referrals_completed = "referrals_completed"
    people_served = "people_served"
    incoming_received = "incoming_received"
    outreach_held = "outreach_held"
    attendances = "attendances"
    attendances_under_18 = "attendances_under_18"
    tasks_done = "tasks_done"


class Counts(StrEnum):
    """What one of a count is. Only `people` are people, each once."""

    people = "people"
    attendances = "attendances"
    contacts = "contacts"
    cases = "cases"
    sessions = "sessions"
    topics = "topics"
    screenings = "screenings"
    plans = "plans"
    reviews = "reviews"
    referrals = "referrals"
    events = "events"
    tasks = "tasks"


class Sure(StrEnum):
    exact = "exact"
    at_least = "at_least"
    """There may be more: who did not say who they are, or was not counted, is in no record."""


@dataclass(frozen=True, slots=True)
class Defined:
    """`means` is the definition, and says by which moment something falls into the period."""

    name: str
    counts: Counts
    means: str
    fits: tuple[Dimension, ...]
    sure: Sure = Sure.exact


_D = Dimension
_TIME = (_D.month, _D.quarter, _D.year, _D.centre)
_PERSON = (*_TIME, *dimensions.PERSON, _D.counsellor)
_CASE = (*_TIME, *dimensions.PERSON, *dimensions.CASE, _D.counsellor, _D.project)
_MEETING = (*_CASE, _D.channel)
_SCREENING = (*_CASE, _D.instrument)
_REVIEW = (*_CASE, _D.channel, _D.round)
_REFERRAL = (*_CASE, _D.partner, _D.service, _D.urgency, _D.state)
_PLACE = (*_TIME, _D.province, _D.district, _D.event, _D.counsellor, _D.project)
_M, _C = Measure, Counts

MEASURES: Mapping[Measure, Defined] = {
    _M.contacts: Defined(
        "Contacts",
        _C.contacts,
        "Telephone calls, messages, questions at the door and sign-ups, by when they came; whoever rings twice is two.",
        (*_TIME, _D.channel, _D.counsellor),
    ),
    _M.people_in_touch: Defined(
        "People in touch",
        _C.people,
        "Registered people who got in touch, each once, by their first contact in the period; callers who stayed unknown are not in it.",
        (*_PERSON, _D.channel),
        Sure.at_least,
    ),
    _M.people_registered: Defined("People registered", _C.people, "People, each once, by when they were registered.", _PERSON),
    _M.returnees_registered: Defined(
        "Returnees registered",
        _C.people,
        "People who are returnees by their record as it is now, each once, by when they were registered.",
        _PERSON,
    ),
    _M.cases_opened: Defined("Cases opened", _C.cases, "Cases, by when they were opened.", _CASE),
    _M.cases_closed: Defined(
        "Cases closed",
        _C.cases,
        "Cases that are closed now, by when they were closed for the last time; one that was opened again is not in it.",
        _CASE,
    ),
    _M.cases_open: Defined(
        "Cases open at the end",
        _C.cases,
        "Cases opened before the end of the period and not closed by then; one that was closed and opened again counts as open throughout. "
        "Stage, risk and who holds them are as they are now.",
        (_D.centre, *dimensions.PERSON, *dimensions.CASE, _D.counsellor, _D.project),
    ),
    _M.sessions_held: Defined("Counselling sessions", _C.sessions, "Meetings with a client in a case, by when they were held.", _MEETING),
    _M.topics_counselled: Defined(
        "Topics of counselling",
        _C.topics,
        "Topics of the list that counselling sessions were about, by when these were held; a session with three topics is three.",
        (*_MEETING, _D.topic),
    ),
    _M.people_counselled: Defined(
        "People counselled",
        _C.people,
        "People with at least one counselling session, each once, by their first session in the period.",
        _MEETING,
    ),
    _M.screenings: Defined("Screenings", _C.screenings, "Questionnaires answered with a client, by when; one may come again.", _SCREENING),
    _M.screenings_indicated: Defined(
        "Screenings with an indication",
        _C.screenings,
        "Screenings whose answers give strong signs, by when they were made: presumed, not found.",
        _SCREENING,
    ),
    _M.screenings_decided: Defined(
        "Strong signs with a decision",
        _C.screenings,
        "Screenings with strong signs on which somebody has decided, by when they did.",
        _SCREENING,
    ),
    _M.people_indicated: Defined(
        "People with an indication",
        _C.people,
        "People of whom a screening gives strong signs, each once, by the first such screening in the period: presumed, not found.",
        _SCREENING,
    ),
    _M.plans_approved: Defined("Plans approved", _C.plans, "Versions of plans, by when a supervisor approved them.", _CASE),
    _M.reviews_held: Defined(
        "Reviews of reintegration",
        _C.reviews,
        "Reviews of returnees 3, 6 and 12 months on, by the day on which somebody was reached or tried for; not reached is one too.",
        _REVIEW,
    ),
    _M.reviews_reached: Defined(
        "Reviews in which the person was reached",
        _C.reviews,
        "Reviews of returnees in which the person was reached, by that day.",
        _REVIEW,
    ),
    _M.referrals_sent: Defined("Referrals sent", _C.referrals, "Referrals that left the centre, by when they did.", _REFERRAL),
    _M.people_referred: Defined(
        "People referred",
        _C.people,
        "People for whom a referral left, each once, by the first one in the period.",
        _REFERRAL,
    ),
    _M.referrals_accepted: Defined(
        "Referrals accepted", _C.referrals, "Referrals, by when the partner accepted them for the first time.", _REFERRAL
    ),
    _M.referrals_declined: Defined(
        "Referrals declined", _C.referrals, "Referrals, by when the partner declined them.", (*_REFERRAL, _D.decline_code)
    ),
    _M.referrals_unanswered: Defined(
        "Referrals without an answer", _C.referrals, "Referrals, by when they ran out without a yes or a no.", _REFERRAL
    ),
    _M.referrals_completed: Defined(
        "Referrals completed",
        _C.referrals,
        "Referrals whose service was given, by when the partner said so or the centre recorded it.",
        _REFERRAL,
    ),
    _M.people_served: Defined(
        "People served by a partner",
        _C.people,
        "People for whom a partner began or completed its service, each once, by the first time in the period.",
        _REFERRAL,
    ),
    _M.incoming_received: Defined(
        "Referrals received",
        _C.referrals,
        "Referrals that partners sent to the centre, by when they came; the state is the present one.",
        (*_TIME, _D.partner, _D.urgency, _D.state),
    ),
    _M.outreach_held: Defined("Outreach sessions", _C.events, "Sessions, visits and other events whose day has come, by that day.", _PLACE),
    _M.attendances: Defined(
        "Attendances at outreach",
        _C.attendances,
        "Heads counted at outreach sessions, by the day; whoever came twice is two, and a session that nobody counted adds none.",
        (*_PLACE, _D.sex),
        Sure.at_least,
    ),
    _M.attendances_under_18: Defined(
        "Attendances of children",
        _C.attendances,
        "Heads of people under 18 counted at outreach sessions, by the day; they are among the attendances.",
        _PLACE,
        Sure.at_least,
    ),
    _M.tasks_done: Defined("Tasks done", _C.tasks, "Tasks in cases, by when they were done.", _CASE),
}
