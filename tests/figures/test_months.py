"""Which months a figure covers when nobody names them: by the day in Karachi, where the month begins five hours before it does in UTC."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from adapters.system.clock import FixedClock
from domain.errors import Invalid
from domain.identity import Actor, Role
from domain.periods import Quarter, end_of, end_of_quarter, last_months, month, months_until, quarters_until
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


NOW = datetime(2026, 1, 31, 20, tzinfo=UTC)


def test_so_many_before_and_this_one() -> None:
    assert last_months(NOW, 1) == ("2026-01", "2026-02")
    assert last_months(NOW, 2) == ("2025-12", "2026-02")
    assert months_until(NOW, None, None) == ("2025-02", "2026-02")
    assert months_until(NOW, "2025-7", None) == ("2025-07", "2026-02"), "as months are compared"
    assert quarters_until(NOW, None, None, 2) == ("2025-Q4", "2026-Q1")
    assert quarters_until(NOW, None, "2025-Q3", 4) == ("2025-Q2", "2025-Q3")


@pytest.mark.parametrize(
    "text", ["2026-13", "2026", "0000-01", "0999-12", "9999-12", "soon", "", pytest.param("9" * 9999 + "-01", id="endless")]
)
def test_a_month_there_is_none_of_is_refused(text: str) -> None:
    for asked in (month, end_of):
        with pytest.raises(Invalid, match="A month is written like 2026-11"):
            asked(text)


@pytest.mark.parametrize("text", ["2026-Q5", "2026", "0000-Q1", "9999-Q4", "26-Q1", pytest.param("9" * 9999 + "-Q1", id="endless")])
def test_a_quarter_there_is_none_of_is_refused(text: str) -> None:
    for asked in (Quarter.parse, end_of_quarter):
        with pytest.raises(Invalid):
            asked(text)


def test_a_period_does_not_end_before_it_begins() -> None:
    assert months_until(NOW, "2026-02", "2026-02") == ("2026-02", "2026-02")
    with pytest.raises(Invalid, match="ends before it begins"):
        months_until(NOW, "2026-02", "2026-01")
