"""What a partner's system may do: its own referrals while they are live, its steps on them, its news."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.audit import Look, Trail
from domain.chance import Clock, Ids
from domain.consent import shared_with
from domain.errors import NotAllowed, NotFound, Refusal, Stale, Unavailable
from domain.events import Tell
from domain.identity import PARTNER_PEOPLE, Act, Actor, Role, Scope, Sensitivity
from domain.partners.agreements import agreed
from domain.partners.channels import HeardBy
from domain.partners.declining import DeclineCode
from domain.partners.exchange import AnswerStep, BadSignature, Carrier, News, NotUnderstood, Translator
from domain.ports import Delivered, NewsItem, Once, Views, Work, Works
from domain.referrals.answered import Answered
from domain.referrals.doors import PartnerLine, ReferralView
from domain.referrals.feedback import FOLLOW_UP, follow_up
from domain.referrals.history import StepTaken
from domain.referrals.packet import Behind, CentreContact, Packet, packet
from domain.referrals.queue import answered_by, open_to
from domain.referrals.record import Allowed, Referral
from domain.referrals.sandbox import PREFIX
from domain.referrals.steps import State
from domain.values import CentreCode, PartnerId, ReferralId, StaffId, day_of

DESK = "partner_desk"
"""The door by which a partner's own people come in, on pages or with a token."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a referral stands for its partner, and what fits now."""

    ref: str
    state: State
    sequence: int
    answer_by: datetime | None
    appointment_at: datetime | None
    deletion_confirmed_at: datetime | None
    steps: tuple[str, ...]
    decline_code: DeclineCode | None
    """Why they declined, as they said it; none: they gave no code."""

    @classmethod
    def of(cls, it: Referral) -> "Standing":
        steps = it.fitting(AnswerStep)
        return cls(it.ref, it.state, it.sequence, it.answer_by, it.appointment_at, it.deletion_confirmed_at, steps, it.decline_code)


def behind_the_referral(referral: Referral) -> Scope:
    """A partner reaches exactly the rows its referral stands on; this is the house's scope for fetching them on its behalf."""
    return Scope((CentreCode(referral.centre),), StaffId(referral.partner_id), clears=tuple(Sensitivity))


def _door(actor: Actor, channel: str) -> str:
    return DESK if actor.role in PARTNER_PEOPLE else channel


class Answers(Protocol):
    async def answer(self, actor: Actor, once: Once | None, ref: str, answered: Answered) -> object: ...


