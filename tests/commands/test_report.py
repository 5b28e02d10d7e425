"""`mrc report`: a file is written once, as it leaves the house unless told otherwise, and the trail knows of it."""

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.commands.conftest import Mrc

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_report_is_written_once(sampled: Mrc, tmp_path: Path) -> None:
    out = tmp_path / "centre.xlsx"
    asked = ("report", "centre", "--centre", "isb", "--out", out, "--period")
    assert "period" in sampled(*asked, "2999-Q1", code=1).err, "one that is not over does not leave the house"
    assert not out.exists()
    assert str(out) in sampled(*asked, "2025-Q4").out
    assert "Outreach" in CalamineWorkbook.from_path(out).sheet_names
    assert "is there already" in sampled(*asked, "2025-Q4", code=1).err
    assert sampled("audit", "verify").out


def test_what_stays_inside_says_so(sampled: Mrc, tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside.csv", tmp_path / "inside.csv"
    for out, more in ((outside, ()), (inside, ("--inside",))):
        sampled("report", "centre", "--period", "2025-Q4", "--as", "csv", "--out", out, *more)
    assert "held back" in outside.read_text()
    assert "Do not pass it on" in inside.read_text()
    assert "Do not pass it on" not in outside.read_text()
