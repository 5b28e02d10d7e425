"""An agency's side of a person it sends, by a link that a centre invited it with: the form, and afterwards how the person fares."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain import reference
from domain.clients import Particulars
from domain.consent import ConsentForm
from domain.incoming.doors import SentView
from domain.incoming.record import Referred, Told
from domain.incoming.steps import IncomingState, SenderStep
from domain.partners.times import Urgency
from domain.reference import District
from domain.values import Birth, Cnic, Gender, Language
from service.usecases import UseCases
from service.usecases.links import Guest
from service.web.catalogue import mark
from service.web.forms import Form
from service.web.register import district_typed, phones_typed

PERSON = "person"
FARES: Mapping[IncomingState, str] = {
    IncomingState.queued: mark("The centre has it and has not looked at it yet."),
    IncomingState.seen: mark("The centre is looking at it."),
    IncomingState.accepted: mark("The centre takes care of the person."),
    IncomingState.declined: mark("The centre cannot take the person."),
    IncomingState.needs_information: mark("The centre asks you something."),
    IncomingState.answered: mark("The centre has your answer."),
    IncomingState.completed: mark("The centre has completed it."),
    IncomingState.expired: mark("The centre had no answer to its question and has put it away. Nothing of the person is kept."),
    IncomingState.withdrawn: mark("You have taken it back. Nothing of the person is kept."),
}
"""Where it stands, as its sender reads it."""


@dataclass(frozen=True, slots=True)
class SendForm:
    here: str
    centre: str
    phone: str
    districts: tuple[District, ...]
    genders: tuple[Gender, ...] = tuple(Gender)
    languages: tuple[Language, ...] = tuple(Language)
    urgencies: tuple[Urgency, ...] = tuple(Urgency)
    ways: tuple[ConsentForm, ...] = tuple(ConsentForm)


@dataclass(frozen=True, slots=True)
class SentPage:
    here: str
    centre: str
    phone: str
    it: SentView
    says: str
    steps: tuple[SenderStep, ...]


async def sending(use: UseCases, guest: Guest, here: str, phone: str) -> tuple[str, SendForm | SentPage]:
    """The template and its view."""
    if not guest.ref:
        districts = tuple(sorted(reference.districts().values(), key=lambda one: one.name))
        return "link_send", SendForm(here, guest.centre_name, phone, districts)
    it = await use.incoming.fares(guest.actor, guest.ref)
    return "link_sent", SentPage(here, guest.centre_name, phone, it, FARES[it.state], tuple(map(SenderStep, it.steps)))


def person_of(form: Form) -> tuple[Urgency, Told]:
    """Faults stay with the form; what is missing the rule says, which is the same by every door."""
    year = form.number("birth_year", 1850, 2200)
    particulars = Particulars(
        birth=Birth(year) if year else None,
        cnic=form.read("cnic", Cnic.parse, None),
        phones=phones_typed(form),
        languages=form.several("languages", Language),
    )
    person = Referred(form.line("name"), form.line("name_urdu"), form.choice("gender", Gender), district_typed(form), particulars)
    how, on = form.choice("agreed", ConsentForm), form.day("agreed_on")
    told = Told(person, form.prose("reason"), form.prose("summary"), how, on, form.line("reference"))
    return form.choice("urgency", Urgency) or Urgency.medium, told
