"""What the sample house holds beside its partners: centres, staff, sessions with groups, projects, advice, exports.

Decision. Context: reviews of returnees, jobs abroad and declines with a code are of clients, and none stands in this house. Choice:
it holds no client. Whoever tries the product gets made-up people with it (`mrc demo`, `make run`), who have all of these, and tests say so;
what belongs to a centre, and people alone do not bring, stands here. The numbers of made-up people are fixed beforehand and begin at one,
and many tests register a first client of their own. Price: a house without people (`mrc demo --clients 0`) shows those pages empty.
"""

from datetime import date, timedelta

from domain.clients import Particulars
from domain.consent import ConsentForm
from domain.contacts import Said
from domain.exports.columns import ExportColumn, Subject
from domain.identity import Role
from domain.incoming.record import Referred, Told
from domain.outreach import OutreachKind
from domain.policy.note import Advice, Topic
from domain.projects import About
from domain.values import HOUSE, Birth, CentreCode, Gender, Language, Phone

PASSWORD = "demo-password-2026"
CENTRES = {
    CentreCode("ISB"): "Migrant Resource Centre Islamabad",
    CentreCode("LHE"): "Migrant Resource Centre Lahore",
    CentreCode("PEW"): "Migrant Resource Centre Peshawar",
}
CODES = tuple(CENTRES)
AT_EACH = (
    ("counsellor", "Counsellor", Role.counsellor),
    ("counsellor2", "Counsellor Two", Role.counsellor),
    ("supervisor", "Supervisor", Role.supervisor),
)
"""Beginning of a user name, name and role of those who work at each centre."""
ABOVE = (("analyst", Role.analyst, CODES), ("dpo", Role.dpo, (*CODES, HOUSE)), ("admin", Role.admin, (HOUSE,)))
"""Those who are there once."""
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
COMING = ("Safe and legal ways to work abroad", OutreachKind.awareness_session, "Community hall")
"""Title, kind and place of the session of today."""
EARLIER = ("Job offers and what to check", OutreachKind.institute_visit, "Vocational institute")
"""The one of last week."""
CAME = {"female": 18, "male": 23, "transgender": 1, "under_18": 6}
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
"""Whom the reintegration network has sent, and to which centre."""
SENT_TO = CODES[1]


def sent_on(day: date) -> Told:
    """What they are asked, with the agreement given on this day."""
    reason, story = "Came back last week and asks how to begin a small business.", "Worked two years in a workshop abroad."
    return Told(SENT, reason, story, ConsentForm.written, day, "RN-2026-118")


_C = ExportColumn
Asked = tuple[Subject, tuple[ExportColumn, ...], str]
"""Lines of what, which columns of them, and what for."""
NAMED: Asked = (
    Subject.cases,
    (_C.number, _C.name, _C.stage, _C.risk, _C.next_due, _C.counsellor),
    "Yearly look at the open files with the head office",
)
"""What a supervisor asks to take out, with names, so that it waits for a second person."""
PLAIN: Asked = (
    Subject.referrals,
    (_C.partner, _C.state, _C.urgency, _C.sent_month, _C.answered_month),
    "How long partners take, for the meeting of the quarter",
)
"""What the analyst asks for: nobody is named in it, so it is ready at once."""
