"""The steps of a transfer as one table: which side takes each, and from where it leads to where.

Decision. Context: where anybody may revoke a transfer from any state, nobody knows whose the client is. Choice: each step belongs to one
side, by the centre somebody works at and not by their role; whoever works at both centres may ask and do nothing more. What was answered,
withdrawn or has expired stays so: what is wanted after that is another transfer, with a consent and a clock of its own. Price: a centre
manager of both cannot settle it alone.
"""

from enum import StrEnum


class TransferState(StrEnum):
    requested = "requested"
    accepted = "accepted"
    refused = "refused"
    withdrawn = "withdrawn"
    expired = "expired"


class TransferStep(StrEnum):
    accept = "accept"
    refuse = "refuse"
    withdraw = "withdraw"
    expire = "expire"


class Side(StrEnum):
    """From where somebody looks at a transfer. The clock is nobody's side, and the officer watches."""

    sending = "sending"
    receiving = "receiving"
    clock = "clock"
    watching = "watching"


_S, _T = TransferState, TransferStep
_WAITS = frozenset({_S.requested})

NEXT: dict[TransferStep, tuple[Side, frozenset[TransferState], TransferState]] = {
    _T.accept: (Side.receiving, _WAITS, _S.accepted),
    _T.refuse: (Side.receiving, _WAITS, _S.refused),
    _T.withdraw: (Side.sending, _WAITS, _S.withdrawn),
    _T.expire: (Side.clock, _WAITS, _S.expired),
}


def fitting(state: TransferState, side: Side) -> tuple[TransferStep, ...]:
    """The steps that fit now, of those of this side."""
    return tuple(step for step, (whose, states, _) in NEXT.items() if whose is side and state in states)
