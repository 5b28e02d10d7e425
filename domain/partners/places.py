"""Where a service is: an open address that everybody may read, and a hidden one that is only told from mouth to ear.

Decision. Context: a client has to be told where to go, and a shelter that is found by the wrong person is no shelter. Choice: two addresses
that never meet. The open one belongs to the directory: published, and printed on the letter and on the client's summary. The hidden one is
sealed for the house and no part of the service's record, so that no list, search, packet, paper or answer to a partner can carry it; it is
opened one at a time, by whoever sees or makes referrals (`Act.see_hidden_address`), and each opening is a line of the trail. Analysts have
figures to look at; administrators write it and do not read it again. It is not printed: a paper is found in a pocket. Price: whoever
writes it anew writes all of it; two who write at once are shown that the other wrote, not what; and the client has to remember it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain import reference
from domain.errors import Invalid
from domain.values import DIGITS, prose

LONGEST = 500
HIDDEN = "hidden_address"
"""What it is called where it comes in; no record has a field of this name."""


class UnknownPlace(Invalid):
    """An area is named by the code of a district or a province."""

    next = "Choose among the districts and provinces of the list."


class HalfAnAddress(Invalid):
    """An open address is written whole: street, city, postcode and province."""

    next = "Write what is missing, or empty all of them."


class DistrictElsewhere(Invalid):
    """This district lies in another province."""

    next = "Choose the province again, or leave the district empty."


class NotAPostcode(Invalid):
    """A postcode of Pakistan has five digits."""

    next = "Look at it again; without one the open address stays away."


def postcode(text: str) -> str:
    """Urdu digits too; an empty one is none. Raises NotAPostcode."""
    digits = "".join(text.translate(DIGITS).split())
    if digits and not (len(digits) == 5 and digits.isascii() and digits.isdigit()):
        raise NotAPostcode(field="postcode")
    return digits


def hidden_address(text: str) -> str:
    """Lines as they were typed. Raises Invalid."""
    return prose(text, field=HIDDEN, longest=LONGEST)


@dataclass(frozen=True, slots=True)
class Address:
    """One that everybody may read: `province` and `district` are P-codes; a district is not needed."""

    street: str
    city: str
    postcode: str
    province: str
    district: str = ""

    def check(self) -> None:
        """All of it or nothing. Raises HalfAnAddress, NotAPostcode, UnknownPlace, DistrictElsewhere."""
        needed = {"street": self.street, "city": self.city, "postcode": self.postcode, "province": self.province}
        if not any((*needed.values(), self.district)):
            return
        if missing := next((name for name, said in needed.items() if not said), None):
            raise HalfAnAddress(field=missing)
        postcode(self.postcode)
        if self.province not in reference.provinces():
            raise UnknownPlace(field="province")
        if self.district and self.district not in reference.districts():
            raise UnknownPlace(field="district")
        if self.district and reference.districts()[self.district].province != self.province:
            raise DistrictElsewhere(field="district")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A hidden address, opened for one reader, with whose it is."""

    partner: str
    service: str
    address: str


def parted(fields: Mapping[str, object]) -> tuple[dict[str, object], str | None]:
    """What is said of a service, and its hidden address apart: None where nothing is said of one, empty where it is taken out."""
    plain = {name: value for name, value in fields.items() if name != HIDDEN}
    if HIDDEN not in fields:
        return plain, None
    hidden = str(fields[HIDDEN] or "")
    return {**plain, "hides_address": bool(hidden)}, hidden
