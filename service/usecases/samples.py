"""Lays the sample house of `domain/samples`: centres, staff, partners with agreements and credentials, and a little of each kind of work.

Refused in production.
"""

from dataclasses import replace
from datetime import timedelta

from domain import reference
from domain.chance import Clock, Ids
from domain.clients import MigrationStage
from domain.exports.record import Export, Wanted
from domain.identity import Actor, Role, Staff
from domain.incoming.record import Incoming, desk_terms
from domain.outreach import OutreachSession, Plan
from domain.partners.agreements import Agreement
from domain.partners.channels import ChannelKind, CodesBy, Mailbox
from domain.partners.directory import Partner, PartnerAdded, PartnerKind, Service
from domain.partners.holidays import Holiday, HolidayAdded
from domain.partners.hours import DAY_AND_NIGHT
from domain.partners.times import Urgency
from domain.periods import this_year
from domain.policy.figure import frozen
from domain.policy.note import PolicyNote
from domain.ports import Centre, Work, Works
from domain.projects import Basis, Project
from domain.reference import PartnerSeed
from domain.reports.built_in import ReportCode
from domain.reports.dimensions import BANDS, Dimension
from domain.reports.measures import Measure
from domain.reports.period import Cycle
from domain.reports.question import Question, answered
from domain.reports.saved import SavedQuestion
from domain.reports.schedule import Asked, ReportSchedule
from domain.reports.sheet import FileKind
from domain.samples import agencies, house
from domain.samples.agencies import Agency
from domain.sessions import Passwords
from domain.values import (
    HOUSE,
    ContactId,
    Gender,
    IncomingId,
    Language,
    OutreachId,
    PartnerId,
    PolicyNoteId,
    StaffId,
    day_of,
)


