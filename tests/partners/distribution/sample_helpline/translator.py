"""A helpline's desk calls a referral a ticket, and writes its news as a list of calls with times on Pakistan's clock."""

from collections.abc import Mapping
from datetime import timedelta, timezone

from adapters.partners import words
from domain.partners.exchange import AnswerStep, News, Package, Post, Receipt, Reply

PAKISTAN = timezone(timedelta(hours=5))
STEPS = {
    "ticket.read": AnswerStep.seen,
    "ticket.taken": AnswerStep.accept,
    "ticket.turned_away": AnswerStep.decline,
    "ticket.call_planned": AnswerStep.set_appointment,
    "ticket.talking": AnswerStep.start_service,
    "ticket.helped": AnswerStep.complete,
    "ticket.lost": AnswerStep.not_complete,
}
NEVER_SAYS = (AnswerStep.need_information, AnswerStep.confirm_deletion)
"""The desk telephones the centre instead."""
REASONS = {"line_full": "no_capacity", "other_language": "not_eligible", "no_answer": "not_reached"}
OUTCOMES = {"advised": "service_provided", "sent_on": "referred_on"}
VOCABULARY = words.Vocabulary(
    steps=STEPS,
    fields=words.Fields(reference="ticket", step="what", note="", reason="because", outcome="result", appointment_at="call_at"),
    listed_under="calls",
    reasons=REASONS,
    outcomes=OUTCOMES,
    local_time=PAKISTAN,
)


class Translator:
    key = "sample_helpline"

    def write(self, package: Package) -> Post:
        return words.write(package)

    def read_reply(self, reply: Reply) -> Receipt:
        return words.read_reply(reply)

    def read_news(self, headers: Mapping[str, str], body: bytes) -> list[News]:
        return words.read_news(body, VOCABULARY)
