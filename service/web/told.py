"""Sentences that rules made, gaps already filled in, said in the reader's language: their shape is recognised, and what fills them too."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from service.web.catalogue import Words, messages
from service.web.labels import LABELS

GAP = re.compile(r"\{(\w+)\}")


@cache
def _codes() -> Mapping[str, str]:
    """Rules name a step or a group of fields by its code; people are told its name. A code in two lists has one name in both."""
    return {code: name for labels in LABELS.values() for code, name in labels.items()}


@cache
def _shapes() -> tuple[tuple[str, str, re.Pattern[str], str], ...]:
    """Sentences with gaps and words of their own around them, the longest first, each with how it begins and ends."""
    with_gaps = sorted(
        (text for text in messages() if GAP.search(text) and re.search(r"[A-Za-z]{2}", GAP.sub("", text))), key=len, reverse=True
    )
    return tuple((*_ends(text), re.compile(GAP.sub(r"(?P<\1>.+)", re.sub(r"([.?()])", r"\\\1", text)), re.S), text) for text in with_gaps)


@lru_cache(maxsize=512)
def _shapes_from(letters: str) -> tuple[tuple[str, str, re.Pattern[str], str], ...]:
    """Those that may begin with these two letters: a handful of hundreds. A pattern is tried where beginning and end fit too."""
    return tuple(shape for shape in _shapes() if shape[0].startswith(letters) or letters.startswith(shape[0][:2]))


def _ends(text: str) -> tuple[str, str]:
    """What stands before the first gap and after the last."""
    return GAP.split(text)[0], GAP.split(text)[-1]


def told(words: Words, text: str) -> str:
    return _sentence(words, text) or text


def _sentence(words: Words, text: str) -> str:
    """Nothing for what no rule says."""
    if text in messages():
        return words(text)
    for begins, ends, pattern, shape in _shapes_from(text[:2]):
        if text.startswith(begins) and text.endswith(ends) and (match := pattern.fullmatch(text)):
            return words(shape, **{name: _part(words, part) for name, part in match.groupdict().items()})
    return ""


def _part(words: Words, text: str) -> str:
    """One thing, or a list of things. What may have commas of its own is listed with semicolons; with commas that part nothing that a rule
    says, it is one thing."""
    if text in messages():
        return words(text)
    if "; " in text:
        return words.semicolon.join(told(words, one) for one in text.split("; "))
    listed = [words(_codes()[one]) if one in _codes() else _sentence(words, one) for one in text.split(", ")]
    if not all(listed) and (whole := _sentence(words, text)):
        return whole
    return words.comma.join(said or one for said, one in zip(listed, text.split(", "), strict=True))
