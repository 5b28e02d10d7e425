"""Recording what a client allows, and its withdrawal, which recalls in the same transaction what left under it."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from domain.audit import Look, Trail, looks
from domain.chance import Clock, Ids
from domain.consent import Consent, ConsentForm, ConsentView, Purpose
from domain.errors import Stale
from domain.identity import Act, Actor
from domain.ports import Once, Views, Works
from domain.referrals.history import StepTaken
from domain.referrals.steps import HouseStep
from domain.values import ClientId, ConsentId, FieldGroup, Language, StaffId, day_of


@dataclass(frozen=True, slots=True)
class Ending:
    """Consents that end soon, the soonest first; `numbers` are their clients' numbers by id."""

    consents: tuple[ConsentView, ...]
    numbers: dict[UUID, str]


class Consents:
    def __init__(self, work: Works, views: Views, trail: Trail, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._trail, self._clock, self._ids = work, views, trail, clock, ids

    async def of_client(self, actor: Actor, id: ClientId) -> tuple[ConsentView, ...]:
        scope = actor.scope(Act.see_consent)
        client = await self._views.clients.client(scope, id)
        found = await self._views.consents.of_client(scope, id)
        await self._trail.saw(Look(actor.id, client.centre, "saw_consents", id, id))
        return tuple(map(ConsentView.of, found))

    async def ending(self, actor: Actor, days: int, limit: int) -> Ending:
        """So that a client is asked again before a partner loses sight of a referral under way."""
        scope = actor.scope(Act.see_consent)
        today = day_of(self._clock.now())
        found = await self._views.consents.ending(scope, today, today + timedelta(days=days), limit)
        await self._trail.saw(*looks(actor.id, "saw_consents", found))
        numbers = await self._views.clients.numbers(actor.scope(Act.see_client), tuple({one.client_id for one in found}))
        return Ending(tuple(map(ConsentView.of, found)), numbers)

    async def record(
        self,
        actor: Actor,
        once: Once | None,
        client_id: ClientId,
        *,
        purpose: Purpose,
        partner: str | None,
        field_groups: tuple[FieldGroup, ...],
        form: ConsentForm,
        language: Language,
        text_version: str,
        valid_to: date | None,
    ) -> ConsentView:
        """Raises ShareNeedsPartner, NotFound."""
        at = self._clock.now()
        async with self._work(actor) as work:
            scope = actor.scope(Act.record_consent)
            client = await work.clients.get(scope, client_id)
            whom = (await work.partners.named(partner)).id if partner else None
            consent = Consent(
                ConsentId(self._ids.new()),
                client.centre,
                client.id,
                purpose,
                whom,
                field_groups,
                form,
                language,
                text_version,
                at,
                StaffId(actor.id),
                valid_to,
            )
            if made := await work.once(once, consent.id):
                return ConsentView.of(await work.consents.get(scope, ConsentId(made)))
            given = consent.given(actor, at)
            await work.consents.add(consent)
            work.announce(given)
        return ConsentView.of(consent)

    async def withdraw(self, actor: Actor, once: Once | None, id: ConsentId, seen: int | None) -> ConsentView:
        """Every open referral to the partner concerned is recalled here and now, and the partner is told."""
        at = self._clock.now()
        async with self._work(actor) as work:
            scope = actor.scope(Act.withdraw_consent)
            consent = await work.consents.get(scope, id)
            if await work.once(once, id):
                return ConsentView.of(consent)
            if seen is None or consent.version == seen:
                withdrawn = consent.withdraw(by=actor, at=at)
                await work.consents.save(consent)
                work.announce(withdrawn)
                if consent.purpose is Purpose.share:
                    for referral in await work.referrals.open_to(consent.client_id, consent.partner_id):
                        terms = await work.terms(referral.partner_id, referral.service_id, day_of(at))
                        recalled = referral.take(HouseStep.recall, by=actor, at=at, terms=terms)
                        await work.referrals.save(referral)
                        await work.referrals.step(StepTaken.of(self._ids.new(), referral, recalled, "consent_withdrawn"))
                        work.announce(recalled)
                return ConsentView.of(consent)
        await self._trail.saw(Look(actor.id, consent.centre, "saw_consent", id, consent.client_id))
        raise Stale(ConsentView.of(consent))
