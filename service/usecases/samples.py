"""The sample house: three centres, their staff, the partners with agreements and credentials. Refused in production."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from domain import reference
from domain.chance import Clock, Ids
from domain.clients import MigrationStage, Particulars, Said
from domain.consent import ConsentForm
from domain.identity import Actor, Role, Staff
from domain.incoming.record import Incoming, Referred, Told, desk_terms
from domain.outreach import OutreachKind, OutreachSession, Plan
from domain.partners.channels import ChannelKind, CodesBy, Mailbox
from domain.partners.directory import Agreement, Partner, PartnerAdded, PartnerKind, Service
from domain.partners.holidays import Holiday, HolidayAdded
from domain.partners.hours import DAY_AND_NIGHT, DAYS, Opening
from domain.partners.times import Urgency
from domain.policy.figure import frozen
from domain.policy.note import Advice, PolicyNote, Topic
from domain.ports import Centre, Work, Works
from domain.projects import About, Basis, Project
from domain.reference import PartnerSeed
from domain.reports.built_in import ReportCode
from domain.reports.dimensions import BANDS, Dimension
from domain.reports.measures import Measure
from domain.reports.period import Cycle
from domain.reports.question import Question, answered
from domain.reports.saved import SavedQuestion
from domain.reports.schedule import Asked, ReportSchedule
from domain.sessions import Passwords
from domain.values import (
    HOUSE,
    Birth,
    CentreCode,
    ContactId,
    FieldGroup,
    Gender,
    IncomingId,
    Language,
    OutreachId,
    PartnerId,
    Phone,
    PolicyNoteId,
    StaffId,
    day_of,
)

PASSWORD = "demo-password-2026"
CENTRES = (
    Centre(CentreCode("ISB"), "Migrant Resource Centre Islamabad"),
    Centre(CentreCode("LHE"), "Migrant Resource Centre Lahore"),
    Centre(CentreCode("PEW"), "Migrant Resource Centre Peshawar"),
)
_CODES = tuple(centre.code for centre in CENTRES)
WEEK = timedelta(days=7)
HOLIDAYS = ((40, "Public holiday (sample)"), (75, "Regional holiday (sample)"))
"""So many days from the day on which the sample house is laid. No source of ours names the days of Pakistan's holidays."""
ADVICE = Advice(
    "A desk for new papers at the airport",
    Topic.documents,
    "People who come back without a valid card wait for weeks before a bank or a training institute takes them.",
    "A mobile registration van beside the arrivals desk, on the days of charter flights.",
    "National Commission for Human Rights",
)
PROJECTS = (
    About(code="SAMPLE-RETURN", name="Reintegration of returnees (sample)", donor="Sample donor", first=date(2024, 1, 1)),
    About(code="SAMPLE-SAFE", name="Safe migration (sample)", donor="Another sample donor", first=date(2025, 7, 1)),
)
DISTRICTS = {"ISB": "PK401", "LHE": "PK617", "PEW": "PK528"}
"""Where the sample sessions are held, as P-codes."""
SIGNED_UP = (
    Said("Shabana", Phone("+923900000011", safe=True), "Is the agency that offers her a job a licensed one?", Language.urdu),
    Said("Gul Wali", Phone("+923900000012"), "Where can he have his skills certified?", Language.pashto),
)

SENT = Referred(
    "Rubina",
    gender=Gender.female,
    district="PK617",
    particulars=Particulars(birth=Birth(1991), phones=(Phone("+923900000021", safe=True),), languages=(Language.punjabi, Language.urdu)),
)
"""Whom the reintegration network has sent to Lahore."""

