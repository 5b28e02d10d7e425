"""What docs/reports.md says of each measure is what the table of measures says."""

from domain.reports.measures import MEASURES, Sure
from tests.architecture.source import ROOT


def test_the_document_has_the_definitions_of_the_table() -> None:
    said = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
    for measure, its in MEASURES.items():
        sure = "at least" if its.sure is Sure.at_least else "exact"
        fits = ", ".join(by.value for by in its.fits if by.value not in ("month", "quarter", "year", "centre"))
        assert f"| `{measure}` | {its.counts}, {sure} | {its.means} | {fits} |" in said, measure
    assert said.count("\n| `") == len(MEASURES), "one that is gone"
