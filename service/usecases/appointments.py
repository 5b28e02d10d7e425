"""A referral's appointment for the counsellor's calendar, and the words in which the client may be told."""

from domain.audit import Look, Trail
from domain.chance import Clock
from domain.errors import Refusal
from domain.identity import Act, Actor
from domain.ports import Views, Works
from domain.referrals.appointments import Calendars, ForClient, appointment, message
from domain.values import ReferralId


class Appointments:
    def __init__(self, work: Works, views: Views, trail: Trail, calendars: Calendars, clock: Clock) -> None:
        self._work, self._views, self._trail, self._calendars, self._clock = work, views, trail, calendars, clock

    async def event(self, actor: Actor, id: ReferralId) -> bytes:
        """What is taken out of the house stands in the trail first; a refusal tells something too. Raises NoAppointment."""
        its = await self._views.reporting.referral_file(actor.scope(Act.see_referrals), id)
        await self._trail.saw(Look(actor.id, its.referral.centre, "took_appointment", id, its.referral.client_id))
        async with self._work.looking(actor) as work:
            centre = await work.staff.centre(its.referral.centre)
        made = appointment(
            its.referral,
            its.history,
            (its.case.sensitivity, its.client.sensitivity),
            centre=centre.name,
            partner=its.partner.name,
            language=actor.language,
            at=self._clock.now(),
        )
        return self._calendars.event(made)

    async def for_client(self, actor: Actor, id: ReferralId) -> ForClient | None:
        """None where no appointment is set."""
        its = await self._views.reporting.referral_file(actor.scope(Act.see_referrals), id)
        referral, about = its.referral, its.client.particulars
        if referral.appointment_at is None:
            return None
        await self._trail.saw(Look(actor.id, referral.centre, "saw_message", id, referral.client_id))
        phones, spoken, now = about.phones, about.languages, self._clock.now()
        try:
            text, language = message(referral.state, referral.appointment_at, about.safe_contact, phones, spoken, now)
        except Refusal as refusal:
            return ForClient.refused(refusal)
        return ForClient(text, language)
