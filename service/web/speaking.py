"""Templates in each language: a sentence without gaps is translated when its template is compiled, once, and costs nothing afterwards."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context

from domain import reference
from domain.attachments import MEGABYTE
from domain.topics import SessionTopic
from domain.values import Language
from service.web.assets import address
from service.web.catalogue import LANGUAGES, Words
from service.web.labels import LABELS, label
from service.web.labels_fields import FIELDS
from service.web.times import day_said
from service.web.told import told

FOLDER = Path(__file__).parent / "templates"
_SHAPE = (("name", "_"), ("lparen", None), ("string", None), ("rparen", None))


class Translated(Extension):
    """Reads `_("Done")` as if the template said the translation; `_("by {name}", name=…)` stays a call."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        words: Words = self.environment.words  # type: ignore[attr-defined]
        return _said(iter(stream), words)


def _said(tokens: Iterator[Token], words: Words) -> Iterator[Token]:
    held: list[Token] = []
    for token in tokens:
        held.append(token)
        while held and not _fits(held):
            yield held.pop(0)
        if len(held) == len(_SHAPE):
            yield Token(held[0].lineno, "string", words(held[2].value))
            held.clear()
    yield from held


def _fits(held: list[Token]) -> bool:
    """Whether these may be the beginning of a sentence without gaps."""
    return all(token.type == type and value in (None, token.value) for token, (type, value) in zip(held, _SHAPE, strict=False))


class Straight(Context):
    """Calls what a template calls. Jinja looks each time, in three places, whether it wants to be handed the context; nothing here does."""

    def call(self, what: Callable[..., Any], /, *args: Any, _block_vars: object = None, _loop_vars: object = None, **named: Any) -> Any:
        return what(*args, **named)


class Speaking(Environment):
    context_class = Straight

    def __init__(self, language: Language) -> None:
        self.words = Words(language)
        super().__init__(
            loader=FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            extensions=[Translated],
        )
        self.globals.update(_tools(self.words), fields=FIELDS, instruments=reference.instruments)


def _tools(words: Words) -> dict[str, Callable[..., object]]:
    """How a page says a value in its reader's language, whoever reads it and whenever."""

    def say(code: StrEnum) -> str:
        return words(label(code))

    def day(of: date) -> str:
        return day_said(words, of)

    def size(of: int) -> str:
        return words("{n} MB", n=f"{of / MEGABYTE:.1f}") if of >= MEGABYTE else words("{n} KB", n=-(-of // 1024))

    def plainly(text: str) -> str:
        return told(words, text)

    def topic_said(text: str) -> str:
        """A topic of the list by its name, any other as it was written."""
        return words(name) if (name := LABELS[SessionTopic].get(text)) else text

    return {
        "_": words,
        "many": words.many,
        "told": plainly,
        "say": say,
        "day": day,
        "size": size,
        "asset": address,
        "own_name": own_name,
        "topic_said": topic_said,
    }


def own_name(language: Language) -> str:
    """A language as its speakers call it: the same on every page."""
    return reference.languages()[language].own_name


@cache
def templates() -> Mapping[Language, Environment]:
    return {language: Speaking(language) for language in LANGUAGES}
