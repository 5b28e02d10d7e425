"""Every sentence of the pages stands in three languages; one that is missing fails here, before somebody reads it in the wrong one."""

import re
import string

import pytest

import service.wiring  # noqa: F401  every refusal there is must be imported to be found
from domain.values import Language
from service.web import desk  # noqa: F401
from service.web.catalogue import Words, best, messages
from service.web.labels import LABELS, label
from service.web.told import told
from tests.web import sentences

GAP = re.compile(r"\{\w*\}")
ARABIC = re.compile("[\u0600-\u06ff]")
URDU, PASHTO = Words(Language.urdu), Words(Language.pashto)


def shape(text: str) -> str:
    return GAP.sub("{}", text)


def missing(said: set[str]) -> set[str]:
    known = {shape(text) for text in messages()}
    return {text for text in said if shape(text) not in known}


def test_nothing_is_missing() -> None:
    assert missing(sentences.everything()) == set()


def test_a_missing_sentence_is_seen() -> None:
    assert missing(sentences.everything() | {"Something nobody translated."}) == {"Something nobody translated."}


def test_sentences_are_found_where_they_stand() -> None:
    assert "Find a person" in set(sentences.of_templates())
    assert "The note is saved." in set(sentences.of_pages())
    assert "This number has {} digits; a CNIC has 13." in set(sentences.of_refusals())


def test_nothing_is_kept_that_nobody_says() -> None:
    said = {shape(text) for text in sentences.everything()} | {"tasks: {}", "referrals: {}", "screenings not reviewed: {}"}
    said |= {"From '{}' the step '{}' cannot be taken."}
    assert {text for text in messages() if shape(text) not in said} == set()


@pytest.mark.parametrize("place", [0, 1])
def test_each_translation_is_one(place: int) -> None:
    for english, others in messages().items():
        said = others[place]
        assert ARABIC.search(said) or not re.search("[A-Za-z]", GAP.sub("", english)), english
        gaps = {name for _, name, _, _ in string.Formatter().parse(english) if name}
        assert {name for _, name, _, _ in string.Formatter().parse(said) if name} == gaps, english


def test_pashto_is_not_urdu_copied() -> None:
    """Letters that Urdu does not have, or has and Pashto does not, in most of the longer sentences."""
    long = [others[1] for english, others in messages().items() if len(english) > 25]
    assert sum(bool(re.search("[ټډړږښڅځڼۍېګ]", said)) for said in long) > 0.9 * len(long)
    assert not [said for said in long if re.search("[ٹڈڑےھ]", said)]


def test_every_code_has_a_name() -> None:
    for kind in LABELS:
        assert [label(code) for code in kind]


def test_what_a_rule_filled_in_is_said_too() -> None:
    assert told(URDU, "This number has 12 digits; a CNIC has 13.") == "اس نمبر میں \u206812\u2069 ہندسے ہیں؛ شناختی کارڈ میں 13 ہوتے ہیں۔"
    assert "وہ کون ہیں، ان سے رابطہ" in told(URDU, "No live consent covers: identity, contact.")
    assert told(Words(Language.english), "No live consent covers: identity.") == "No live consent covers: Who they are."
    assert "کارونه: \u20682\u2069" in told(PASHTO, "Still open in this case: tasks: 2, referrals: 1.")
    assert told(URDU, "A sentence of nobody.") == "A sentence of nobody."


def test_the_browser_is_asked_for_its_language() -> None:
    assert best("ps-AF,ps;q=0.9,en;q=0.8") is Language.pashto
    assert best("fr-FR, ur;q=0.5") is Language.urdu
    assert best("") is Language.english
