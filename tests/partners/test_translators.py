"""Every adapter we ship passes the kit that other people's adapters are held to, and says what its README says."""

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import orjson
import pytest

from adapters.partners import words
from adapters.partners.conformance import Sample, faults, samples
from adapters.partners.fia.translator import Translator as Fia
from adapters.partners.reintegration_bridge.translator import Translator as ReintegrationBridge
from adapters.partners.reintegration_network.translator import Translator as ReintegrationNetwork
from adapters.partners.social_welfare.translator import Translator as SocialWelfare
from adapters.partners.standard.translator import Translator as Standard
from domain.partners.exchange import NotUnderstood, Package, ReceiptState, Reply, Translator

ADAPTERS = Path(words.__file__).parent
OURS: list[Translator] = [Standard(), Fia(), SocialWelfare(), ReintegrationNetwork(), ReintegrationBridge()]
each = pytest.mark.parametrize("translator", OURS, ids=lambda translator: translator.key)


def known(translator: Translator) -> list[Sample]:
    return samples(ADAPTERS / translator.key / "samples")


@each
def test_conforms(translator: Translator) -> None:
    assert faults(translator, known(translator)) == []


@each
def test_carries_samples_of_good_and_of_refused_messages(translator: Translator) -> None:
    assert {sample.news is None for sample in known(translator)} == {True, False}


@each
def test_every_word_of_its_tables_stands_in_its_readme(translator: Translator) -> None:
    told = (ADAPTERS / translator.key / "README.md").read_text()
    vocabulary: words.Vocabulary = getattr(import_module(type(translator).__module__), "VOCABULARY", words.OURS)
    tables: list[Mapping[str, object]] = [vocabulary.steps, vocabulary.reasons or {}, vocabulary.outcomes or {}]
    assert [word for table in tables for word in table if f"`{word}`" not in told] == []


@each
def test_another_partners_message_is_not_understood(translator: Translator) -> None:
    for other in OURS:
        for sample in known(other) if other.key != translator.key else []:
            with pytest.raises(NotUnderstood):
                translator.read_news({}, sample.body)


def package(**data: object) -> Package:
    at = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    return Package(id="msg_1", kind="referral.sent", at=at, url="https://partner.example/hook", data=data)


def test_the_body_is_the_contracts() -> None:
    due = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
    post = Standard().write(package(href="/partner/v1/referrals/r-1", referral="r-1", sequence=3, urgency="high", answer_by=due))
    assert post.body == (
        b'{"type":"referral.sent","timestamp":"2026-11-21T09:30:00Z","data":{"referral":"r-1","sequence":3,"urgency":"high",'
        b'"answer_by":"2026-11-21T12:30:00Z","href":"/partner/v1/referrals/r-1"}}'
    )


def test_what_may_not_leave_is_refused_and_not_repeated() -> None:
    with pytest.raises(words.TooMuch) as refused:
        Standard().write(package(referral="r-1", name="Zainab"))
    assert "Zainab" not in str(refused.value)


@pytest.mark.parametrize(("asked", "waits"), [(None, None), (0, 0), (30, 30), (-5, 0), (10**9, 86_400)])
def test_a_partner_may_slow_us_down_for_at_most_a_day(asked: int | None, waits: int | None) -> None:
    receipt = Standard().read_reply(Reply(status=503, retry_after=asked))
    assert (receipt.state, receipt.after) == (ReceiptState.again, waits)


@pytest.mark.parametrize(
    "body",
    [
        {"referral": ["r-1"], "step": "accept"},
        {"referral": "r-1", "step": 1},
        {"referral": "r-1", "step": "Accept"},
        {"referral": "r-1", "step": "accept", "note": {"a": 1}},
        {"referral": "  ", "step": "accept"},
        {"referral": "r-1", "step": "set_appointment", "appointment_at": "tomorrow"},
        {"referral": "r-1", "step": "set_appointment", "appointment_at": "0001-01-01T00:00:00+05:00"},
        [{"referral": "r-1", "step": "accept"}] * 101,
    ],
)
def test_misshapen_news_is_not_understood(body: object) -> None:
    with pytest.raises(NotUnderstood):
        Standard().read_news({}, orjson.dumps(body))
