"""The kit notices: an adapter broken in one way at a time fails it, and the unbroken one passes."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import orjson
import pytest

from adapters.partners import words
from adapters.partners.conformance import NEEDS, Sample, faults
from adapters.partners.standard.translator import Translator as Standard
from domain.partners.exchange import AnswerStep, News, NotUnderstood, Package, Post, Receipt, ReceiptState, Reply
from domain.referrals.steps import NEEDS_NOTE, NEEDS_OUTCOME, NEEDS_REASON

BRINGS = {"reason": "no_capacity", "outcome": "service_provided", "note": "Which district?", "appointment_at": "2026-11-25T05:30:00Z"}


def sample(step: AnswerStep, **more: str) -> Sample:
    at = datetime.fromisoformat(more["appointment_at"]) if "appointment_at" in more else None
    texts = {name: text for name, text in more.items() if name != "appointment_at"}
    body = orjson.dumps({"referral": "r-1", "step": step, **more})
    return Sample(name=step, body=body, news=(News(reference="r-1", step=step, appointment_at=at, **texts),))


EVERY_STEP = [sample(step, **({NEEDS[step]: BRINGS[NEEDS[step]]} if step in NEEDS else {})) for step in AnswerStep]


class Talkative(Standard):
    def write(self, package: Package) -> Post:
        body = orjson.dumps({"type": package.kind, "timestamp": package.at, "data": dict(package.data)})
        return Post(url=package.url, body=body)


class TalkativeInHeaders(Standard):
    def write(self, package: Package) -> Post:
        allowed = {name: package.data[name] for name in words.MAY_LEAVE if name in package.data}
        return replace(super().write(replace(package, data=allowed)), headers={"x-about": str(package.data.get("name"))})


class Elsewhere(Standard):
    def write(self, package: Package) -> Post:
        return replace(super().write(package), url="https://elsewhere.example/")


class Signing(Standard):
    def write(self, package: Package) -> Post:
        return replace(super().write(package), headers={"Webhook-Id": "mine"})


class Splitting(Standard):
    def write(self, package: Package) -> Post:
        return replace(super().write(package), headers={"x-kind": "a\r\nhost: inside"})


class Counting(Standard):
    def __init__(self) -> None:
        self._count = itertools.count()

    def write(self, package: Package) -> Post:
        return replace(super().write(package), headers={"x-count": str(next(self._count))})


class Crashing(Standard):
    def write(self, package: Package) -> Post:
        raise KeyError("url")


class Renaming(Standard):
    def write(self, package: Package) -> Post:
        return super().write(replace(package, kind="referral"))


class Optimist(Standard):
    def read_reply(self, reply: Reply) -> Receipt:
        return Receipt(state=ReceiptState.taken)


class Echoing(Standard):
    def read_reply(self, reply: Reply) -> Receipt:
        return replace(super().read_reply(reply), detail=reply.body.decode())


class Impatient(Standard):
    def read_reply(self, reply: Reply) -> Receipt:
        return replace(super().read_reply(reply), after=None)


class Guessing(Standard):
    def read_news(self, headers: Mapping[str, str], body: bytes) -> list[News]:
        item = orjson.loads(body)
        if item["step"] in list(AnswerStep):
            return super().read_news(headers, body)
        return [News(reference=item["referral"], step=AnswerStep.seen)]


class Silent(Standard):
    def read_news(self, headers: Mapping[str, str], body: bytes) -> list[News]:
        try:
            return super().read_news(headers, body)
        except NotUnderstood:
            return []


class Repeating(Standard):
    def read_news(self, headers: Mapping[str, str], body: bytes) -> list[News]:
        try:
            return super().read_news(headers, body)
        except NotUnderstood:
            raise NotUnderstood(body.decode(errors="replace")) from None


class Forgetful(Standard):
    def __init__(self) -> None:
        self._heard: set[bytes] = set()

    def read_news(self, headers: Mapping[str, str], body: bytes) -> list[News]:
        news = super().read_news(headers, body)
        if body in self._heard:
            raise NotUnderstood()
        self._heard.add(body)
        return news


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (Talkative, "personal data in the package"),
        (TalkativeInHeaders, "personal data in the package"),
        (Elsewhere, "another address"),
        (Signing, "belong to the transport"),
        (Splitting, "printable ASCII"),
        (Counting, "two different posts"),
        (Crashing, "was not written (KeyError)"),
        (Renaming, "another type"),
        (Optimist, "410 must be read as gone"),
        (Echoing, "repeated in the detail"),
        (Impatient, "must wait 120 seconds"),
        (Guessing, "guessed to be a step"),
        (Silent, "must raise NotUnderstood"),
        (Repeating, "repeats the word"),
        (Forgetful, "read twice gave two answers"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_fault_is_found(broken: type[Standard], told: str) -> None:
    assert any(told in fault for fault in faults(broken(), EVERY_STEP)), faults(broken(), EVERY_STEP)


def test_the_unbroken_one_passes() -> None:
    assert faults(Standard(), EVERY_STEP) == []


def test_a_step_without_a_sample_must_be_declared() -> None:
    short = [one for one in EVERY_STEP if one.name != AnswerStep.need_information]
    assert any("need_information" in fault for fault in faults(Standard(), short))
    assert faults(Standard(), short, never_says={AnswerStep.need_information}) == []
    assert any("declared as never said" in fault for fault in faults(Standard(), EVERY_STEP, never_says={AnswerStep.seen}))


def test_a_sample_that_reads_otherwise_is_found() -> None:
    wrong = [replace(one, news=None) if one.name == AnswerStep.seen else one for one in EVERY_STEP]
    assert any("sample seen gave" in fault for fault in faults(Standard(), wrong))


@pytest.mark.parametrize("step", list(NEEDS))
def test_a_sample_that_lacks_what_its_step_needs_is_found(step: AnswerStep) -> None:
    lacking = [sample(step) if one.name == step else one for one in EVERY_STEP]
    assert any(f"without the {NEEDS[step]}" in fault for fault in faults(Standard(), lacking))


def test_the_kit_asks_for_what_the_rules_of_the_referral_ask_for() -> None:
    for word, rule in (("reason", NEEDS_REASON), ("outcome", NEEDS_OUTCOME), ("note", NEEDS_NOTE)):
        assert {step for step, needed in NEEDS.items() if needed == word} == {step for step in rule if isinstance(step, AnswerStep)}
