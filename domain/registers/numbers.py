"""Identity and telephone numbers as spreadsheets leave them: floats, Urdu digits, several in one cell, and digits lost for good."""

import re

from domain.errors import Invalid
from domain.registers.sheets import Cell, text
from domain.values import DIGITS, Cnic, Phone

_EXPONENT = re.compile(r"([+-]?\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_BETWEEN_PHONES = re.compile(r"\s*(?:[/,;|\n&،؛]|\bor\b|\band\b|\s{2,}|\s(?:یا|اور)\s)\s*", re.IGNORECASE)


class DigitsLost(Invalid):
    """The spreadsheet shortened this number and its last digits are lost."""

    next = "Type the number into a cell formatted as text."


def cnic(cell: Cell) -> Cnic:
    """Raises Invalid; DigitsLost where a 13-digit number was saved as 3.16948E+12."""
    return Cnic.parse(digits(cell))


def phones(cell: Cell) -> tuple[list[Phone], int]:
    """The numbers of one cell in their order, and how many pieces of it could not be read."""
    try:
        whole = digits(cell)
    except DigitsLost:
        return [], 1
    found = _phone(re.sub(r"[/\s]", "", whole))
    if found:
        return [found], 0
    read = [_phone(piece) for piece in _BETWEEN_PHONES.split(whole) if piece]
    numbers = list(dict.fromkeys(phone for phone in read if phone))
    return numbers, read.count(None)


def digits(cell: Cell) -> str:
    """A number as text without a point or an exponent. Raises DigitsLost."""
    written = text(cell).translate(DIGITS).lstrip("'")
    if found := _EXPONENT.fullmatch(written):
        whole, fraction, power = found[1], found[2] or "", int(found[3])
        if len(fraction) < power:
            raise DigitsLost(field="number")
        return whole + fraction[:power]
    # Five noughts at the end of a true identity number are rarer than a sheet that was saved from its shortened form.
    if isinstance(cell, int | float) and len(written) == 13 and written.endswith("00000"):
        raise DigitsLost(field="number")
    return re.sub(r"\.0$", "", written) if written.replace(".", "", 1).isdigit() else written


def _phone(piece: str) -> Phone | None:
    if not piece or not re.search(r"\d{2}", piece):
        return None
    try:
        return Phone.parse(piece)
    except Invalid:
        return None
