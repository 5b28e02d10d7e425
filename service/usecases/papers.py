"""Papers: the letter of a referral, the summary and the plan of a case, in the trail before they are handed out."""

from asyncio import to_thread
from dataclasses import dataclass
from uuid import UUID

from domain.audit import Look, Trail
from domain.chance import Clock
from domain.identity import Act, Actor
from domain.papers import (
    CaseSummary,
    Leave,
    Letter,
    NoPrinter,
    Printer,
    Sent,
    Sheet,
    Story,
    Typesetter,
    letter,
    paper_language,
    plan_paper,
    summary,
)
from domain.ports import Views, Work, Works
from domain.referrals.packet import Behind, CentreContact
from domain.referrals.record import Referral
from domain.referrals.steps import LIVE
from domain.values import CaseId, CentreCode, Language, PlanId, ReferralId

PDF_POLICY = "default-src 'none'; object-src 'self'; frame-ancestors 'none'; base-uri 'none'"
"""What a browser's own viewer needs to show a PDF in place."""


@dataclass(frozen=True, slots=True)
class Printed:
    """`name` is the same for everybody's paper."""

    name: str
    media_type: str
    body: bytes
    policy: str


class Papers:
    def __init__(self, work: Works, views: Views, trail: Trail, typesetter: Typesetter, printer: Printer, clock: Clock) -> None:
        self._work, self._views, self._trail, self._clock = work, views, trail, clock
        self._typesetter, self._printer = typesetter, printer

    async def prints(self) -> bool:
        """Whether this machine makes PDFs."""
        try:
            await self._printer.pdf("<p></p>")
        except NoPrinter:
            return False
        return True

    async def letter(self, actor: Actor, id: ReferralId, language: Language | None, *, as_html: bool = False) -> Printed:
        """What leaves on paper is what would leave by wire. Raises NotUnderWay, NoConsent, NoAgreement."""
        referral = await self._views.referrals.referral(actor.scope(Act.see_referrals), id)
        async with self._work.looking(actor) as work:
            made, spoken = await self._letter(work, actor, referral)
        tongue = paper_language(spoken, language)
        groups = ", ".join(group.value for group in made.groups)
        await self._trail.saw(Look(actor.id, referral.centre, "printed_letter", id, referral.client_id, note=f"{tongue}: {groups}"))
        return await self._printed("letter", await to_thread(self._typesetter.letter, made, tongue), as_html)

    async def _letter(self, work: Work, actor: Actor, referral: Referral) -> tuple[Letter, tuple[Language, ...]]:
        scope = actor.scope(Act.see_referrals)
        partner = await work.partners.get(referral.partner_id)
        services = await work.partners.services(partner.id)
        consents = await work.consents.of_client(actor.scope(Act.see_consent), referral.client_id)
        case = await work.cases.look(scope, referral.case_id)
        client = await work.clients.get(scope, referral.client_id)
        made = letter(
            referral,
            Behind(client, case.summary, tuple(await work.screenings.of_case(scope, case.id))),
            Leave(tuple(consents), tuple(await work.partners.agreements(partner.id))),
            partner=partner.name,
            service=next((service for service in services if service.id == referral.service_id), None),
            centre=await self._centre(work, referral.centre),
            at=self._clock.now(),
        )
        return made, client.particulars.languages

    async def summary(self, actor: Actor, id: CaseId, language: Language | None, *, as_html: bool = False) -> Printed:
        """For the client's own hands."""
        scope = actor.scope(Act.see_case)
        case = await self._views.cases.case(scope, id)
        client = await self._views.clients.client(scope, case.client_id)
        sessions, tasks = await self._views.counselling.sessions(scope, id), await self._views.counselling.tasks(scope, id)
        referrals = await self._views.referrals.of_case(scope, id)
        async with self._work.looking(actor) as work:
            staff = {one.id: one.name for one in await work.staff.all()}
            partners = {one.id: one.name for one in await work.partners.all()}
            places = {one.id: one.address for one in await work.partners.every_service()}
            centre = await self._centre(work, case.centre)
        live = (one for one in referrals if one.state in LIVE)
        sent = tuple(
            Sent(partners[one.partner_id], one.appointment_at, places.get(one.service_id) if one.service_id else None) for one in live
        )
        made: CaseSummary = summary(Story(case, client, tuple(sessions), tuple(tasks), sent, staff), centre, self._clock.now())
        tongue = paper_language(client.particulars.languages, language)
        await self._trail.saw(Look(actor.id, case.centre, "printed_summary", id, case.client_id, note=tongue.value))
        return await self._printed("summary", await to_thread(self._typesetter.summary, made, tongue), as_html)

    async def plan(self, actor: Actor, id: PlanId, language: Language | None, *, as_html: bool = False) -> Printed:
        """One version, for the client's own hands and their signature. Raises NotOnPaper."""
        scope = actor.scope(Act.see_case)
        plan = next(one for one in await self._views.plans.beside(scope, id) if one.id == id)
        case = await self._views.cases.case(scope, plan.case_id)
        client = await self._views.clients.client(scope, plan.client_id)
        async with self._work.looking(actor) as work:
            called: dict[UUID, str] = {one.id: one.name for one in await work.staff.all()}
            called |= {one.id: one.name for one in await work.partners.all()}
            centre = await self._centre(work, case.centre)
        made = plan_paper(plan, case, client, called, centre, self._clock.now())
        tongue = paper_language(client.particulars.languages, language)
        await self._trail.saw(Look(actor.id, case.centre, "printed_plan", id, case.client_id, note=tongue.value))
        return await self._printed("plan", await to_thread(self._typesetter.plan, made, tongue), as_html)

    @staticmethod
    async def _centre(work: Work, code: CentreCode) -> CentreContact:
        centre = await work.staff.centre(code)
        return CentreContact(centre.name, centre.phone)

    async def _printed(self, name: str, sheet: Sheet, as_html: bool) -> Printed:
        """A machine that makes no PDF gives the same paper as a page for the browser to print."""
        if not as_html:
            try:
                return Printed(f"{name}.pdf", "application/pdf", await self._printer.pdf(sheet.html), PDF_POLICY)
            except NoPrinter:
                pass
        return Printed(f"{name}.html", "text/html; charset=utf-8", sheet.html.encode(), sheet.policy)
