"""The Federal Investigation Agency's anti-trafficking and anti-smuggling circles: a referral becomes a complaint, then an enquiry.

The wire format of the agency's systems is not public. These words are ours, after the way a complaint is worked (README), until the desk
confirms or corrects them.
"""

from collections.abc import Mapping
from datetime import timedelta, timezone

from adapters.partners import words
from domain.partners.declining import DeclineCode
from domain.partners.exchange import AnswerStep, News, Package, Post, Receipt, Reply

STEPS = {
    "complaint_received": AnswerStep.seen,
    "complaint_registered": AnswerStep.accept,
    "complaint_not_entertained": AnswerStep.decline,
    "particulars_required": AnswerStep.need_information,
    "statement_fixed": AnswerStep.set_appointment,
    "enquiry_opened": AnswerStep.start_service,
    "enquiry_disposed": AnswerStep.complete,
    "enquiry_filed": AnswerStep.not_complete,
    "record_weeded": AnswerStep.confirm_deletion,
}
REASONS: Mapping[str, str] = {
    "not_scheduled_offence": DeclineCode.outside_mandate,
    "other_jurisdiction": DeclineCode.outside_area,
    "already_under_enquiry": DeclineCode.already_served,
    "complainant_not_traced": DeclineCode.not_reached,
    "complainant_withdrew": DeclineCode.client_declined,
    "insufficient_material": DeclineCode.not_enough_information,
}
OUTCOMES = {
    "case_registered": "case_registered",
    "sent_to_police": "passed_on",
    "complaint_redressed": "resolved",
}
VOCABULARY = words.Vocabulary(
    steps=STEPS,
    fields=words.Fields(
        reference="referral_no",
        step="status",
        note="remarks",
        reason="ground",
        outcome="disposal",
        appointment_at="statement_at",
    ),
    listed_under="complaints",
    reasons=REASONS,
    outcomes=OUTCOMES,
    # Pakistan keeps one offset all year, so a fixed one is exact and asks for no zone file.
    local_time=timezone(timedelta(hours=5)),
)


class Translator:
    key = "fia"

    def write(self, package: Package) -> Post:
        return words.write(package)

    def read_reply(self, reply: Reply) -> Receipt:
        return words.read_reply(reply)

    def read_news(self, headers: Mapping[str, str], body: bytes) -> list[News]:
        return words.read_news(body, VOCABULARY)
