"""Countries that people go to and come back from, by ISO 3166-1 alpha-3 as in the list of `domain/reference`."""

from functools import cache

from domain import reference
from domain.errors import Invalid

HERE = "PAK"


class NoSuchCountry(Invalid):
    """This is none of the countries of the list."""

    next = "Choose the country from the list."


def abroad(code: str) -> str:
    """The same code. Raises NoSuchCountry, also for Pakistan."""
    if code not in reference.countries() or code == HERE:
        raise NoSuchCountry(field="country")
    return code


def country_name(code: str | None) -> str:
    """In English; nothing of none."""
    return reference.countries()[code].name if code else ""


@cache
def choices() -> tuple[tuple[str, str], ...]:
    """Codes with their English names, by name."""
    its = sorted(reference.countries().values(), key=lambda one: one.name)
    return tuple((one.iso3, one.name) for one in its if one.iso3 != HERE)