# key, name, kind, adapter, secret, what the sample agreement lets leave
PARTNERS: tuple[tuple[str, str, PartnerKind, str, str, tuple[FieldGroup, ...]], ...] = (
    (
        "fia",
        "Federal Investigation Agency, Anti-Human Smuggling",
        PartnerKind.law_enforcement,
        "fia",
        "demo-fia-2026",
        (FieldGroup.identity, FieldGroup.contact, FieldGroup.migration, FieldGroup.screening, FieldGroup.narrative),
    ),
    (
        "swd-punjab",
        "Social Welfare Department, Punjab",
        PartnerKind.government,
        "social_welfare",
        "demo-swd-2026",
        (FieldGroup.identity, FieldGroup.contact, FieldGroup.health, FieldGroup.narrative),
    ),
    (
        "reintegration",
        "Reintegration network",
        PartnerKind.ngo,
        "reintegration_network",
        "demo-rein-2026",
        (FieldGroup.identity, FieldGroup.contact, FieldGroup.migration, FieldGroup.narrative),
    ),
    (
        "shelter-lhe",
        "Shelter for women, Lahore",
        PartnerKind.ngo,
        "standard",
        "",
        (FieldGroup.identity, FieldGroup.contact, FieldGroup.narrative),
    ),
)
MAILBOXES = {"shelter-lhe": ("desk@shelter.example", "head@shelter.example")}
"""Partners without software: where their links go, and where the codes that open them go."""

DESK = "swd-punjab"
PEOPLE = (("lead.swd", "Lead SWD", Role.partner_lead), ("worker.swd", "Worker SWD", Role.partner_worker))
"""At the desk of that partner."""

# What a visitor of the sample house finds at the referral desk; invented, so none of it is marked as checked.
_WEEK = tuple(Opening.parse(f"{day} 09:00-17:00") for day in DAYS[:5])
_DESK = Service(UUID(int=0), PartnerId(UUID(int=0)), "", source="sample", hours=_WEEK, languages=(Language.urdu, Language.english))
_SERVICES: dict[str, tuple[Service, ...]] = {
    "fia": (
        replace(
            _DESK,
            name="Report of trafficking or smuggling",
            offers="Takes the report, opens an enquiry against the agent, protects the complainant's identity.",
            documents=("CNIC", "Receipts or messages of the agent, if there are any"),
        ),
    ),
    "swd-punjab": (
        replace(
            _DESK,
            name="Shelter for women",
            offers="Room and food up to three months, with children; psychosocial support.",
            eligibility="Women and their children; boys up to 12 years.",
            genders=(Gender.female,),
            districts=("PK6",),
            hours=DAY_AND_NIGHT,
            languages=(Language.urdu, Language.punjabi),
            documents=("Letter of the centre",),
            capacity=30,
            waiting=4,
            confirmed_on=date(2026, 10, 5),
        ),
        replace(
            _DESK,
            name="Legal aid and family mediation",
            offers="Advice, a lawyer where a court is asked, mediation.",
            districts=("PK617", "PK610", "PK620"),
            documents=("CNIC",),
            capacity=12,
            waiting=12,
            confirmed_on=date(2026, 8, 20),
            street="14 Sample Road, second floor",
            city="Lahore",
            postcode="54000",
            province="PK6",
            district="PK617",
        ),
    ),
    "shelter-lhe": (
        replace(
            _DESK,
            name="Beds for emergencies",
            offers="A safe room for up to a month, day and night.",
            genders=(Gender.female,),
            districts=("PK614", "PK633"),
            hours=DAY_AND_NIGHT,
            capacity=12,
            waiting=1,
            confirmed_on=date(2026, 11, 9),
        ),
    ),
    "reintegration": (
        replace(
            _DESK,
            name="Reintegration package",
            offers="Plan, training and goods for a small business; follow-up for a year.",
            eligibility="Returned within the last twelve months.",
            stages=(MigrationStage.returnee,),
            age_from=18,
            languages=(Language.urdu, Language.pashto, Language.punjabi),
            documents=("CNIC", "Passport with the exit stamp, or deportation paper"),
            capacity=40,
            waiting=11,
            confirmed_on=date(2026, 11, 2),
            street="Plot 7, Sample Avenue",
            city="Islamabad",
            postcode="44000",
            province="PK4",
        ),
    ),
}
HIDDEN = {"Shelter for women": "House 0, Street 0, behind the sample mosque. Ring twice; the guard asks for the reference."}
"""What is told to a client and stands nowhere else."""


