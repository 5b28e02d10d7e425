"""What is shown of a partner: in lists, at the referral desk, and to the administrator."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.partners.agreements import REMINDED, Agreement
from domain.partners.channels import ChannelKind, CodesBy, Mailbox
from domain.partners.directory import Endpoint, Partner, PartnerKind, Service
from domain.partners.hours import Opening, OpenState, open_state
from domain.partners.search import Match, Offer
from domain.ports import Work
from domain.values import Language, PartnerId


@dataclass(frozen=True, slots=True)
class PartnerView:
    id: PartnerId
    key: str
    name: str
    kind: PartnerKind
    adapter: str
    active: bool
    verified: bool
    source: str
    channels: tuple[ChannelKind, ...]
    hours: tuple[Opening, ...]
    version: int

    @classmethod
    def of(cls, it: Partner) -> "PartnerView":
        return cls(it.id, it.key, it.name, it.kind, it.adapter, it.active, it.verified, it.source, it.channels, it.hours, it.version)


@dataclass(frozen=True, slots=True)
class ServiceFound:
    """A service that may fit, with how it fits. What is None is not known, or was not asked."""

    service: Service
    partner: PartnerView
    ours_waiting: int
    """Live referrals of the reader's own centres."""
    agreement: bool
    agreement_to: date | None
    near: str | None
    fits: bool | None
    speaks: bool | None
    room: int | None
    open: OpenState | None

    @classmethod
    def of(cls, it: Match, at: datetime) -> "ServiceFound":
        offer = it.offer
        return cls(
            offer.service,
            PartnerView.of(offer.partner),
            offer.ours,
            offer.agreement,
            offer.agreement_to,
            it.near.name if it.near is not None else None,
            it.fits,
            it.speaks,
            it.room,
            open_state(offer.service.hours or offer.partner.hours, at),
        )


@dataclass(frozen=True, slots=True)
class EndpointState:
    """Where notices go. The secret is nobody's but the partner's; until `rotating_until` the one before it signs too."""

    url: str
    disabled: bool
    paused: bool
    rotating_until: datetime | None
    version: int

    @classmethod
    def of(cls, it: Endpoint, at: datetime) -> "EndpointState":
        rotating = it.retiring_until if it.retiring and it.retiring_until and at < it.retiring_until else None
        return cls(it.url, it.disabled_at is not None, it.paused_at is not None, rotating, it.version)


@dataclass(frozen=True, slots=True)
class MailboxView:
    """Where links for an agency go, and its registered contact."""

    address: str
    codes_by: CodesBy
    codes_to: str
    language: Language
    version: int

    @classmethod
    def of(cls, it: Mailbox) -> "MailboxView":
        return cls(it.address, it.codes_by, it.codes_to, it.language, it.version)


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """One partner in the list of all. `endpoint` is None where no address is set; `troubled` counts messages of the last week that
    could not be delivered so far."""

    partner: PartnerView
    services: int
    agreement: bool
    agreement_to: date | None
    endpoint: EndpointState | None
    troubled: int


class Standing(StrEnum):
    """How an agreement stands today."""

    ending = "ending"
    in_force = "in_force"
    coming = "coming"
    ended = "ended"


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """One agreement in the register. `last_day` is the last on which it is in force; `followed_by` the one that takes its place."""

    agreement: Agreement
    partner: PartnerId
    partner_name: str
    standing: Standing
    last_day: date | None
    followed_by: UUID | None

    @classmethod
    def of(cls, it: Agreement, partner: Partner, followed_by: UUID | None, on: date) -> "AgreementLine":
        return cls(it, partner.id, partner.name, standing(it, on), it.last_day, followed_by)


def standing(it: Agreement, on: date) -> Standing:
    if it.signed_on > on:
        return Standing.coming
    if not it.in_force(on):
        return Standing.ended
    last = it.last_day
    return Standing.ending if last is not None and (last - on).days <= REMINDED[0] else Standing.in_force


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a partner's system signs in with. The secret is shown when it is made, and never again."""

    id: PartnerId
    client_id: str
    client_secret: str | None


def in_force(agreements: list[Agreement], on: date) -> tuple[bool, date | None]:
    """Whether one is under which people may be referred, and until when: the longest counts, one without an end has none."""
    force = [one for one in agreements if one.in_force(on) and one.shares]
    ends = [one.last_day for one in force if one.last_day is not None]
    return bool(force), max(ends) if ends and len(ends) == len(force) else None


async def offers_of(work: Work, ours: Mapping[UUID, int], on: date) -> tuple[Offer, ...]:
    """Every service of every partner. A directory is some hundreds of rows: it is read whole. `ours` counts the live referrals of each."""
    partners = {one.id: one for one in await work.partners.all()}
    services, agreements = await work.partners.every_service(), await work.partners.every_agreement()
    force = {its: in_force([one for one in agreements if one.partner_id == its], on) for its in partners}
    return tuple(Offer(partners[one.partner_id], one, ours.get(one.id, 0), *force[one.partner_id]) for one in services)
