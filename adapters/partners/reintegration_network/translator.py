"""The reintegration network: a referral becomes an application, then an arrival meeting, then a reintegration plan.

The network's wire format is not public. These words are ours, after the published stages of return and reintegration (README), until the
network confirms or corrects them. It reports one milestone a message, with offsets in its times, since its desks are in several countries.
"""

from collections.abc import Mapping

from adapters.partners import words
from domain.partners.declining import DeclineCode
from domain.partners.exchange import AnswerStep, News, Package, Post, Receipt, Reply

STEPS = {
    "application.logged": AnswerStep.seen,
    "application.eligible": AnswerStep.accept,
    "application.rejected": AnswerStep.decline,
    "application.incomplete": AnswerStep.need_information,
    "arrival.meeting_set": AnswerStep.set_appointment,
    "plan.started": AnswerStep.start_service,
    "plan.closed": AnswerStep.complete,
    "plan.dropped_out": AnswerStep.not_complete,
    "data.erased": AnswerStep.confirm_deletion,
}
REASONS: Mapping[str, str] = {
    "not_eligible": DeclineCode.not_eligible,
    "budget_exhausted": DeclineCode.no_capacity,
    "not_operating_there": DeclineCode.outside_area,
    "assisted_by_other_programme": DeclineCode.already_served,
    "no_contact": DeclineCode.not_reached,
    "participant_withdrew": DeclineCode.client_declined,
    "left_again": DeclineCode.left_again,
}
OUTCOMES = {
    "business_running": "in_business",
    "in_employment": "in_work",
    "training_finished": "trained",
    "support_delivered": "service_provided",
}
VOCABULARY = words.Vocabulary(
    steps=STEPS,
    fields=words.Fields(
        reference="application.external_reference",
        step="milestone",
        note="case_officer_comment",
        reason="grounds",
        outcome="plan.result",
        appointment_at="arrival.meeting_at",
    ),
    reasons=REASONS,
    outcomes=OUTCOMES,
)


class Translator:
    key = "reintegration_network"

    def write(self, package: Package) -> Post:
        return words.write(package)

    def read_reply(self, reply: Reply) -> Receipt:
        return words.read_reply(reply)

    def read_news(self, headers: Mapping[str, str], body: bytes) -> list[News]:
        return words.read_news(body, VOCABULARY)
