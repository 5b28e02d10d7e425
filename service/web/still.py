"""Parts of pages that are alike for everybody, drawn once and from then on only filled in: the frame around a page, its forms.

Decision. Context: drawing was the dearest part of a page (1.4 ms of a case sheet), and nearly all of what was drawn was the
same as the time before, but for the proof and the key of each form and the id of a record. Choice: such a part is a macro in a file of its
own. It is drawn once for each language and choice of codes, with blanks; a page joins its pieces. The file is read without the page, the
view or anything else of a request: a part that reaches for a person's words fails at its first drawing, it cannot keep them. A form that
is shown again with what was typed is drawn anew, by the same macro. Price: half of a page stands in another file; and what a part is
given stays in memory, so it is codes and sentences of ours, never a record's.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Protocol

from jinja2.runtime import Macro
from markupsafe import Markup, escape

from domain.values import Language
from service.web.forms import NOTHING, Again
from service.web.speaking import templates

_BLANK = re.compile("\x00([a-z_]+)\x00")
NO_BLANKS: Mapping[str, object] = {}


def _blank(name: str) -> str:
    """No template and no code has such a character; what people write comes only when the blanks are gone."""
    return f"\x00{name}\x00"


class Proven(Protocol):
    """What each form of a page carries."""

    @property
    def form_token(self) -> str: ...

    @property
    def fresh(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Proof:
    """As much of a page as a part may know."""

    form_token: str
    fresh: str


_TO_PROVE = Proof(_blank("form_token"), _blank("fresh"))


@dataclass(frozen=True, slots=True)
class Part:
    """Text and names of blanks in turn, beginning and ending with text."""

    pieces: tuple[str, ...]

    def filled(self, values: Mapping[str, Markup]) -> Markup:
        whole = list(self.pieces)
        for place in range(1, len(whole), 2):
            whole[place] = values[whole[place]]
        return Markup("".join(whole))  # noqa: S704 - a macro's own output, escaped there, and values escaped before


class Parts:
    """Those that were drawn; there are as many as macros, languages and choices of codes."""

    MOST = 2000

    def __init__(self) -> None:
        self._drawn: dict[tuple[object, ...], Part] = {}

    def of(self, language: Language, which: str, blanks: tuple[str, ...], given: Mapping[str, Hashable]) -> Part:
        key = (language, which, *given.items())
        found = self._drawn.get(key)
        if found is None:
            if len(self._drawn) >= self.MOST:
                self._drawn.clear()
            made = _draw(language, which, _TO_PROVE, NOTHING, {**given, **{name: _blank(name) for name in blanks}})
            found = self._drawn[key] = Part(tuple(_BLANK.split(made)))
        return found


_PARTS = Parts()


@cache
def _fields(language: Language) -> Mapping[str, Macro]:
    """Fields as they are drawn while nothing was typed: they know neither page nor reader, so there need be only one of each."""
    module = templates()[language].get_template("_forms.html").make_module({"again": NOTHING})
    return {name: macro for name, macro in vars(module).items() if isinstance(macro, Macro)}


def forms(language: Language, proof: Proven, again: Again) -> object:
    """What `f` is in every template: fields and forms, as they are shown this time."""
    if again is not NOTHING:
        return templates()[language].get_template("_forms.html").make_module({"page": proof, "again": again})

    def hidden(form: str) -> Markup:
        blanks = {"form_token": proof.form_token, "fresh": proof.fresh, "form": form}
        return _PARTS.of(language, "forms.hidden", ("form",), {}).filled({name: escape(value) for name, value in blanks.items()})

    return SimpleNamespace(**{**_fields(language), "hidden": hidden})


def _draw(language: Language, which: str, proof: Proven, again: Again, given: Mapping[str, object]) -> Markup:
    """`which` names a file and a macro in it: `case_parts.note` is `note` of `_case_parts.html`."""
    file, _, macro = which.partition(".")
    around = {"page": proof, "again": again, "f": forms(language, proof, again)}
    module = templates()[language].get_template(f"_{file}.html").make_module(around)
    return Markup(getattr(module, macro)(**given))  # noqa: S704 - a macro's own output, escaped there


def parts_for(language: Language, proof: Proven, again: Again) -> Callable[..., Markup]:
    """For the pages' own use: `still("case_parts.note", {"case": case.id})` is that macro's output. Blanks are named in the braces, and
    may be anything; what decides how the part looks is given by name. `form` is what the form in it is called, where not as the macro."""
    proven = {"form_token": escape(proof.form_token), "fresh": escape(proof.fresh)}

    def still(which: str, blanks: Mapping[str, object] = NO_BLANKS, *, form: str = "", **given: Hashable) -> Markup:
        if again.form and again.form == (form or which.rpartition(".")[2]):
            return _draw(language, which, proof, again, {**given, **blanks})
        part = _PARTS.of(language, which, tuple(blanks), given)
        return part.filled({**proven, **{name: escape(value) for name, value in blanks.items()}})

    return still
