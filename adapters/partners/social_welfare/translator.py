"""A provincial social welfare department: a referral becomes an admission to one of its homes or services, and ends with a discharge.

The departments' wire formats are not public. These words are ours, after the life of an admission (README), until a department confirms
or corrects them.
"""

from collections.abc import Mapping
from datetime import timedelta, timezone

from adapters.partners import words
from domain.partners.declining import DeclineCode
from domain.partners.exchange import AnswerStep, News, Package, Post, Receipt, Reply

STEPS = {
    "letter_diarised": AnswerStep.seen,
    "place_reserved": AnswerStep.accept,
    "place_refused": AnswerStep.decline,
    "papers_awaited": AnswerStep.need_information,
    "interview_called": AnswerStep.set_appointment,
    "admitted": AnswerStep.start_service,
    "discharged": AnswerStep.complete,
    "left_without_notice": AnswerStep.not_complete,
    "file_destroyed": AnswerStep.confirm_deletion,
}
REASONS: Mapping[str, str] = {
    "no_vacancy": DeclineCode.no_capacity,
    "outside_category": DeclineCode.outside_mandate,
    "outside_district": DeclineCode.outside_area,
    "already_resident": DeclineCode.already_served,
    "did_not_arrive": DeclineCode.not_reached,
    "unwilling": DeclineCode.client_declined,
}
OUTCOMES = {
    "to_family": "returned_to_family",
    "to_own_home": "living_independently",
    "to_other_home": "passed_on",
    "to_work": "in_work",
}
VOCABULARY = words.Vocabulary(
    steps=STEPS,
    fields=words.Fields(
        reference="your_letter.referral",
        step="movement",
        note="remarks",
        reason="cause",
        outcome="discharge",
        appointment_at="interview_at",
    ),
    listed_under="admissions",
    reasons=REASONS,
    outcomes=OUTCOMES,
    # Pakistan keeps one offset all year, so a fixed one is exact and asks for no zone file.
    local_time=timezone(timedelta(hours=5)),
)


class Translator:
    key = "social_welfare"

    def write(self, package: Package) -> Post:
        return words.write(package)

    def read_reply(self, reply: Reply) -> Receipt:
        return words.read_reply(reply)

    def read_news(self, headers: Mapping[str, str], body: bytes) -> list[News]:
        return words.read_news(body, VOCABULARY)
