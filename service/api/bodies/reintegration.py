"""What is said of a review of reintegration."""

from typing import Annotated

from pydantic import Field

from domain.counselling import SessionChannel
from domain.reintegration.reviews import WHOLE, Heard, Known, Reached, Round
from service.api.bodies import Body, Day, Prose

Score = Annotated[float, Field(ge=0, le=1, strict=True)]


def _hundredths(score: float | None) -> int | None:
    return None if score is None else round(score * WHOLE)


class HeardBody(Body):
    """Scores from 0 to 1, as the survey's own sheet gives them, kept to two decimals. Whoever was not reached has none."""

    result: Reached
    channel: SessionChannel
    held_on: Day
    economic: Score | None = None
    social: Score | None = None
    psychosocial: Score | None = None
    in_country: Known = Known.unknown
    working: Known = Known.unknown
    safe: Known = Known.unknown
    words: Prose = ""

    def heard(self) -> Heard:
        return Heard(
            result=self.result,
            channel=self.channel,
            held_on=self.held_on,
            economic=_hundredths(self.economic),
            social=_hundredths(self.social),
            psychosocial=_hundredths(self.psychosocial),
            in_country=self.in_country,
            working=self.working,
            safe=self.safe,
            words=self.words,
        )


class ReviewBody(HeardBody):
    """`round` is after how many months: `m3`, `m6` or `m12`."""

    round: Round
