"""Of whom evidence is made: those who consented to research, and how many did not."""

from dataclasses import dataclass

from domain.evidence.columns import Person


@dataclass(frozen=True, slots=True)
class Source:
    """`without_consent` are in no release of any kind; only how many they are is ever said."""

    people: tuple[Person, ...]
    without_consent: int