class Samples:
    """`mrc demo` lays this first; people come on top of it."""

    def __init__(self, work: Works, passwords: Passwords, clock: Clock, ids: Ids, house: Actor) -> None:
        self._work, self._passwords, self._clock, self._ids, self._house = work, passwords, clock, ids, house

    async def empty(self) -> bool:
        async with self._work.looking(self._house) as work:
            return not await work.staff.all()

    async def lay(self) -> None:
        """One password hash serves all sample accounts: they share the password, and each hash costs tens of milliseconds."""
        hashed = await self._passwords.hash(PASSWORD)
        secrets = [await self._passwords.hash(secret) if secret else None for *_, secret, _ in PARTNERS]
        async with self._work(self._house) as work:
            for centre in CENTRES:
                await work.staff.add_centre(centre)
            people = self._people(hashed)
            for staff in people:
                await work.staff.add(staff)
            for staff in people:
                if staff.username.startswith("counsellor."):
                    await self._outreach(work, staff)
            for row, credential in zip(PARTNERS, secrets, strict=True):
                await self._partner(work, row, credential)
            await self._directory(work)
            await self._holidays(work)
            await self._projects(work)
            await self._desk(work, hashed)
            await self._incoming(work)
            for staff in people:
                if staff.role is Role.supervisor:
                    await self._question(work, staff)
                    await self._report(work, staff)

    def _people(self, hashed: str) -> list[Staff]:
        one = Staff(StaffId(self._ids.new()), "", "", Role.counsellor, (), hashed, sample=True)
        people = []
        for code in _CODES:
            low = code.lower()
            for name, role in (("counsellor", Role.counsellor), ("counsellor2", Role.counsellor), ("supervisor", Role.supervisor)):
                shown = f"{name.rstrip('2').capitalize()} {'Two ' if name.endswith('2') else ''}{code}"
                people.append(replace(one, id=StaffId(self._ids.new()), username=f"{name}.{low}", name=shown, role=role, centres=(code,)))
        for name, role, centres in (
            ("analyst", Role.analyst, _CODES),
            ("dpo", Role.dpo, (*_CODES, HOUSE)),
            ("admin", Role.admin, (HOUSE,)),
        ):
            people.append(replace(one, id=StaffId(self._ids.new()), username=name, name=name.capitalize(), role=role, centres=centres))
        return people

    async def _partner(
        self, work: Work, row: tuple[str, str, PartnerKind, str, str, tuple[FieldGroup, ...]], credential: str | None
    ) -> None:
        key, name, kind, adapter, _, groups = row
        partner = Partner(PartnerId(self._ids.new()), key, name, kind, adapter, credential, source="sample")
        if key in MAILBOXES:
            partner.channels = (ChannelKind.email, ChannelKind.letter)
        await work.partners.add(partner)
        if key in MAILBOXES:
            address, codes_to = MAILBOXES[key]
            await work.partners.add_mailbox(Mailbox(self._ids.new(), partner.id, address, CodesBy.email, codes_to))
        await work.partners.add_agreement(Agreement(self._ids.new(), partner.id, "Sample agreement", groups, date(2024, 1, 1)))
        for service in _SERVICES[key]:
            its = replace(service, id=self._ids.new(), partner_id=partner.id, changed_at=self._clock.now())
            its.hides_address = its.name in HIDDEN
            await work.partners.add_service(its)
            if its.hides_address:
                await work.partners.hide_address(its.id, HIDDEN[its.name])
        work.announce(PartnerAdded(at=self._clock.now(), by=self._house.id, centre=HOUSE, subject=partner.id))

    async def _desk(self, work: Work, hashed: str) -> None:
        """Two people at the desk of one partner, who see its queue."""
        partner = await work.partners.by_key(DESK)
        for username, name, role in PEOPLE:
            its = (StaffId(self._ids.new()), username, name, role, (), hashed)
            await work.staff.add(Staff(*its, sample=True, partner_id=partner.id))

    async def _outreach(self, work: Work, staff: Staff) -> None:
        """One session today, and one last week with the people who signed up at it."""
        by, at, centre = Actor(staff.id, staff.role, staff.centres), self._clock.now(), staff.centres[0]
        today = day_of(at)
        coming = Plan(
            title="Safe and legal ways to work abroad",
            kind=OutreachKind.awareness_session,
            day=today,
            begins="14:30",
            place="Community hall",
            district=DISTRICTS[centre],
            language=Language.urdu,
        )
        earlier = replace(
            coming, title="Job offers and what to check", kind=OutreachKind.institute_visit, day=today - WEEK, place="Vocational institute"
        )
        for plan in (coming, earlier):
            session, planned = OutreachSession.plan(OutreachId(self._ids.new()), centre, plan, staff.id, by=by, at=at, today=today)
            await work.outreach.add(session)
            work.announce(planned)
            if plan is earlier:
                await self._who_came(work, session, by)

    async def _who_came(self, work: Work, session: OutreachSession, by: Actor) -> None:
        at = self._clock.now()
        counted = session.change({"female": 18, "male": 23, "transgender": 1, "under_18": 6}, by=by, at=at, today=session.day)
        await work.outreach.save(session)
        work.announce(counted)
        for said in SIGNED_UP:
            contact = session.sign_up(ContactId(self._ids.new()), said, 0, by=by, at=at - WEEK)
            await work.contacts.add(contact)
            work.announce(contact.added(by, at))

    async def _projects(self, work: Work) -> None:
        """Two, made up; one of them stands for whatever returnees come with, at each centre."""
        at = self._clock.now()
        made: list[Project] = []
        for about in PROJECTS:
            project, added = Project.begin(self._ids.new(), about, made, by=replace(self._house, centres=(HOUSE,)), at=at)
            await work.projects.add(project)
            work.announce(added)
            made.append(project)
        for centre in CENTRES:
            await work.projects.stand(centre.code, Basis.return_reintegration, made[0].id)

    async def _holidays(self, work: Work) -> None:
        """Two days of the coming weeks as an administrator would have entered them: made up, so not verified."""
        at = self._clock.now()
        for days, name in HOLIDAYS:
            holiday = Holiday(self._ids.new(), day_of(at) + timedelta(days=days), name, "sample")
            await work.holidays.add(holiday)
            what = {"at": at, "by": self._house.id, "centre": HOUSE, "subject": holiday.id}
            work.announce(HolidayAdded(**what, note=holiday.day.isoformat()))  # type: ignore[arg-type]

    async def _incoming(self, work: Work) -> None:
        """One that waits for Lahore's answer, with a long time to give it."""
        at, centre = self._clock.now(), CENTRES[1].code
        partner = await work.partners.by_key("reintegration")
        told = Told(
            SENT,
            "Came back last week and asks how to begin a small business.",
            "Worked two years in a workshop abroad.",
            ConsentForm.written,
            day_of(at),
            "RN-2026-118",
        )
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
        note, written = PolicyNote.write(PolicyNoteId(self._ids.new()), centre, number, ADVICE, (figure,), by=by, at=at)
        await work.policy.add(note)
        work.announce(written)

    async def _report(self, work: Work, staff: Staff) -> None:
        """One that the worker makes for them, the first time for the quarter that is over."""
        by, at = Actor(staff.id, staff.role, staff.centres), self._clock.now()
        asked = Asked(report=ReportCode.centre, cycle=Cycle.quarter, outside=False, language=staff.language)
        schedule, said = ReportSchedule.begin(self._ids.new(), staff.centres[0], asked, by=by, at=at, today=day_of(at))
        await work.report_schedules.add(schedule)
        work.announce(said)

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
