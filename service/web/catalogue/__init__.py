"""Every sentence of the pages in three languages, by its English text: which language a reader gets, and what a sentence is in it.

Plain gettext: a folder for each language, a file for each part of the house. A sentence stands in one file only. The English folder has
what a page says differently in English than the rule that it comes from. A file is read as it is; there is nothing to compile.
"""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from domain.values import Language

LANGUAGES: Mapping[Language, str] = MappingProxyType({Language.english: "English", Language.urdu: "اردو", Language.pashto: "پښتو"})
"""The languages of the pages, each called as its readers call it."""

TRANSLATED = (Language.urdu, Language.pashto)
RIGHT_TO_LEFT = frozenset(TRANSLATED)


def mark(text: str) -> str:
    """Names a sentence that is translated later, where it is shown."""
    return text


def files(language: Language) -> list[Path]:
    return sorted((Path(__file__).parent / language.value).glob("*.po"))


@cache
def catalogue(language: Language) -> Catalog:
    """All parts of one language as one."""
    whole = Catalog(locale=language.value)
    for path in files(language):
        with path.open("rb") as file:
            part = read_po(file, locale=language.value)
        whole.mime_headers = part.mime_headers
        for message in part:
            if message.id:
                whole[message.id] = message
    return whole


@cache
def _spoken(language: Language) -> GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _singular(language: Language) -> Mapping[str, str]:
    """What is said for each sentence; for one that counts, as for one. A look here costs a tenth of asking gettext, which tries again
    by number before it gives up, and English has few sentences of its own to find."""
    spoken = _spoken(language)
    return {text: said for text in messages() if (said := spoken.gettext(text)) != text}


@cache
def messages() -> frozenset[str]:
    """The English text of all that is translated; a sentence that counts stands here once for one and once for many."""
    return frozenset(text for message in catalogue(Language.urdu) if message.id for text in _forms(message.id))


def _forms(id: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (id,) if isinstance(id, str) else tuple(id)


class Words:
    """One language. Calling it says a sentence; what stands in its gaps is kept apart from the direction of the sentence."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._spoken, self._said = _spoken(language), _singular(language)

    @property
    def direction(self) -> str:
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    @property
    def comma(self) -> str:
        return "، " if self.language in RIGHT_TO_LEFT else ", "

    @property
    def semicolon(self) -> str:
        return "؛ " if self.language in RIGHT_TO_LEFT else "; "

    def __call__(self, text: str, /, **gaps: object) -> str:
        return self._filled(self._said.get(text, text), gaps)

    def many(self, one: str, other: str, n: int, /, **gaps: object) -> str:
        """A sentence that counts `{n}`, in the form that the language has for that number."""
        return self._filled(self._spoken.ngettext(one, other, n), {"n": n, **gaps})

    def _filled(self, said: str, gaps: Mapping[str, object]) -> str:
        return said.format(**{name: self._apart(str(value)) for name, value in gaps.items()}) if gaps else said

    def _apart(self, text: str) -> str:
        """Between isolates, or a number or a Latin name would turn a right-to-left sentence around. What has gaps of its own was said in
        this language and runs its way: readers of the first letter would find none outside those gaps."""
        if self.language is Language.english:
            return text
        return f"\u2067{text}\u2069" if "\u2068" in text else f"\u2068{text}\u2069"


def best(accepted: str) -> Language:
    """The first language of an Accept-Language header that the pages speak."""
    for wanted in accepted.split(","):
        tag = wanted.split(";")[0].strip().lower().split("-")[0]
        if tag in [language.value for language in LANGUAGES]:
            return Language(tag)
    return Language.english
