"""The directory of partners: everybody reads it; the administrator adds, changes, confirms, ends and switches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.cases import Risk
from domain.consent import Purpose
from domain.delivery import DeliveryView, EndpointHealth
from domain.errors import Invalid, NotFound, Refusal
from domain.identity import Act
from domain.partners.agreements import Agreement
from domain.partners.channels import MAIL_LANGUAGES, ChannelKind, CodesBy
from domain.partners.directory import PartnerKind, Service
from domain.partners.hours import DAYS, Weekday, open_state
from domain.partners.search import room
from domain.partners.times import MOST_DAYS, Unit, Urgency
from domain.reporting import Notice
from domain.values import FieldGroup, Language, PartnerId, day_of
from service.usecases.partners import Credentials, EndpointState, MailboxView, PartnerLine, PartnerView, ServiceFound
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, Form, uuid_of
from service.web.labels_notices import NOTICES
from service.web.merging import Theirs, chosen, overtaken
from service.web.offers import Offer, offer, week
from service.web.partner_forms import agreed_times, partner_apart, partner_changes, partner_fields

router = APIRouter(route_class=PageRoute)
LOG = 30


@dataclass(frozen=True, slots=True)
class Directory:
    lines: tuple[PartnerLine, ...]
    runs: bool
    news: tuple[tuple[str, PartnerLine, Notice], ...] = ()
    """What an administrator was told, with the partner that it is about."""


@router.get("/partners", **acts(Act.see_partners))
async def partners(visit: Visiting) -> Response:
    lines, runs = await visit.use.partners.overview(visit.actor), visit.actor.may(Act.run_partners)
    its = {UUID(str(line.partner.id)): line for line in lines}
    told = await visit.use.partners.news(visit.actor, LOG) if runs else ()
    news = tuple((NOTICES[one.kind], its[one.subject], one) for one in told if one.subject in its)
    return visit.show("partners", Directory(lines, runs, news))


@dataclass(frozen=True, slots=True)
class NewPartner:
    adapters: tuple[str, ...]
    kinds: tuple[PartnerKind, ...] = tuple(PartnerKind)


async def _new_page(visit: Visit, again: Again = NOTHING, status: int = 200) -> Response:
    return visit.show("partner_new", NewPartner(tuple(visit.settings.partners)), again=again, status=status)


@router.get("/partners/new", **acts(Act.run_partners))
async def new_partner(visit: Visiting) -> Response:
    return await _new_page(visit)


@router.post("/partners", **acts(Act.run_partners))
async def add_partner(visit: Visiting) -> Response:
    form, settings = visit.form, visit.settings
    key, name, kind, source = form.read("partner_key", _key, ""), form.needed("name"), form.chosen("kind", PartnerKind), form.line("source")
    adapter = form.raw("adapter") if form.raw("adapter") in settings.partners else "standard"
    if not form.raw("partner_key"):
        form.wrong("partner_key", mark("This cannot be empty."))
    try:
        form.check()
        made = await visit.use.partners.add(visit.actor, visit.once(), key, name, kind, adapter, None, source)
    except Refusal as refusal:
        return await _new_page(visit, form.again("partner", refusal, {"key": "partner_key"}), status_of(refusal))
    return visit.go(f"/partners/{made.id}", "partner")


def _key(text: str) -> str:
    plain = (
        text.isascii()
        and len(text) <= 60
        and text == text.lower()
        and text[0].isalnum()
        and text.replace("-", "").replace("_", "").isalnum()
    )
    if not plain:
        raise Invalid(mark("A key is small letters, digits and dashes, such as swd-punjab."))
    return text


@dataclass(frozen=True, slots=True)
class Admin:
    """What only the administrator sees of a partner."""

    endpoint: EndpointState | None
    host: str
    deliveries: tuple[DeliveryView, ...]
    more: UUID | None = None
    """Behind which delivery the log goes on."""
    mailbox: MailboxView | None = None
    health: EndpointHealth | None = None
    given: Credentials | None = None


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """`shown` are the particulars as they would be typed; where somebody else changed them meanwhile, `stale` says that both are shown and
    `theirs` where they differ."""

    partner: PartnerView
    services: tuple[Offer, ...]
    agreements: tuple[tuple[Agreement, bool], ...]
    admin: Admin | None
    shown: Mapping[str, tuple[str, ...]]
    stale: bool
    theirs: Mapping[str, Theirs]
    week: tuple[tuple[str, str], ...]
    kinds: tuple[PartnerKind, ...] = tuple(PartnerKind)
    days: tuple[Weekday, ...] = DAYS
    urgencies: tuple[Urgency, ...] = tuple(Urgency)
    units: tuple[Unit, ...] = tuple(Unit)
    levels: Mapping[Urgency, Risk] = field(default_factory=lambda: {one: Risk(one.value) for one in Urgency})
    """The bare word for an urgency: its full name says the usual time, where another was agreed."""
    groups: tuple[FieldGroup, ...] = tuple(FieldGroup)
    ways: tuple[ChannelKind, ...] = tuple(ChannelKind)
    codes_by: tuple[CodesBy, ...] = tuple(CodesBy)
    languages: tuple[Language, ...] = MAIL_LANGUAGES
    purposes: tuple[Purpose, ...] = tuple(Purpose)

    @property
    def open_agreements(self) -> tuple[Agreement, ...]:
        """Those that another may follow."""
        followed = {one.predecessor for one, _ in self.agreements}
        return tuple(one for one, _ in self.agreements if one.ended_on is None and one.id not in followed)


def _shown(visit: Visit, service: Service, partner: PartnerView) -> Offer:
    left = room(service, 0)
    open_now = open_state(service.hours or partner.hours, visit.frame.at)
    found = ServiceFound(service, partner, 0, False, None, None, None, None, left, open_now)
    return offer(found, visit.frame.words)


async def partner_page(
    visit: Visit,
    id: PartnerId,
    again: Again = NOTHING,
    status: int = 200,
    *,
    particulars: Form | None = None,
    given: Credentials | None = None,
    after: UUID | None = None,
) -> Response:
    """`particulars` are some that were refused; the delivery log begins behind `after`."""
    use, actor = visit.use.partners, visit.actor
    partner = await use.get(actor, id)
    stale = particulars is not None and overtaken(particulars, partner.version)
    admin = None
    if actor.may(Act.run_partners):
        endpoint = await use.endpoint_of(actor, id)
        host = endpoint.url.split("://", 1)[-1].split("/", 1)[0] if endpoint else ""
        post = visit.use.endpoints
        log, more = await post.deliveries(actor, LOG, after, of=id)
        health = await post.health(actor, of=id) if endpoint else None
        admin = Admin(endpoint, host, log, more, await use.mailbox_of(actor, id), health, given)
    services = sorted(await use.services(actor, id), key=lambda one: (not one.offered, one.name))
    agreements = sorted(await use.agreements(actor, id), key=lambda one: one.signed_on, reverse=True)
    today = day_of(visit.frame.at)
    view = PartnerPage(
        partner,
        tuple(_shown(visit, one, partner) for one in services),
        tuple((one, one.in_force(today)) for one in agreements),
        admin,
        partner_fields(partner),
        stale,
        partner_apart(partner, particulars) if particulars and stale else {},
        week(partner.hours, visit.frame.words),
    )
    return visit.show("partner", view, again=again, status=status)


@router.get("/partners/{id}", **acts(Act.see_partners))
async def partner(visit: Visiting, id: UUID, after: str = "") -> Response:
    return await partner_page(visit, PartnerId(id), after=uuid_of(after))


def _seen(form: Form) -> int:
    return form.number("version", 1, 10**9) or 0


@router.post("/partners/{id}", **acts(Act.run_partners))
async def change_partner(visit: Visiting, id: UUID) -> Response:
    form, seen = visit.form, _seen(visit.form)
    try:
        form = chosen(form, partner_fields(await visit.use.partners.get(visit.actor, PartnerId(id))))
        changes = partner_changes(form)
        form.check()
        await visit.use.partners.change(visit.actor, PartnerId(id), seen, changes)
    except Refusal as refusal:
        return await partner_page(visit, PartnerId(id), form.again("particulars", refusal), status_of(refusal), particulars=form)
    return visit.go(f"/partners/{id}", "changed")


@router.post("/partners/{id}/agreements", **acts(Act.run_partners))
async def add_agreement(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    title, purposes, groups = form.needed("title"), form.line("purposes", 500), form.several("groups", FieldGroup)
    signed_on, valid_to = form.day("signed_on"), form.day("valid_to")
    times, expiry = agreed_times(form), form.number("expiry_days", 1, MOST_DAYS)
    if not groups:
        form.wrong("groups", mark("Choose at least one."))
    if signed_on is None and not form.raw("signed_on"):
        form.wrong("signed_on", mark("This cannot be empty."))
    try:
        form.check()
        if signed_on is not None:
            await visit.use.partners.add_agreement(
                visit.actor,
                visit.once(),
                PartnerId(id),
                title,
                groups,
                signed_on,
                valid_to,
                purposes,
                times,
                expiry,
                form.several("purpose_codes", Purpose),
                uuid_of(form.raw("predecessor")),
                approval=form.ticked("approval"),
            )
    except Refusal as refusal:
        return await partner_page(visit, PartnerId(id), form.again("agreement", refusal), status_of(refusal))
    return visit.go(f"/partners/{id}", "agreement", "agreements")


@router.post("/partners/{id}/agreements/{agreement}/end", **acts(Act.run_partners))
async def end_agreement(visit: Visiting, id: UUID, agreement: UUID) -> Response:
    try:
        await visit.use.partners.end_agreement(visit.actor, visit.once(), PartnerId(id), agreement)
    except NotFound:
        raise
    except Refusal as refusal:
        return await partner_page(visit, PartnerId(id), visit.form.again("end", refusal), status_of(refusal))
    return visit.go(f"/partners/{id}", "agreement-ended", "agreements")


@router.post("/partners/{id}/endpoint", **acts(Act.run_partners))
async def switch_endpoint(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    try:
        await visit.use.partners.switch_endpoint(visit.actor, PartnerId(id), _seen(form), disabled=form.ticked("disabled"))
    except NotFound:
        raise
    except Refusal as refusal:
        return await partner_page(visit, PartnerId(id), form.again("endpoint", refusal), status_of(refusal))
    return visit.go(f"/partners/{id}", "changed", "endpoint")


@router.post("/partners/{id}/channels", **acts(Act.run_partners))
async def order_channels(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    ways = (form.chosen("channels", ChannelKind), form.choice("second", ChannelKind), form.choice("third", ChannelKind))
    try:
        form.check()
        chosen_ways = tuple(dict.fromkeys(way for way in ways if way))
        await visit.use.partners.change(visit.actor, PartnerId(id), _seen(form), {"channels": chosen_ways})
    except NotFound:
        raise
    except Refusal as refusal:
        return await partner_page(visit, PartnerId(id), form.again("ways", refusal), status_of(refusal))
    return visit.go(f"/partners/{id}", "changed", "ways")


@router.post("/partners/{id}/mailbox", **acts(Act.run_partners))
async def set_mailbox(visit: Visiting, id: UUID) -> Response:
    form = visit.form
    address, to = form.needed("address"), form.needed("codes_to")
    by, language, seen = form.chosen("codes_by", CodesBy), form.chosen("language", Language), form.number("version", 1, 10**9)
    try:
        form.check()
        await visit.use.partners.set_mailbox(visit.actor, PartnerId(id), seen, address, by, to, language)
    except NotFound:
        raise
    except Refusal as refusal:
        return await partner_page(visit, PartnerId(id), form.again("mailbox", refusal), status_of(refusal))
    return visit.go(f"/partners/{id}", "changed", "ways")


@router.post("/partners/{id}/credentials", **acts(Act.run_partners))
async def renew_credentials(visit: Visiting, id: UUID) -> Response:
    """The answer is the page itself: the secret is shown here and nowhere again, so no other page could be led to."""
    given = await visit.use.partners.renew_credentials(visit.actor, visit.once(), PartnerId(id))
    return await partner_page(visit, PartnerId(id), given=given)
