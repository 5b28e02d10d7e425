"""Which months a figure covers when nobody names them: by the day in Karachi, where the month begins five hours before it does in UTC."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from adapters.system.clock import FixedClock
from domain.identity import Actor, Role
from domain.values import CentreCode
from service.usecases.reporting import Reporting


class Asked:
    """Figures that only say which months they were asked for."""

    async def funnel(self, scope: Any, at: datetime, first: str, last: str) -> Any:
        return first, last


async def test_a_new_month_is_shown_from_its_first_minute_in_karachi() -> None:
    supervisor = Actor(UUID(int=1), Role.supervisor, (CentreCode("ISB"),))
    found = []
    for at in (datetime(2026, 11, 30, 18, 59, tzinfo=UTC), datetime(2026, 11, 30, 19, 0, tzinfo=UTC)):
        reporting = Reporting(SimpleNamespace(figures=Asked()), FixedClock(at))  # type: ignore[arg-type]
        found.append(await reporting.funnel(supervisor, None, None, None))
    assert found == [("2025-11", "2026-11"), ("2025-12", "2026-12")]