class PartnerSide:
    def __init__(
        self,
        work: Works,
        views: Views,
        trail: Trail,
        carrier: Carrier,
        translators: Mapping[str, Translator],
        clock: Clock,
        ids: Ids,
        *,
        sandbox: Answers | None = None,
    ) -> None:
        """News about made-up referrals goes to `sandbox`."""
        self._work, self._views, self._trail = work, views, trail
        self._carrier, self._translators, self._clock, self._ids = carrier, translators, clock, ids
        self._sandbox = sandbox

    @staticmethod
    def _partner(actor: Actor, act: Act) -> PartnerId:
        actor.check(act)
        if actor.partner is None:
            raise NotAllowed("Only a partner's own system does this.")
        return actor.partner

    async def _referral(self, work: Work, actor: Actor, ref: str) -> Referral:
        """Raises NotFound, alike for another partner's, for what a colleague holds, and for none."""
        it = await work.referrals.for_partner(self._partner(actor, Act.answer_referral), ref)
        if not open_to(it, actor):
            raise NotFound()
        return it

    async def page(self, actor: Actor, limit: int, after: UUID | None) -> tuple[tuple[PartnerLine, ...], UUID | None]:
        partner = self._partner(actor, Act.answer_referral)
        only = StaffId(actor.id) if actor.role is Role.partner_worker else None
        found = await self._views.partner_queue.of_partner(partner, limit + 1, after, only)
        shown = found[:limit]
        return tuple(line for _, line in shown), shown[-1][0] if len(found) > limit else None

    async def open(self, actor: Actor, ref: str, *, channel: str = "api") -> Packet:
        """Put together anew at each opening, and each opening is in the trail before it is answered. Raises Recalled."""
        at = self._clock.now()
        async with self._work.looking(actor) as work:
            referral = await self._referral(work, actor, ref)
            opened = await self._packet(work, referral, at)
        look = Look(actor.id, referral.centre, "opened_packet", referral.id, referral.client_id, note=_door(actor, channel))
        await self._trail.saw(look)
        return opened

    async def _packet(self, work: Work, referral: Referral, at: datetime) -> Packet:
        scope = behind_the_referral(referral)
        consents = await work.consents.of_client(scope, referral.client_id)
        agreements = await work.partners.agreements(referral.partner_id)
        may = Allowed(shared_with(referral.partner_id, consents, at), agreed(agreements, day_of(at)))
        case = await work.cases.look(scope, referral.case_id)
        behind = Behind(
            await work.clients.get(scope, referral.client_id), case.summary, tuple(await work.screenings.of_case(scope, case.id))
        )
        centre = await work.staff.centre(referral.centre)
        return packet(referral, behind, may, CentreContact(centre.name, centre.phone))

    async def answer(self, actor: Actor, once: Once | None, ref: str, answered: Answered, *, channel: str = "api") -> Standing:
        """Raises OutOfStep, ReasonNeeded, OutcomeNeeded, NoteNeeded, OnlyDeclines; the sender is told in the same transaction."""
        async with self._work(actor) as work:
            referral = await self._referral(work, actor, ref)
            if not await work.once(once, referral.id):
                answered_by(referral, actor)
                await self._taken(work, actor, referral, answered, _door(actor, channel))
        return Standing.of(referral)

    async def report(
        self, actor: Actor, once: Once | None, id: ReferralId, answered: Answered, heard: HeardBy, *, seen: int | None = None
    ) -> ReferralView:
        """What the partner said on the telephone, on paper or across a table, written down by whoever answers for the referral: the same
        steps by another door. Raises what `answer` raises, and Stale with the present view."""
        scope = actor.scope(Act.move_referral)
        async with self._work(actor) as work:
            referral = await work.referrals.get(scope, id)
            if await work.once(once, id):
                return ReferralView.of(referral)
            if seen is None or referral.version == seen:
                await self._taken(work, actor, referral, answered, heard)
                return ReferralView.of(referral)
        await self._trail.saw(Look(actor.id, referral.centre, "saw_referral", id, referral.client_id))
        raise Stale(ReferralView.of(referral))

    async def _taken(self, work: Work, actor: Actor, referral: Referral, answered: Answered, channel: str) -> None:
        """Whose referral it is hears of it, whoever writes it down."""
        at = self._clock.now()
        moved = referral.answer(answered, by=actor, at=at)
        told = {referral.made_by, referral.counsellor_id} - {actor.id}
        kind = "deletion_confirmed" if answered.step is AnswerStep.confirm_deletion else f"referral_{referral.state}"
        tells = tuple(Tell(staff=one, kind=kind, subject=referral.id) for one in sorted(told))
        await work.referrals.save(referral)
        await work.referrals.step(StepTaken.of(self._ids.new(), referral, moved, channel))
        work.announce(moved if moved.tells else replace(moved, tells=tells))
        if moved.to in FOLLOW_UP:
            await self._follow_up(work, actor, referral)

    async def _follow_up(self, work: Work, actor: Actor, referral: Referral) -> None:
        """The counsellor asks the client some time after; in the same transaction, so that no end goes without."""
        at = self._clock.now()
        case = await work.cases.look(behind_the_referral(referral), referral.case_id)
        language = (await work.staff.get(referral.counsellor_id)).language
        if task := follow_up(self._ids.new(), case, referral.id, referral.state, referral.counsellor_id, language, at):
            await work.counselling.add_task(task)
            work.announce(task.added(actor, at))

    async def stands(self, actor: Actor, ref: str) -> Standing:
        async with self._work.looking(actor) as work:
            return Standing.of(await self._referral(work, actor, ref))

    async def verified(self, key: str, headers: Mapping[str, str], body: bytes) -> Delivered:
        """Raises BadSignature alike for an unknown partner, none of its secrets, or a wrong signature."""
        house = Actor(UUID(int=0), Role.partner, ())
        now = self._clock.now()
        async with self._work.looking(house) as work:
            try:
                partner = await work.partners.by_key(key)
            except NotFound:
                raise BadSignature() from None
            endpoint = await work.partners.endpoint(partner.id)
        if endpoint is None or not partner.active:
            raise BadSignature()
        delivery = self._carrier.verify(headers, body, endpoint.secrets(now))
        kept = {name: value for name, value in headers.items() if name.lower() in ("content-type", "webhook-id", "webhook-timestamp")}
        return Delivered(Actor(partner.id, Role.partner, (), None, partner.id), partner.id, delivery, kept)

    async def hear(self, delivered: Delivered, body: bytes) -> None:
        """News about referrals: stored once under the sender's delivery id, worked through later."""
        item = NewsItem(delivered.partner, delivered.delivery, dict(delivered.headers), body)
        async with self._work(delivered.sender) as work:
            await work.inbox.take(item)

    async def work_through(self, limit: int) -> int:
        """The worker's share: each kept message moves its referrals, or is marked with why not. One message, one transaction."""
        done = 0
        house = Actor(UUID(int=0), Role.partner, ())
        while done < limit:
            async with self._work(house) as work:
                items = await work.inbox.open(1)
                if not items:
                    return done
                item = items[0]
                partner = await work.partners.get(item.partner)
            fault = await self._apply(item, self._translators.get(partner.adapter))
            async with self._work(house) as work:
                await work.inbox.done(item, fault=fault)
            done += 1
        return done

    async def _apply(self, item: NewsItem, translator: Translator | None) -> str:
        """Empty when every piece of news was taken, else the rule that stood against one. Taken steps are not taken twice: they key on the
        delivery id."""
        if translator is None:
            return "adapter-not-on"
        actor = Actor(item.partner, Role.partner, (), None, item.partner)
        try:
            news = translator.read_news(item.headers, item.body)
        except NotUnderstood as refusal:
            return refusal.rule
        except Exception as fault:
            # An adapter may be anybody's: its fault is this message's alone.
            return f"adapter-failed {type(fault).__name__}"
        faults = [await self._heard(actor, item, index, one) for index, one in enumerate(news)]
        return ", ".join(sorted({fault for fault in faults if fault}))

    async def _heard(self, actor: Actor, item: NewsItem, index: int, news: News) -> str:
        once = Once(f"{item.delivery}:{index}", "news", b"")
        try:
            if self._sandbox is not None and news.reference.startswith(PREFIX):
                await self._sandbox.answer(actor, once, news.reference, Answered.of(news))
            else:
                await self.answer(actor, once, news.reference, Answered.of(news), channel="webhook")
        except Unavailable:
            # The database is away: the message stays open and is worked through when it is back.
            raise
        except Refusal as refusal:
            return refusal.rule
        return ""
