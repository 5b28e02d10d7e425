"""Screening: what the answers to an instrument indicate (`engine`), and the record with what a person decides (`record`)."""

from domain.screening.engine import Answer, Indication, IndicationOutcome, UnknownQuestion, indicate
from domain.screening.record import (
    AlreadyDecided,
    Decision,
    Finding,
    Screened,
    Screening,
    ScreeningDecided,
    ScreeningDone,
    ScreeningRecords,
    ScreeningView,
    ScreeningViews,
)

__all__ = [
    "AlreadyDecided",
    "Answer",
    "Decision",
    "Finding",
    "Indication",
    "IndicationOutcome",
    "Screened",
    "Screening",
    "ScreeningDecided",
    "ScreeningDone",
    "ScreeningRecords",
    "ScreeningView",
    "ScreeningViews",
    "UnknownQuestion",
    "indicate",
]
