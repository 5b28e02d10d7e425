"""The clock of this machine, and one that stands still until it is told."""

from datetime import UTC, datetime, timedelta


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """For tests and rehearsals: `on` moves it."""

    def __init__(self, at: datetime = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock without a zone")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def on(self, by: timedelta) -> datetime:
        self._at += by
        return self._at
