"""A bridge to a return and reintegration tool in the shape of the EU's RIAT: application, confirmation of arrival, counselling meeting,
costed plan, feedback of the partner at the end.

RIAT's wire format is not public. What is published of it is the course of an application and what a plan holds (needs, planned expenses,
support or referral for each need); the words and the shape below are ours, made up after that, until the tool's owner confirms or corrects
them. An application that is not acted on within seven days refuses itself there, and therefore here too.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import orjson

from adapters.partners import words
from domain.partners.declining import DeclineCode
from domain.partners.exchange import AnswerStep, Lapse, News, NotUnderstood, Package, Post, Receipt, Reply

STEPS = {
    "application.registered": AnswerStep.seen,
    "application.returned": AnswerStep.need_information,
    "application.refused": AnswerStep.decline,
    "arrival.confirmed": AnswerStep.accept,
    "counselling.scheduled": AnswerStep.set_appointment,
    "plan.costed": AnswerStep.start_service,
    "feedback.final": AnswerStep.complete,
    "feedback.ended_early": AnswerStep.not_complete,
    "file.erased": AnswerStep.confirm_deletion,
}
NOT_ACTED_ON = DeclineCode.not_acted_on
REASONS: Mapping[str, str] = {
    "not_acted_on": NOT_ACTED_ON,
    "not_eligible": DeclineCode.not_eligible,
    "no_arrival": DeclineCode.not_reached,
    "budget_used_up": DeclineCode.no_capacity,
    "no_partner_there": DeclineCode.outside_area,
    "dropped_out": DeclineCode.client_declined,
    "left_again": DeclineCode.left_again,
}
OUTCOMES = {
    "plan_fulfilled": "service_provided",
    "business_running": "in_business",
    "employed": "in_work",
    "training_completed": "trained",
}
NEEDS = {
    "business": "business start-up",
    "medical": "medical support",
    "education": "education",
    "accommodation": "accommodation",
    "training": "vocational training",
    "job": "job placement",
    "legal": "legal services",
    "psychosocial": "psychosocial support",
}
SUPPORT = {"support": "support", "referral": "referral elsewhere"}
VOCABULARY = words.Vocabulary(
    steps=STEPS,
    fields=words.Fields(
        reference="application.partner_reference",
        step="event",
        note="application.remark",
        reason="grounds",
        outcome="feedback.result",
        appointment_at="counselling.meets_at",
    ),
    reasons=REASONS,
    outcomes=OUTCOMES,
)
MOST_LINES = 20
_MONEY = re.compile(r"\d{1,7}(\.\d{1,2})?")
_CURRENCY = re.compile(r"[A-Z]{3}")


class Translator:
    key = "reintegration_bridge"
    lapse = Lapse(after=timedelta(days=7), reason=NOT_ACTED_ON)

    def write(self, package: Package) -> Post:
        return words.write(package)

    def read_reply(self, reply: Reply) -> Receipt:
        return words.read_reply(reply)

    def read_news(self, headers: Mapping[str, str], body: bytes) -> list[News]:
        news = words.read_news(body, VOCABULARY)
        return [_with_costs(one, body) for one in news]


def _with_costs(news: News, body: bytes) -> News:
    """A costed plan's lines as the note of its step: people at the centre read them, no programme does."""
    if news.step is not AnswerStep.start_service:
        return news
    message = orjson.loads(body)
    plan = message.get("plan") if isinstance(message, dict) else None
    lines = plan.get("lines") if isinstance(plan, dict) else None
    if not isinstance(plan, dict) or not isinstance(lines, list) or not 0 < len(lines) <= MOST_LINES:
        raise NotUnderstood(f"A costed plan has 1 to {MOST_LINES} lines, in a message of its own.", field="plan.lines")
    currency = plan.get("currency")
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise NotUnderstood("A currency is three capital letters.", field="plan.currency")
    told = [_line(line, currency) for line in lines]
    total = sum((cost for _, cost in told), Decimal())
    return replace(news, note="\n".join([*(text for text, _ in told), f"Total: {total:.2f} {currency}"]))


def _line(line: object, currency: str) -> tuple[str, Decimal]:
    if not isinstance(line, dict):
        raise NotUnderstood("A line of the plan is a need, how it is met, and its planned expense.", field="plan.lines")
    need, support = NEEDS.get(str(line.get("need"))), SUPPORT.get(str(line.get("by")))
    if need is None or support is None:
        raise NotUnderstood("This word is not in the partner's table.", field="plan.lines")
    expense = line.get("expense")
    if not isinstance(expense, str) or not _MONEY.fullmatch(expense):
        raise NotUnderstood("An expense is written like 350.00.", field="plan.lines")
    cost = Decimal(expense)
    return f"{need}, {support}: {cost:.2f} {currency}", cost
