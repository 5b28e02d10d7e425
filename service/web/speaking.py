"""Templates in each language: a sentence without gaps is translated when its template is compiled, once, and costs nothing afterwards."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Macro
from markupsafe import Markup

from domain.values import Language
from service.web.catalogue import LANGUAGES, Words

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


class Speaking(Environment):
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


class Still:
    """Parts of forms that are the same for everybody, kept as they were drawn first: a list of choices costs twenty calls to draw.

    For codes and sentences only: what is given here stays in memory, so nothing of a person may be.
    """

    MOST = 2000

    def __init__(self) -> None:
        self._drawn: dict[tuple[object, ...], Markup] = {}

    def draw(self, language: Language, macro: Macro, *given: Hashable, **named: Hashable) -> Markup:
        key = (language, macro.name, given, tuple(named.items()))
        found = self._drawn.get(key)
        if found is None:
            if len(self._drawn) >= self.MOST:
                self._drawn.clear()
            found = self._drawn[key] = Markup(macro(*given, **named))  # noqa: S704 - a macro's own output, escaped there
        return found


STILL = Still()


@cache
def templates() -> Mapping[Language, Environment]:
    return {language: Speaking(language) for language in LANGUAGES}
