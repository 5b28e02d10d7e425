"""Every sentence of the pages stands in three languages; one that is missing fails here, before somebody reads it in the wrong one."""

import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import service.wiring  # noqa: F401  every refusal there is must be imported to be found
from domain.values import Language
from service.web import desk  # noqa: F401
from service.web.catalogue import LANGUAGES, TRANSLATED, Words, best, catalogue, files, messages
from service.web.labels import LABELS, label
from service.web.times import left
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


def translations(language: Language) -> Iterator[tuple[str, str]]:
    """Each English text with what is said for it, the forms that count one by one."""
    for message in catalogue(language):
        if message.id:
            english = (message.id,) if isinstance(message.id, str) else message.id
            said = (message.string,) if isinstance(message.string, str) else message.string
            yield from zip(english, said, strict=True)


@pytest.mark.parametrize("language", TRANSLATED)
def test_each_translation_is_one(language: Language) -> None:
    for english, said in translations(language):
        assert ARABIC.search(said) or not re.search("[A-Za-z]", GAP.sub("", english)), english
        gaps = {name for _, name, _, _ in string.Formatter().parse(english) if name}
        assert {name for _, name, _, _ in string.Formatter().parse(said) if name} == gaps, english


TURNED = re.compile(r"(?<![\u2066\d])\d{4}-(?:Q\d|\d\d)")
"""After Arabic letters a month with its hyphen is drawn the other way round, unless it stands between isolates."""


@pytest.mark.parametrize("language", TRANSLATED)
def test_months_are_read_as_they_are_written(language: Language) -> None:
    assert [said for _, said in translations(language) if TURNED.search(said)] == []
    assert TURNED.search("مہینہ یوں لکھا جاتا ہے: 2026-11۔"), "the control"


def test_the_languages_have_the_same_sentences_each_in_one_file() -> None:
    assert {text for text, _ in translations(Language.urdu)} == {text for text, _ in translations(Language.pashto)} == messages()
    assert {text for text, _ in translations(Language.english)} <= messages()
    for language in LANGUAGES:
        parts = [_ids(path) for path in files(language)]
        assert sum(len(part) for part in parts) == len({id for part in parts for id in part}), language


def _ids(path: Path) -> list[str]:
    return re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.M)


def test_pashto_is_not_urdu_copied() -> None:
    """Letters that Urdu does not have, or has and Pashto does not, in most of the longer sentences."""
    long = [said for english, said in translations(Language.pashto) if len(english) > 25]
    assert sum(bool(re.search("[ټډړږښڅځڼۍېګ]", said)) for said in long) > 0.9 * len(long)
    assert not [said for said in long if re.search("[ٹڈڑےھ]", said)]


def test_what_is_counted_has_the_form_of_its_number() -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    said = [left(Words(language), now + timedelta(hours=hours), now) for language in (Language.english, Language.urdu) for hours in (1, 3)]
    assert said == ["1 hour left", "3 hours left", "\u20681\u2069 گھنٹہ باقی", "\u20683\u2069 گھنٹے باقی"]


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
