"""All that is made up about one client, as the records of normal use."""

from dataclasses import dataclass, field

from domain.cases import Assignment, Case
from domain.clients import Client
from domain.consent import Consent
from domain.counselling import Note, Session, Task
from domain.plans.record import Plan
from domain.recruitment import Job
from domain.referrals.history import StepTaken
from domain.referrals.record import Referral
from domain.reintegration.reviews import Review
from domain.screening import Screening


@dataclass(slots=True)
class Dossier:
    client: Client
    cases: list[Case] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    screenings: list[Screening] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    steps: list[StepTaken] = field(default_factory=list)
