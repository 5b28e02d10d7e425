"""Every sentence of the pages in three languages, by its English text: which language a reader gets, and what a sentence is in it."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from domain.values import Language

LANGUAGES: Mapping[Language, str] = MappingProxyType({Language.english: "English", Language.urdu: "اردو", Language.pashto: "پښتو"})
"""The languages of the pages, each called as its readers call it."""

RIGHT_TO_LEFT = frozenset({Language.urdu, Language.pashto})
_ORDER = (Language.urdu, Language.pashto)
_GAP = re.compile(r"\{(\w+)\}")


def mark(text: str) -> str:
    """Names a sentence that is translated later, where it is shown."""
    return text


@cache
def messages() -> Mapping[str, tuple[str, ...]]:
    """By English text: the Urdu and the Pashto one."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(Path(__file__).parent.glob("*.json")):
        found |= {english: tuple(others) for english, others in json.loads(path.read_text(encoding="utf-8")).items()}
    return MappingProxyType(found)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Sentences with gaps, so that a refusal already filled in is recognised; the longest first."""
    with_gaps = sorted((text for text in messages() if _GAP.search(text)), key=len, reverse=True)
    return tuple((re.compile(_GAP.sub(r"(?P<\1>.+)", re.sub(r"([.?()])", r"\\\1", text)), re.S), text) for text in with_gaps)


class Words:
    """One language. Calling it says a sentence; what stands in its gaps is kept apart from the direction of the sentence."""

    def __init__(self, language: Language) -> None:
        self.language = language

    @property
    def direction(self) -> str:
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def __call__(self, text: str, **gaps: object) -> str:
        said = self._in(text)
        if not gaps:
            return said
        return said.format(**{name: self._apart(str(value)) for name, value in gaps.items()})

    def told(self, text: str) -> str:
        """A sentence that a rule made, gaps already filled: what filled them is translated too where it is a word of ours."""
        if text in messages() or self.language is Language.english:
            return self._in(text)
        for pattern, shape in _patterns():
            if match := pattern.fullmatch(text):
                return self(shape, **{name: self.told(part) for name, part in match.groupdict().items()})
        return text

    def _in(self, text: str) -> str:
        if self.language is Language.english or text not in messages():
            return text
        return messages()[text][_ORDER.index(self.language)]

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
