"""What a database of figures can be asked."""

from typing import Protocol

from domain.figures.partners import PartnerDashboard
from domain.identity import Scope


class FigureViews(Protocol):
    """Each costs the same however many records there are: it reads kept figures, and what runs late now along its index."""

    async def partners(self, scope: Scope, first: str, last: str) -> PartnerDashboard:
        """Quarters are `2026-Q4`."""
        ...
