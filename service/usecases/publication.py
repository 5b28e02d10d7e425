"""The directory for everybody, without sign-in."""

from uuid import UUID

from domain.partners.published import Listed, Organisation, Publication, PublicationViews, Sheet, Sought, State, sheet


class Published:
    def __init__(self, views: PublicationViews) -> None:
        self._views = views
        self._kept: tuple[State, Publication] | None = None

    async def _now(self) -> Publication:
        """What was read last, while nothing was written since. The state is asked first: what is written meanwhile is read twice and
        missed never."""
        state, kept = await self._views.state(), self._kept
        if kept is None or kept[0] != state:
            kept = self._kept = state, await self._views.read()
        return kept[1]

    async def services(self, sought: Sought, number: int, size: int) -> Sheet[Listed]:
        return sheet((await self._now()).services(sought), number, size)

    async def service(self, id: UUID) -> Listed:
        """Raises NotFound, alike for what is not offered and what never was."""
        return (await self._now()).service(id)

    async def placed(self, sought: Sought, number: int, size: int) -> Sheet[Listed]:
        """Services at their open addresses."""
        return sheet((await self._now()).placed(sought), number, size)

    async def at(self, id: UUID) -> Listed:
        """Raises NotFound, alike for what has no open address any more and what never had."""
        return (await self._now()).at(id)

    async def organisations(self, search: str, number: int, size: int) -> Sheet[tuple[Organisation, tuple[Listed, ...]]]:
        """Each with what it offers."""
        now = await self._now()
        return sheet([(one, now.offered_by(one.id)) for one in now.found(search)], number, size)

    async def organisation(self, id: UUID) -> tuple[Organisation, tuple[Listed, ...]]:
        """Raises NotFound."""
        now = await self._now()
        return now.organisation(id), now.offered_by(id)
