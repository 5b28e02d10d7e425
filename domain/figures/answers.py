"""How we answer partners that send somebody to us: what an incoming referral is counted by, and what is told of the answers."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.figures.durations import percent
from domain.figures.partners import Declined, reasons
from domain.incoming.steps import IncomingState
from domain.periods import quarter_of

QUARTERS = 4
"""How many are shown unless asked otherwise: few people come this way, and no time is taken of them that could grow old."""
TAKEN = (IncomingState.accepted, IncomingState.completed)


@dataclass(frozen=True, slots=True)
class OwnAnswers:
    """Incoming referrals by the quarter in which they came, exact, as of now. `declined_share` is of those we said yes or no to, in
    percent."""

    first: str
    last: str
    came: int
    taken: int
    declined: int
    declined_share: int | None
    reasons: tuple[Declined, ...]
    """Of those declined, most first."""


def counted(state: str, came: datetime, declined: str | None) -> tuple[str, str, str]:
    """The quarter it came in, how it stands with us, and why we declined; empty where no code was given, or it is not declined."""
    return quarter_of(came), str(state), str(declined or "") if state == IncomingState.declined else ""


def own_answers(first: str, last: str, told: Mapping[tuple[str, str], int]) -> OwnAnswers:
    """`told` has how many stand in a state, by the code of why."""
    states: Counter[str] = Counter()
    for (state, _), n in told.items():
        states[state] += n
    taken, declined = sum(states[state] for state in TAKEN), states[IncomingState.declined]
    codes = {code: n for (state, code), n in told.items() if state == IncomingState.declined}
    return OwnAnswers(first, last, sum(states.values()), taken, declined, percent(declined, taken + declined), reasons(codes))
