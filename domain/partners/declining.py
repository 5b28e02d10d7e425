"""Why a partner says no, in words that can be counted.

Decision. Context: the reason of a decline is free text about a person, sealed under their key; no figure may open it, and who has to know
why a partner says no needs figures. Choice: beside it stands one word of this closed table, which says nothing of the person and is kept in
the clear. It may be left out, as partners built against us before it was there; then nothing is guessed from the text, and it counts as not
said. Only where an adapter already read a partner's own codes through its table are these the word. The table is ours: HSDS, UNHCR's and
the inter-agency referral forms that we know give a decline a line to write on and no codes. It holds what the words of our adapters come
to, and two more. Price: declines from before are not said for good.
"""

from collections.abc import Mapping
from enum import StrEnum

from domain.errors import Invalid


class DeclineCode(StrEnum):
    no_capacity = "no_capacity"
    """No place, no money or nobody free."""
    not_eligible = "not_eligible"
    """The service is there for others than this person."""
    outside_mandate = "outside_mandate"
    """It is not this agency's task."""
    outside_area = "outside_area"
    """It does not work where the person is."""
    service_ended = "service_ended"
    """It no longer offers this."""
    already_served = "already_served"
    """The person is helped already, by it or by another."""
    not_reached = "not_reached"
    """The person could not be reached, or did not come."""
    client_declined = "client_declined"
    """The person does not want it."""
    left_again = "left_again"
    """The person has gone abroad again."""
    not_enough_information = "not_enough_information"
    """What was sent does not suffice to decide."""
    not_acted_on = "not_acted_on"
    """The partner's own system closed it, because nobody there acted on it in time."""
    other = "other"


BY_PEOPLE = tuple(code for code in DeclineCode if code is not DeclineCode.not_acted_on)
"""What somebody can answer. That nobody acted on it only a machine says."""


class OnlyDeclines(Invalid):
    """Only a decline carries a decline code."""

    next = "Leave the code out, or decline."


def most_first(told: Mapping[str, int]) -> list[tuple[str, int]]:
    """Codes with how many each was said of, without what was said of none: the most first, of as many in the order of the table, and what
    was not said last."""
    return sorted(((code, n) for code, n in told.items() if n), key=lambda item: (-item[1], _PLACES.get(item[0], len(_PLACES))))


_PLACES = {code.value: place for place, code in enumerate(DeclineCode)}


def code_in(reason: str) -> DeclineCode | None:
    """The code where a reason in an adapter's table is one; text is never read as one."""
    return reason if isinstance(reason, DeclineCode) else None
