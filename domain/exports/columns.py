"""The columns an export may be made of, each with what it tells of somebody. Free text is none of them.

Decision. Context: the same list serves those who answer for people and an analyst who may see none; and lines of kind, risk and outcome
would undo what figures hold back from whoever sees counts only. Choice: a column is internal (how the house works), personal (who somebody
is) or sensitive (what befell them, the columns that evidence holds to be so); whatever is not internal is identified and waits for a second
person. Days are given as months where they are internal. Notes, summaries and reasons are not here: nobody can vouch for what stands in
them. Price: an analyst's lines say how the work goes and nothing of people; for people there are the figures and evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.reports.sheet import Kind


class Subject(StrEnum):
    """What one line is about."""

    cases = "cases"
    clients = "clients"
    referrals = "referrals"


class Tells(StrEnum):
    """What a column tells of somebody."""

    internal = "internal"
    personal = "personal"
    sensitive = "sensitive"


class ExportColumn(StrEnum):
    centre = "centre"
    month = "month"
    stage = "stage"
    closed_month = "closed_month"
    next_due = "next_due"
    counsellor = "counsellor"
    partner = "partner"
    state = "state"
    urgency = "urgency"
    sent_month = "sent_month"
    answered_month = "answered_month"
    number = "number"
    client_number = "client_number"
    name = "name"
    name_urdu = "name_urdu"
    phone = "phone"
    cnic = "cnic"
    gender = "gender"
    birth_year = "birth_year"
    district = "district"
    migration_stage = "migration_stage"
    case_kind = "case_kind"
    risk = "risk"
    outcome = "outcome"


@dataclass(frozen=True, slots=True)
class About:
    """`of` are the lines that have this column."""

    tells: Tells
    of: tuple[Subject, ...]
    tag: str = ""
    kind: Kind = Kind.words


_ALL = tuple(Subject)
_CASES, _CLIENTS, _REFERRALS = (Subject.cases,), (Subject.clients,), (Subject.referrals,)
_OF_CASE = (*_CASES, *_REFERRALS)
_I, _P, _S = Tells.internal, Tells.personal, Tells.sensitive
_C = ExportColumn

COLUMNS: Mapping[ExportColumn, About] = {
    _C.centre: About(_I, _ALL, "#org+code"),
    _C.month: About(_I, _ALL, "#date+start"),
    _C.stage: About(_I, _CASES, "#status+code"),
    _C.closed_month: About(_I, _CASES, "#date+end"),
    _C.next_due: About(_I, _CASES, "", Kind.date),
    _C.counsellor: About(_I, _OF_CASE),
    _C.partner: About(_I, _REFERRALS, "#org+name"),
    _C.state: About(_I, _REFERRALS, "#status+code"),
    _C.urgency: About(_I, _REFERRALS),
    _C.sent_month: About(_I, _REFERRALS, "#date+reported"),
    _C.answered_month: About(_I, _REFERRALS),
    _C.number: About(_P, _ALL, "#meta+id"),
    _C.client_number: About(_P, _OF_CASE),
    _C.name: About(_P, _ALL),
    _C.name_urdu: About(_P, _ALL),
    _C.phone: About(_P, _ALL),
    _C.cnic: About(_P, _CLIENTS),
    _C.gender: About(_P, _ALL),
    _C.birth_year: About(_P, _ALL),
    _C.district: About(_P, _ALL, "#adm2+code"),
    _C.migration_stage: About(_P, _ALL),
    _C.case_kind: About(_S, _OF_CASE),
    _C.risk: About(_S, _OF_CASE),
    _C.outcome: About(_S, _OF_CASE),
}


def columns_of(subject: Subject) -> tuple[ExportColumn, ...]:
    return tuple(column for column, about in COLUMNS.items() if subject in about.of)


def identified(columns: tuple[ExportColumn, ...]) -> tuple[ExportColumn, ...]:
    """Those that say who somebody is or what befell them."""
    return tuple(column for column in columns if COLUMNS[column].tells is not Tells.internal)
