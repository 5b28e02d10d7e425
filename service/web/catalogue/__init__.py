"""Every sentence of the pages in three languages, by its English text: which language a reader gets, and what a sentence is in it."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from domain.values import Language

LANGUAGES: Mapping[Language, str] = MappingProxyType({Language.english: "English", Language.urdu: "اردو", Language.pashto: "پښتو"})
"""The languages of the pages, each called as its readers call it."""

RIGHT_TO_LEFT = frozenset({Language.urdu, Language.pashto})
_ORDER = (Language.urdu, Language.pashto)
ENGLISH = 2


def mark(text: str) -> str:
    """Names a sentence that is translated later, where it is shown."""
    return text


@cache
def messages() -> Mapping[str, tuple[str, ...]]:
    """By English text: the Urdu and the Pashto one, and a third where a page says something else in English than the rule does."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(Path(__file__).parent.glob("*.json")):
        found |= {english: tuple(others) for english, others in json.loads(path.read_text(encoding="utf-8")).items()}
    return MappingProxyType(found)


class Words:
    """One language. Calling it says a sentence; what stands in its gaps is kept apart from the direction of the sentence."""

    def __init__(self, language: Language) -> None:
        self.language = language

    @property
    def direction(self) -> str:
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    @property
    def comma(self) -> str:
        return "، " if self.language in RIGHT_TO_LEFT else ", "

    def __call__(self, text: str, /, **gaps: object) -> str:
        said = self._in(text)
        if not gaps:
            return said
        return said.format(**{name: self._apart(str(value)) for name, value in gaps.items()})

    def _in(self, text: str) -> str:
        others = messages().get(text)
        if others is None:
            return text
        if self.language is Language.english:
            return others[ENGLISH] if len(others) > ENGLISH else text
        return others[_ORDER.index(self.language)]

    def _apart(self, text: str) -> str:
        """Between isolates, or a number or a Latin name would turn a right-to-left sentence around."""
        return text if self.language is Language.english else f"\u2068{text}\u2069"


def best(accepted: str) -> Language:
    """The first language of an Accept-Language header that the pages speak."""
    for wanted in accepted.split(","):
        tag = wanted.split(";")[0].strip().lower().split("-")[0]
        if tag in [language.value for language in LANGUAGES]:
            return Language(tag)
    return Language.english
