"""What a partner adapter needs to know, and all of it: a translator turns a notice into a post and a partner's words into steps, purely.

A third party writes one class with these three functions, names it in the entry-point group `mrc.partners`, and runs the conformance kit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from domain.errors import Invalid
from domain.partners.declining import DeclineCode


class NotUnderstood(Invalid):
    """The partner's message uses words this adapter does not know; they are kept, never guessed."""


class AnswerStep(StrEnum):
    """The steps a partner can take on a referral addressed to it (CONTRACT: `/partner/v1/referrals/{ref}/steps`)."""

    seen = "seen"
    accept = "accept"
    decline = "decline"
    need_information = "need_information"
    set_appointment = "set_appointment"
    start_service = "start_service"
    complete = "complete"
    not_complete = "not_complete"
    confirm_deletion = "confirm_deletion"
    """What was sent before the consent was withdrawn is deleted. The packet stays closed all the while."""


class ReceiptState(StrEnum):
    taken = "taken"
    """The partner has it."""
    again = "again"
    """Not now: try again later."""
    gone = "gone"
    """The address is closed for good: the endpoint is switched off and the administrator told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One thin notice on its way to one endpoint. `id` is the same at each attempt, so that the receiver can drop repeats."""

    id: str
    kind: str
    """`referral.sent`, `referral.answered`, `referral.withdrawn`, `referral.recalled`, `referral.reminder` or `endpoint.test`."""
    at: datetime
    url: str
    data: Mapping[str, object]
    """`referral` (opaque reference), `sequence`, `urgency`, `answer_by`, `href`; nothing about the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """An HTTP post ready to be signed and sent by the shared transport. `body` is the exact bytes the signature covers."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back: the status, at most the first 4 kB of the body, and after how many seconds the partner asked us to return."""

    status: int
    body: bytes = b""
    retry_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    state: ReceiptState
    detail: str = ""
    """Our own words for the delivery log; never the partner's body, which may echo anything."""
    after: int | None = None
    """Seconds after which to try again, where the partner said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One step a partner reports, in our words. `reference` is the opaque one we gave it."""

    reference: str
    step: AnswerStep
    note: str = ""
    reason: str = ""
    outcome: str = ""
    appointment_at: datetime | None = None
    decline_code: DeclineCode | None = None
    """Of a decline alone, where the partner gave one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """A partner's own system refuses what nobody there acted on for so long (seeing it is no acting), with this reason in our words: a
    DeclineCode, where one says it."""

    after: timedelta
    reason: str


class Translator(Protocol):
    """Pure functions between our words and one partner's. No network, no database, no clock.

    A translator may carry `lapse`, a Lapse: what has to do with time is said as data, and the worker looks at the clock.
    """

    key: str
    """The adapter's name in settings (`MRC_PARTNERS`) and in the partner's record."""

    def write(self, package: Package) -> Post: ...

    def read_reply(self, reply: Reply) -> Receipt: ...

    def read_news(self, headers: Mapping[str, str], body: bytes) -> list[News]:
        """Raises NotUnderstood for words that are not in the adapter's table. The signature has been verified before."""
        ...


def lapse_of(translator: Translator) -> Lapse | None:
    return getattr(translator, "lapse", None)


class Carrier(Protocol):
    """The one way out: vets the address, signs, sends, keeps little. Shared by every adapter."""

    async def carry(self, post: Post, *, message: str, at: datetime, secrets: tuple[str, ...]) -> Reply:
        """Sends `post` signed under Standard Webhooks with every live `whsec_` secret. At most 10 s in total.

        Raises Unavailable where no answer came; Invalid where trying again cannot help (a forbidden address, no usable secret).
        """
        ...

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...]) -> str:
        """The delivery id of a signed message that came in. Raises BadSignature."""
        ...

    def new_secret(self) -> str:
        """A fresh `whsec_` secret, shown once."""
        ...

    async def vet(self, url: str) -> None:
        """Raises Invalid for an address nothing may be sent to, Unavailable where its name leads nowhere at the moment."""
        ...


class BadSignature(Invalid):
    """The signature does not match the message, or is too old."""

    next = "Sign `id.timestamp.body` with the current secret, and check the clock."
