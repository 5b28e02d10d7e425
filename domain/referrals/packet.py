"""What a partner sees of a client: only the groups consented, agreed and asked for, put together anew at each opening."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.clients import Client
from domain.errors import Conflict
from domain.partners.exchange import AnswerStep
from domain.referrals.record import Allowed, Referral
from domain.referrals.steps import LIVE, State, Urgency
from domain.screening import Screening
from domain.values import FieldGroup


class Recalled(Conflict):
    """This referral is no longer open to you."""

    next = "Delete what you hold of it; where it was recalled, confirm that with the step confirm_deletion."


@dataclass(frozen=True, slots=True)
class Behind:
    """All that a packet may draw on; which of it leaves is decided here and nowhere else."""

    client: Client
    summary: str
    screenings: tuple[Screening, ...]


@dataclass(frozen=True, slots=True)
class CentreContact:
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Packet:
    ref: str
    urgency: Urgency
    reason: str
    answer_by: datetime | None
    working_time: bool
    """The time to answer counts your working hours or days, not the nights and holidays between."""
    sequence: int
    state: State
    client: dict[str, object]
    centre: CentreContact
    steps: tuple[str, ...]
    answer: str = ""


def _identity(behind: Behind) -> dict[str, object]:
    client, its = behind.client, behind.client.particulars
    return {
        "name": client.names.name,
        "name_urdu": client.names.name_urdu,
        "father_or_husband_name": its.father_or_husband_name,
        "gender": client.gender.value,
        "birth_year": client.birth_year,
        "cnic": str(its.cnic) if its.cnic else None,
        "passport": str(its.passport) if its.passport else None,
    }


def _contact(behind: Behind) -> dict[str, object]:
    """Only numbers marked safe, and none at all where the client said never."""
    its = behind.client.particulars
    safe = [] if its.safe_contact.never else [phone.number for phone in its.phones if phone.safe]
    return {"phones": safe, "languages": [language.value for language in its.languages]}


def _migration(behind: Behind) -> dict[str, object]:
    return {"migration_stage": behind.client.migration_stage.value, "district": behind.client.district}


def _screening(behind: Behind) -> dict[str, object]:
    """What a person decided, never the bare computed indication."""
    decided = [one for one in behind.screenings if one.decision]
    return {"screening": [{"instrument": one.instrument, "finding": one.decision.finding.value} for one in decided if one.decision]}


def _narrative(behind: Behind) -> dict[str, object]:
    return {"summary": behind.summary}


def _nothing_held(_: Behind) -> dict[str, object]:
    return {}


FIELDS: Mapping[FieldGroup, Callable[[Behind], dict[str, object]]] = {
    FieldGroup.identity: _identity,
    FieldGroup.contact: _contact,
    FieldGroup.migration: _migration,
    FieldGroup.screening: _screening,
    FieldGroup.narrative: _narrative,
    FieldGroup.health: _nothing_held,
    FieldGroup.documents: _nothing_held,
}


class Stays(StrEnum):
    """Why a group of fields stays here: the first of these that holds."""

    no_agreement = "no_agreement"
    no_consent = "no_consent"
    not_asked = "not_asked"


@dataclass(frozen=True, slots=True)
class Part:
    """One group of fields as it stands now; `stays` is None for one that leaves."""

    group: FieldGroup
    stays: Stays | None
    fields: dict[str, object]


def _stays(group: FieldGroup, wanted: tuple[FieldGroup, ...], allowed: Allowed) -> Stays | None:
    if group not in allowed.agreed:
        return Stays.no_agreement
    if group not in allowed.consented:
        return Stays.no_consent
    return None if group in wanted else Stays.not_asked


def parts(wanted: tuple[FieldGroup, ...], behind: Behind, allowed: Allowed) -> tuple[Part, ...]:
    """Every group, those that leave and those that stay: a preview reads all of them, a packet only the first."""
    return tuple(Part(group, _stays(group, wanted, allowed), FIELDS[group](behind)) for group in FieldGroup)


def packet(referral: Referral, behind: Behind, allowed: Allowed, centre: CentreContact) -> Packet:
    """Raises Recalled when the partner may no longer see it (answered with 410 Gone): it ended, or consent or agreement ran out."""
    if referral.state not in LIVE or not allowed.consented or not allowed.agreed:
        raise Recalled()
    client: dict[str, object] = {}
    for part in parts(referral.field_groups, behind, allowed):
        if part.stays is None:
            client |= part.fields
    return Packet(
        ref=referral.ref,
        urgency=referral.urgency,
        reason=referral.reason,
        answer_by=referral.answer_by,
        working_time=referral.working_time,
        sequence=referral.sequence,
        state=referral.state,
        client=client,
        centre=centre,
        steps=referral.fitting(AnswerStep),
        answer=referral.said.note if referral.state is State.answered else "",
    )
