"""The five ways this service says no. Every refusal names its rule and what to do next, and speaks no HTTP.

Refusal
├── NotFound      the record does not exist, or not for this reader: the two are told alike
├── NotAllowed    the actor may see the record but not do this
├── Conflict      the record stands in a state in which this cannot be done
├── Invalid       what was given cannot be understood
└── Unavailable   a part this service leans on is away; trying again later may work
"""

import re


class Refusal(Exception):
    """`rule` is the stable slug that partners and pages build on (`/problems/<rule>`); `next` is what the person can do now.

    Neither may carry anything a client said: refusals are logged and travel to screens.
    """

    next: str = "Check what was sent and try again."

    def __init__(self, message: str = "", *, next: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or type(self).__name__).strip().split("\n")[0])
        if next is not None:
            self.next = next

    @property
    def rule(self) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()


class NotFound(Refusal):
    """There is no such record."""

    next = "Check the number, or ask the centre that holds the record."


class NotAllowed(Refusal):
    """This is not among what your role may do here."""

    next = "Ask your supervisor."


class Conflict(Refusal):
    """The record does not allow this now."""

    next = "Load the record again and look at its present state."


class Invalid(Refusal):
    """What was sent cannot be understood."""

    def __init__(self, message: str = "", *, field: str = "", next: str | None = None) -> None:
        super().__init__(message, next=next)
        self.field = field


class Unavailable(Refusal):
    """A part of the service is away for the moment."""

    next = "Wait a moment and try again; nothing was lost."


class Stale(Conflict):
    """Someone else changed this record since you loaded it."""

    next = "Compare the present record with your change and send it again with the new version."

    def __init__(self, current: object = None) -> None:
        super().__init__()
        self.current = current


class InUse(Conflict):
    """Somebody else is writing in this record at this moment."""

    next = "Wait a moment and try again; nothing was changed."


class KeyReused(Invalid):
    """This idempotency key was used before with another body."""

    next = "Use a new key for a new request."
