"""Screening instruments as versioned data: the questions, their weights and the rules; what they indicate is computed elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from domain.errors import NotFound
from domain.reference.store import Mark, load

Kind = Literal["flags", "indicators", "checklist"]
Weight = Literal["strong", "medium", "weak"]


@dataclass(frozen=True, slots=True)
class Question:
    code: str
    text: str
    dimension: str | None = None
    weight: Weight | None = None


@dataclass(frozen=True, slots=True)
class Instrument:
    """`rules` is the file's own table: `flags` and `indicators` compute an indication from it, a `checklist` computes none."""

    code: str
    version: str
    title: str
    for_whom: str
    kind: Kind
    mark: Mark
    dimensions: Mapping[str, str]
    questions: tuple[Question, ...]
    rules: Mapping[str, Any]


@cache
def instruments() -> Mapping[str, Instrument]:
    """By code."""
    return MappingProxyType({row["code"]: _read(row) for row in load("instruments")})


def instrument(code: str) -> Instrument:
    """Raises NotFound."""
    try:
        return instruments()[code]
    except KeyError:
        raise NotFound("There is no such instrument.", next="Choose one of: " + ", ".join(instruments()) + ".") from None


def described(it: Instrument) -> dict[str, Any]:
    """An instrument as it is shown: its questions, where it comes from, and whether that was verified."""
    return {
        "code": it.code,
        "version": it.version,
        "title": it.title,
        "for_whom": it.for_whom,
        "kind": it.kind,
        "source": it.mark.source,
        "verified": it.mark.verified,
        "caveat": it.mark.caveat,
        "dimensions": dict(it.dimensions),
        "questions": it.questions,
        "answers": ("yes", "no", "unknown", "declined"),
    }


def _read(row: Mapping[str, Any]) -> Instrument:
    questions = tuple(Question(q["code"], q["text"], q.get("dimension"), q.get("weight")) for q in row["questions"])
    dimensions = MappingProxyType({d["code"]: d["title"] for d in row["dimensions"]})
    return Instrument(
        code=row["code"],
        version=row["version"],
        title=row["title"],
        for_whom=row["for_whom"],
        kind=row["kind"],
        mark=Mark.of(row, row),
        dimensions=dimensions,
        questions=questions,
        rules=MappingProxyType(row["rules"]),
    )


@cache
def hxl_tag(text: str) -> bool:
    """Whether this is a hashtag of HXL with attributes that it lists for it, `#reached+ind+f`."""
    tag, *attributes = text.split("+")
    listed = load("hxl_tags")["tags"].get(tag)
    return listed is not None and all(f"+{one}" in listed for one in attributes)
