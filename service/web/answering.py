"""The partner's side of one referral as a page: what it may see, and its steps as buttons; by a link or at its own desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from domain.identity import Actor
from domain.outreach import time_of_day
from domain.partners.declining import BY_PEOPLE, DeclineCode
from domain.partners.exchange import AnswerStep
from domain.referrals.answered import Answered
from domain.referrals.packet import Packet, Recalled
from domain.referrals.record import Said
from domain.values import KARACHI
from service.usecases import UseCases
from service.usecases.partner_side import Standing
from service.web.catalogue import Words, mark
from service.web.forms import Form
from service.web.packet import Field, fields_said

DEEDS: Mapping[AnswerStep, str] = {
    AnswerStep.seen: mark("We have seen it"),
    AnswerStep.accept: mark("We accept it"),
    AnswerStep.set_appointment: mark("Set an appointment"),
    AnswerStep.start_service: mark("We have begun"),
    AnswerStep.complete: mark("It is completed"),
    AnswerStep.need_information: mark("Ask for more information"),
    AnswerStep.not_complete: mark("It could not be completed"),
    AnswerStep.decline: mark("We cannot take it"),
    AnswerStep.confirm_deletion: mark("We have deleted what we held"),
}
"""The partner's steps as it says them itself, in the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for which referral, by which door; `here` is where its page stands, `phone` the centre's where the packet is closed."""

    actor: Actor
    ref: str
    here: str
    channel: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Answering:
    """`packet` is None where the referral is no longer open to them; what they may still do stands in `steps`."""

    here: str
    standing: Standing
    packet: Packet | None
    fields: tuple[Field, ...]
    steps: tuple[AnswerStep, ...]
    deeds: Mapping[AnswerStep, str]
    phone: str
    codes: tuple[DeclineCode, ...] = BY_PEOPLE


async def answering(use: UseCases, asked: Asked, words: Words) -> Answering:
    """Raises NotFound."""
    try:
        packet: Packet | None = await use.partner_side.open(asked.actor, asked.ref, channel=asked.channel)
    except Recalled:
        packet = None
    standing = await use.partner_side.stands(asked.actor, asked.ref)
    steps = tuple(step for step in DEEDS if step.value in standing.steps and step is not AnswerStep.seen)
    fields = fields_said(packet.client, words) if packet else ()
    return Answering(asked.here, standing, packet, fields, steps, DEEDS, packet.centre.phone if packet else asked.phone)


def answer_of(form: Form) -> Answered:
    wanted = form.chosen("step", AnswerStep)
    said = Said(form.prose("note"), form.line("reason"), form.line("outcome"))
    return Answered(
        wanted,
        said,
        appointment(form) if wanted is AnswerStep.set_appointment else None,
        form.choice("decline_code", DeclineCode) if wanted is AnswerStep.decline else None,
    )


def appointment(form: Form) -> datetime | None:
    """A day and a time of day, on the clock of Pakistan."""
    day, clock = form.day("day"), form.read("begins", time_of_day, "")
    for field, found in (("day", day), ("begins", clock)):
        if not found and not form.raw(field):
            form.wrong(field, mark("This cannot be empty."))
    return datetime.combine(day, time.fromisoformat(clock), KARACHI) if day and clock else None
