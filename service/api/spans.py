"""What figures and lists ask alike in an address: the centre, and the first and last month or quarter; a day stands for its month."""

from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator, Field

_MONTH = r"^\d{4}-\d{2}(-\d{2})?$"
_QUARTER = r"^[1-9]\d{3}-Q[1-4]$"
_InMonth = Annotated[str, Field(pattern=_MONTH), AfterValidator(lambda said: said[:7])]
_Quarter = Annotated[str, Field(pattern=_QUARTER)]
At = Annotated[str | None, Query(alias="centre", min_length=3, max_length=3)]
FirstMonth = Annotated[_InMonth | None, Query(alias="from", description="2026-11, or a day of it")]
LastMonth = Annotated[_InMonth | None, Query(alias="to", description="2026-11, or a day of it")]
FirstQuarter = Annotated[_Quarter | None, Query(alias="from", description="2026-Q4")]
LastQuarter = Annotated[_Quarter | None, Query(alias="to", description="2026-Q4")]
