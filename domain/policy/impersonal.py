"""What may not stand in a policy note: anything by which a single person is found."""

import re

import phonenumbers

from domain.errors import Invalid
from domain.values import DIGITS, Cnic

_CARD = re.compile(r"(?<!\d)\d{5}[\s\-–—_.]{0,3}\d{7}[\s\-–—_.]{0,3}\d(?!\d)")
_OURS = re.compile(r"(?<![A-Z])[A-Z]{3}[\s\-–—]?[A-Z][\s\-–—]?\d{6}(?!\d)", re.IGNORECASE)


class NamesSomebody(Invalid):
    """This holds what looks like the number of a card, a telephone, a client or a case: a policy note is about nobody in particular."""

    next = "Take the number out; the figures say how many."


def impersonal(text: str, *, field: str) -> str:
    """The same text. Raises NamesSomebody."""
    plain = text.translate(DIGITS)
    if _OURS.search(plain) or any(_is_card(found) for found in _CARD.findall(plain)) or _has_telephone(plain):
        raise NamesSomebody(field=field)
    return text


def _is_card(text: str) -> bool:
    try:
        Cnic.parse(text)
    except Invalid:
        return False
    return True


def _has_telephone(text: str) -> bool:
    return phonenumbers.PhoneNumberMatcher(text, "PK").has_next()