class Samples:
    """`mrc demo` lays this first; people come on top of it."""

    def __init__(self, work: Works, passwords: Passwords, clock: Clock, ids: Ids, house: Actor) -> None:
        self._work, self._passwords, self._clock, self._ids, self._house = work, passwords, clock, ids, house

    async def empty(self) -> bool:
        async with self._work.looking(self._house) as work:
            return not await work.staff.all()

    async def lay(self) -> None:
        """One password hash serves all sample accounts: they share the password, and each hash costs tens of milliseconds."""
        hashed = await self._passwords.hash(house.PASSWORD)
        secrets = [await self._passwords.hash(one.secret) if one.secret else None for one in agencies.AGENCIES]
        async with self._work(self._house) as work:
            for code, name in house.CENTRES.items():
                await work.staff.add_centre(Centre(code, name))
            people = self._people(hashed)
            for staff in people:
                await work.staff.add(staff)
            for staff in people:
                if staff.username.startswith("counsellor."):
                    await self._outreach(work, staff)
            for agency, credential in zip(agencies.AGENCIES, secrets, strict=True):
                await self._partner(work, agency, credential)
            await self._directory(work)
            await self._holidays(work)
            await self._projects(work)
            await self._desk(work, hashed)
            await self._incoming(work)
            for staff in people:
                if staff.role is Role.supervisor:
                    await self._question(work, staff)
                    await self._report(work, staff)
                    await self._export(work, staff, house.NAMED, FileKind.csv)
                elif staff.role is Role.analyst:
                    await self._export(work, staff, house.PLAIN, FileKind.excel)

    def _people(self, hashed: str) -> list[Staff]:
        one = Staff(StaffId(self._ids.new()), "", "", Role.counsellor, (), hashed, sample=True)
        people = []
        for code in house.CODES:
            for username, name, role in house.AT_EACH:
                its = {"id": StaffId(self._ids.new()), "username": f"{username}.{code.lower()}", "name": f"{name} {code}"}
                people.append(replace(one, **its, role=role, centres=(code,)))  # type: ignore[arg-type]
        for name, role, centres in house.ABOVE:
            people.append(replace(one, id=StaffId(self._ids.new()), username=name, name=name.capitalize(), role=role, centres=centres))
        return people

    async def _partner(self, work: Work, agency: Agency, credential: str | None) -> None:
        key = agency.key
        partner = Partner(PartnerId(self._ids.new()), key, agency.name, agency.kind, agency.adapter, credential, source="sample")
        if key in agencies.MAILBOXES:
            partner.channels = (ChannelKind.email, ChannelKind.letter)
        await work.partners.add(partner)
        if key in agencies.MAILBOXES:
            address, codes_to = agencies.MAILBOXES[key]
            await work.partners.add_mailbox(Mailbox(self._ids.new(), partner.id, address, CodesBy.email, codes_to))
        await work.partners.add_agreement(Agreement(self._ids.new(), partner.id, "Sample agreement", agency.groups, agencies.AGREED_ON))
        for service in agencies.SERVICES[key]:
            its = replace(service, id=self._ids.new(), partner_id=partner.id, changed_at=self._clock.now())
            its.hides_address = its.name in agencies.HIDDEN
            await work.partners.add_service(its)
            if its.hides_address:
                await work.partners.hide_address(its.id, agencies.HIDDEN[its.name])
        work.announce(PartnerAdded(at=self._clock.now(), by=self._house.id, centre=HOUSE, subject=partner.id))

    async def _desk(self, work: Work, hashed: str) -> None:
        """Two people at the desk of one partner, who see its queue."""
        partner = await work.partners.by_key(agencies.DESK)
        for username, name, role in agencies.PEOPLE:
            its = (StaffId(self._ids.new()), username, name, role, (), hashed)
            await work.staff.add(Staff(*its, sample=True, partner_id=partner.id))

    async def _outreach(self, work: Work, staff: Staff) -> None:
        """One session today, and one last week with the people who signed up at it."""
        by, at, centre = Actor(staff.id, staff.role, staff.centres), self._clock.now(), staff.centres[0]
        today = day_of(at)
        title, kind, place = house.COMING
        its = {"day": today, "begins": "14:30", "district": house.DISTRICTS[centre], "language": Language.urdu}
        coming = Plan(title=title, kind=kind, place=place, **its)  # type: ignore[arg-type]
        title, kind, place = house.EARLIER
        earlier = replace(coming, title=title, kind=kind, place=place, day=today - house.WEEK)
        for plan in (coming, earlier):
            session, planned = OutreachSession.plan(OutreachId(self._ids.new()), centre, plan, staff.id, by=by, at=at, today=today)
            await work.outreach.add(session)
            work.announce(planned)
            if plan is earlier:
                await self._who_came(work, session, by)

    async def _who_came(self, work: Work, session: OutreachSession, by: Actor) -> None:
        at = self._clock.now()
        counted = session.change(dict(house.CAME), by=by, at=at, today=session.day)
        await work.outreach.save(session)
        work.announce(counted)
        for said in house.SIGNED_UP:
            contact = session.sign_up(ContactId(self._ids.new()), said, 0, by=by, at=at - house.WEEK)
            await work.contacts.add(contact)
            work.announce(contact.added(by, at))

    async def _projects(self, work: Work) -> None:
        """Two, made up; one of them stands for whatever returnees come with, at each centre."""
        at = self._clock.now()
        made: list[Project] = []
        for about in house.PROJECTS:
            project, added = Project.begin(self._ids.new(), about, made, by=replace(self._house, centres=(HOUSE,)), at=at)
            await work.projects.add(project)
            work.announce(added)
            made.append(project)
        for code in house.CODES:
            await work.projects.stand(code, Basis.return_reintegration, made[0].id)

    async def _holidays(self, work: Work) -> None:
        """Two days of the coming weeks as an administrator would have entered them: made up, so not verified."""
        at = self._clock.now()
        for days, name in house.HOLIDAYS:
            holiday = Holiday(self._ids.new(), day_of(at) + timedelta(days=days), name, "sample")
            await work.holidays.add(holiday)
            what = {"at": at, "by": self._house.id, "centre": HOUSE, "subject": holiday.id}
            work.announce(HolidayAdded(**what, note=holiday.day.isoformat()))  # type: ignore[arg-type]

    async def _incoming(self, work: Work) -> None:
        """One that waits for Lahore's answer, with a long time to give it."""
        at, centre = self._clock.now(), house.SENT_TO
        partner, told = await work.partners.by_key("reintegration"), house.sent_on(day_of(at))
        by = Actor(partner.id, Role.partner, (), None, partner.id)
        id, ref = IncomingId(self._ids.new()), self._ids.reference()
        sent, came = Incoming.send(id, ref, centre, partner.id, Urgency.low, told, by=by, at=at, terms=desk_terms((), ()), people=())
        await work.incoming.add(sent)
        work.announce(came)

    async def _question(self, work: Work, staff: Staff) -> None:
        """One that the centre shares, of the year until now."""
        by, at, today = Actor(staff.id, staff.role, staff.centres), self._clock.now(), day_of(self._clock.now())
        asked = Question(Measure.cases_opened, (Dimension.month, Dimension.risk), f"{today.year}-01", f"{today:%Y-%m}")
        question, saved = SavedQuestion.save(self._ids.new(), staff.centres[0], "Cases by risk this year", asked, shared=True, by=by, at=at)
        await work.saved_questions.add(question)
        work.announce(saved)
        await self._note(work, by)

    async def _note(self, work: Work, by: Actor) -> None:
        """A draft of what the centre might advise, on last year's figure: nobody is registered in this house yet."""
        at, centre = self._clock.now(), by.centres[0]
        year = day_of(at).year - 1
        asked = Question(Measure.returnees_registered, (Dimension.sex,), f"{year}-01", f"{year}-12", BANDS, (centre,))
        question, saved = SavedQuestion.save(self._ids.new(), centre, "Returnees by gender last year", asked, shared=True, by=by, at=at)
        await work.saved_questions.add(question)
        work.announce(saved)
        figure = frozen(self._ids.new(), question.id, question.name, answered(asked, (centre,), at, ()))
        number = await work.clients.next_number(centre, "N")
        note, written = PolicyNote.write(PolicyNoteId(self._ids.new()), centre, number, house.ADVICE, (figure,), by=by, at=at)
        await work.policy.add(note)
        work.announce(written)

    async def _report(self, work: Work, staff: Staff) -> None:
        """One that the worker makes for them, the first time for the quarter that is over."""
        by, at = Actor(staff.id, staff.role, staff.centres), self._clock.now()
        asked = Asked(report=ReportCode.centre, cycle=Cycle.quarter, outside=False, language=staff.language)
        schedule, said = ReportSchedule.begin(self._ids.new(), staff.centres[0], asked, by=by, at=at, today=day_of(at))
        await work.report_schedules.add(schedule)
        work.announce(said)

    async def _export(self, work: Work, staff: Staff, what: house.Asked, kind: FileKind) -> None:
        """Of this year's lines, for the first of their centres."""
        by, at, centre = Actor(staff.id, staff.role, staff.centres), self._clock.now(), staff.centres[0]
        subject, columns, purpose = what
        wanted = Wanted(subject, columns, *this_year(at), kind)
        told = await work.staff.with_role(centre, Role.supervisor, Role.centre_manager, Role.dpo)
        number = await work.clients.next_number(centre, "E")
        export, asked = Export.ask(self._ids.new(), number, centre, wanted, purpose, by=by, at=at, told=told)
        await work.exports.add(export)
        work.announce(asked)

    async def _directory(self, work: Work) -> None:
        """The directory's first filling, with its mark and source; none of them has an agreement, so nothing can leave for them yet."""
        kinds = {kind.value: kind for kind in PartnerKind}
        for seed in reference.partners().values():
            key = seed.code.lower().replace("_", "-")
            partner = Partner(
                PartnerId(self._ids.new()),
                key,
                seed.name[:200],
                kinds.get(seed.kind, PartnerKind.other),
                "standard",
                verified=seed.mark.verified,
                source=seed.mark.source,
            )
            await work.partners.add(partner)
            await work.partners.add_service(self._seeded(partner, seed))

    def _seeded(self, partner: Partner, seed: PartnerSeed) -> Service:
        """What the directory's own source says the partner does, and nothing it does not say."""
        its = seed.serves
        name = seed.typical_referral[:1].upper() + seed.typical_referral[1:]
        return Service(
            self._ids.new(),
            partner.id,
            name[:200],
            its.areas,
            verified=seed.mark.verified,
            offers=seed.scope[:500],
            genders=tuple(map(Gender, its.genders)),
            age_to=its.age_to,
            stages=tuple(map(MigrationStage, its.stages)),
            hours=DAY_AND_NIGHT if its.always_open else (),
            source=seed.mark.source[:200],
            changed_at=self._clock.now(),
        )
