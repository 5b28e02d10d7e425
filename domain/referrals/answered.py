"""What a partner says to a referral, whichever door it came by: one value, made once at the edge."""

from dataclasses import dataclass
from datetime import datetime

from domain.partners.declining import DeclineCode
from domain.partners.exchange import AnswerStep, News
from domain.referrals.happened import SILENT, Said


@dataclass(frozen=True, slots=True)
class Answered:
    """One step of a partner's, as it was said."""

    step: AnswerStep
    said: Said = SILENT
    appointment_at: datetime | None = None
    decline_code: DeclineCode | None = None

    @classmethod
    def of(cls, news: News) -> "Answered":
        """What an adapter read out of a partner's message."""
        return cls(news.step, Said(news.note, news.reason, news.outcome), news.appointment_at, news.decline_code)
