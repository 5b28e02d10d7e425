"""A service in the words of a page: where, for whom, when, what to bring, whether there is room; nothing unchecked as a fact."""

from dataclasses import dataclass
from datetime import date

from domain import reference
from domain.partners.directory import Service
from domain.partners.hours import Opening, OpenState
from domain.partners.places import Address
from domain.values import Language
from service.usecases.partners import ServiceFound
from service.web.catalogue import Words, mark
from service.web.labels import label

AREAS = 6
"""So many places are named; of more, how many more."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One service as the referral desk and the directory show it; an empty text says that nothing is known."""

    found: ServiceFound
    where: str
    address: tuple[str, ...]
    whom: str
    open: str
    week: tuple[tuple[str, str], ...]
    languages: str
    room: str
    full: bool


def offer(found: ServiceFound, words: Words) -> Offer:
    its = found.service
    return Offer(
        found,
        where(its.districts, words),
        address(its.address, words),
        whom(its, words),
        open_said(found.open, words),
        week(its.hours or found.partner.hours, words),
        tongues(its.languages, words),
        room(found, words),
        found.room == 0,
    )


def place(code: str) -> str:
    district, province = reference.districts().get(code), reference.provinces().get(code)
    return district.name if district else province.name if province else code


def where(areas: tuple[str, ...], words: Words) -> str:
    if not areas:
        return words(mark("The whole country"))
    named = words.comma.join(place(code) for code in areas[:AREAS])
    more = len(areas) - AREAS
    return f"{named} {words.many('and {n} more', 'and {n} more', more)}" if more > 0 else named


def address(its: Address | None, words: Words) -> tuple[str, ...]:
    """Its parts, each of which may run its own way; a district or province named like the city is not said twice."""
    if its is None:
        return ()
    district = place(its.district) if its.district else ""
    parts = (its.street, f"{its.city} {its.postcode}", district, words(place(its.province)))
    named = dict.fromkeys(part for part in parts if part)
    return tuple(part for part in named if part.casefold() != its.city.casefold())


def ages(its: Service, words: Words) -> str:
    if its.age_from is not None and its.age_to is not None:
        return words("{first} to {last} years old", first=its.age_from, last=its.age_to)
    if its.age_from is not None:
        return words("from {first} years", first=its.age_from)
    return words("up to {last} years", last=its.age_to) if its.age_to is not None else ""


def whom(its: Service, words: Words) -> str:
    """The codes; the partner's own sentence stands beside them, in its own language."""
    codes = [*(words(label(one)) for one in (*its.genders, *its.stages)), ages(its, words)]
    return words.comma.join(text for text in codes if text)


def open_said(state: OpenState | None, words: Words) -> str:
    if state is None:
        return ""
    if state.always:
        return words(mark("open day and night"))
    if state.open:
        return words("open today until {time}", time=state.at)
    if state.days < 2:
        return words((mark("opens today {time}"), mark("opens tomorrow {time}"))[state.days], time=state.at)
    return words("opens {day} {time}", day=words(label(state.day)), time=state.at)


def week(hours: tuple[Opening, ...], words: Words) -> tuple[tuple[str, str], ...]:
    """Each day with its hours, as on the door."""
    days = dict.fromkeys(one.day for one in hours)
    return tuple((words(label(day)), words.comma.join(f"{one.opens}–{one.closes}" for one in hours if one.day is day)) for day in days)


def tongues(languages: tuple[Language, ...], words: Words) -> str:
    return words.comma.join(reference.languages()[one].own_name for one in languages)


def room(found: ServiceFound, words: Words) -> str:
    left, capacity = found.room, found.service.capacity
    parts = []
    if left is not None and capacity is not None:
        parts.append(
            words(mark("full")) if left == 0 else words.many("{n} place left of {all}", "{n} places left of {all}", left, all=capacity)
        )
    if found.service.waiting is not None:
        parts.append(words.many("{n} waiting there", "{n} waiting there", found.service.waiting))
    if found.ours_waiting:
        parts.append(words.many("{n} of our referrals with them", "{n} of our referrals with them", found.ours_waiting))
    return words.comma.join(parts)


def stale(confirmed: date | None, today: date) -> bool:
    """Nobody has asked for half a year, or ever."""
    return confirmed is None or (today - confirmed).days > 180
