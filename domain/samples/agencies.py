"""The partners of the sample house: agencies with agreements, credentials and services, all invented, so none is marked as checked."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.clients import MigrationStage
from domain.identity import Role
from domain.partners.directory import PartnerKind, Service
from domain.partners.hours import DAY_AND_NIGHT, DAYS, Opening
from domain.values import FieldGroup, Gender, Language, PartnerId

AGREED_ON = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Agency:
    """`groups` is what its agreement lets leave; one without a `secret` has no software, and is written to by mail."""

    key: str
    name: str
    kind: PartnerKind
    adapter: str
    secret: str
    groups: tuple[FieldGroup, ...]


_G = FieldGroup
AGENCIES = (
    Agency(
        "fia",
        "Federal Investigation Agency, Anti-Human Smuggling",
        PartnerKind.law_enforcement,
        "fia",
        "demo-fia-2026",
        (_G.identity, _G.contact, _G.migration, _G.screening, _G.narrative),
    ),
    Agency(
        "swd-punjab",
        "Social Welfare Department, Punjab",
        PartnerKind.government,
        "social_welfare",
        "demo-swd-2026",
        (_G.identity, _G.contact, _G.health, _G.narrative),
    ),
    Agency(
        "reintegration",
        "Reintegration network",
        PartnerKind.ngo,
        "reintegration_network",
        "demo-rein-2026",
        (_G.identity, _G.contact, _G.migration, _G.narrative),
    ),
    Agency("shelter-lhe", "Shelter for women, Lahore", PartnerKind.ngo, "standard", "", (_G.identity, _G.contact, _G.narrative)),
)
MAILBOXES = {"shelter-lhe": ("desk@shelter.example", "head@shelter.example")}
"""Partners without software: where their links go, and where the codes that open them go."""

DESK = "swd-punjab"
PEOPLE = (("lead.swd", "Lead SWD", Role.partner_lead), ("worker.swd", "Worker SWD", Role.partner_worker))
"""At the desk of that partner."""

_WEEK = tuple(Opening.parse(f"{day} 09:00-17:00") for day in DAYS[:5])
_SAMPLE = Service(UUID(int=0), PartnerId(UUID(int=0)), "", source="sample", hours=_WEEK, languages=(Language.urdu, Language.english))
SERVICES: dict[str, tuple[Service, ...]] = {
    "fia": (
        replace(
            _SAMPLE,
            name="Report of trafficking or smuggling",
            offers="Takes the report, opens an enquiry against the agent, protects the complainant's identity.",
            documents=("CNIC", "Receipts or messages of the agent, if there are any"),
        ),
    ),
    "swd-punjab": (
        replace(
            _SAMPLE,
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
            _SAMPLE,
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
            _SAMPLE,
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
            _SAMPLE,
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
