"""Exports: asked for by one, decided on by another, and written as a locked file while it leaves."""

import asyncio
import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from domain.audit import Look, Trail
from domain.chance import Clock, Ids
from domain.errors import NotAllowed, NotFound, Stale
from domain.exports.columns import COLUMNS, ExportColumn
from domain.exports.doors import Locker
from domain.exports.record import DECIDED_WITHIN, Export, ExportStep, ExportView, TicketLost, Wanted
from domain.identity import Act, Actor, Role, Scope
from domain.ports import Once, Views, Works
from domain.reports.sheet import Book, Cell, FileKind, Heading, Sheet, SheetWriter
from domain.secrecy import KeyVault, Unreadable
from domain.values import CentreCode, Language

OWN_ONLY = (Role.analyst,)
"""Who sees nobody's exports but their own."""
GROUPS, OF = 6, 5
"""Thirty digits are 99 bits of chance, and can be read out on the telephone in any language."""
PATIENCE = 60
"""Seconds that a writer waits for the next lines: after that it leaves off, and half an archive opens nowhere."""
PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Unlocked:
    """Shown once. `ticket` comes back with the fetching; it opens nothing by itself."""

    export: ExportView
    password: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Wording:
    """An export's words in its reader's language. `mark` is given who asked, when, and the number."""

    title: str
    about: tuple[str, ...]
    labels: Mapping[ExportColumn, str]
    mark: str
    language: Language = Language.english


@dataclass(frozen=True, slots=True)
class LockedFile:
    """Its name, about nobody, and its pieces, to be drawn outside the event loop."""

    name: str
    pieces: Iterator[bytes]


class Exports:
    def __init__(
        self, work: Works, views: Views, trail: Trail, vault: KeyVault, writer: SheetWriter, locker: Locker, clock: Clock, ids: Ids
    ) -> None:
        self._work, self._views, self._trail, self._vault = work, views, trail, vault
        self._writer, self._locker, self._clock, self._ids = writer, locker, clock, ids

    async def ask(self, actor: Actor, once: Once | None, centre: CentreCode, wanted: Wanted, purpose: str) -> ExportView:
        """Raises NotAllowed for a centre out of reach, and what `Export.ask` raises."""
        at, id, scope = self._clock.now(), self._ids.new(), actor.scope(Act.ask_export)
        if centre not in scope.centres:
            raise NotAllowed("This centre is not one of yours.")
        async with self._work(actor) as work:
            if (made := await work.once(once, id)) is not None:
                return ExportView.of(await work.exports.get(scope, made), at)
            told = await work.staff.with_role(centre, Role.supervisor, Role.centre_manager, Role.dpo)
            number = await work.clients.next_number(centre, "E")
            export, asked = Export.ask(id, number, centre, wanted, purpose, by=actor, at=at, told=told)
            await work.exports.add(export)
            work.announce(asked)
        return ExportView.of(export, at)

    async def step(
        self,
        actor: Actor,
        once: Once | None,
        id: UUID,
        step: ExportStep,
        *,
        reason: str = "",
        restricted: bool = False,
        seen: int | None = None,
    ) -> ExportView:
        """One step of the table. Raises what `Export.step` raises; Stale with the present view."""
        at, scope = self._clock.now(), actor.scope(Act.move_export)
        async with self._work(actor) as work:
            export = await work.exports.get(scope, id)
            self._check_seen_by(actor, export)
            if await work.once(once, id):
                return ExportView.of(export, at)
            if seen is None or export.version == seen:
                work.announce(export.step(step, reason, restricted=restricted, by=actor, at=at))
                await work.exports.save(export)
                return ExportView.of(export, at)
        raise Stale(await self.get(actor, id))

    async def get(self, actor: Actor, id: UUID) -> ExportView:
        export = await self._views.exports.one(actor.scope(Act.see_exports), id, own=actor.role in OWN_ONLY)
        await self._trail.saw(Look(actor.id, export.centre, "saw_export", export.id))
        return ExportView.of(export, self._clock.now())

    async def page(self, actor: Actor, limit: int, after: UUID | None) -> tuple[ExportView, ...]:
        """The register, the newest first: who, what for, which columns, how many lines, when it was fetched."""
        found = await self._views.exports.page(actor.scope(Act.see_exports), limit, after, own=actor.role in OWN_ONLY)
        return await self._listed(actor, found, "saw_exports")

    async def waiting(self, actor: Actor, limit: int) -> tuple[ExportView, ...]:
        """Those that this reader may decide on, the longest waiting first."""
        since = self._clock.now() - DECIDED_WITHIN
        found = await self._views.exports.waiting(actor.scope(Act.decide_export), since, limit)
        return await self._listed(actor, found, "saw_exports")

    async def unlock(self, actor: Actor, id: UUID) -> Unlocked:
        """A new password, with the ticket to fetch the file under it. Raises what `Export.check_fetch` raises."""
        at, export = self._clock.now(), await self._own(actor, id)
        export.check_fetch(by=actor, at=at)
        await self._trail.saw(Look(actor.id, export.centre, "took_export_password", export.id))
        password = "-".join(self._ids.digits(OF) for _ in range(GROUPS))
        sealed = self._vault.seal_house(json.dumps(password).encode(), at=_place(actor, id))
        return Unlocked(ExportView.of(export, at), password, base64.urlsafe_b64encode(sealed).decode())

    async def file(self, actor: Actor, id: UUID, ticket: str, wording: Callable[[ExportView, datetime], Wording]) -> LockedFile:
        """The line of the trail stands before the first byte leaves. Raises TicketLost and what `Export.check_fetch` raises."""
        at, scope, seen = self._clock.now(), actor.scope(Act.fetch_export), await self._own(actor, id)
        seen.check_fetch(by=actor, at=at)
        password = self._password(actor, id, ticket)
        rows = await self._views.exports.count(seen.reach(scope), seen)
        async with self._work(actor) as work:
            export = await work.exports.get(scope, id)
            work.announce(export.fetch(rows, by=actor, at=at))
            await work.exports.save(export)
        reach = export.reach(scope)
        said = wording(ExportView.of(export, at), at)
        sheet = self._sheet(export, said, self._lines(asyncio.get_running_loop(), reach, export))
        book = Book(export.number, said.title, said.language, at, (sheet,), export.centre)
        locked = self._locker.locked(f"{export.number}.{export.kind}", self._pieces(book, export), password, at)
        return LockedFile(f"{export.number}.zip", locked)

    @staticmethod
    def _sheet(export: Export, said: Wording, rows: Iterator[Sequence[Cell]]) -> Sheet:
        headings = tuple(Heading(one, said.labels[one], COLUMNS[one].kind, COLUMNS[one].tag) for one in export.columns)
        return Sheet(said.title, said.about, headings, rows, mark=said.mark)

    def _pieces(self, book: Book, export: Export) -> Iterator[bytes]:
        if export.kind is FileKind.csv:
            yield from self._writer.csv(book.sheets[0])
        else:
            yield from _read(self._writer.excel(book))

    def _lines(self, loop: asyncio.AbstractEventLoop, scope: Scope, export: Export) -> Iterator[Sequence[Cell]]:
        """Page by page from the loop's thread: the writer draws them in a thread of its own, and no more than a page is held."""
        after: UUID | None = None
        while True:
            asked = asyncio.run_coroutine_threadsafe(self._views.exports.lines(scope, export, after), loop)
            lines, after = asked.result(PATIENCE)
            yield from lines
            if after is None:
                return

    async def _own(self, actor: Actor, id: UUID) -> Export:
        """Somebody else's is as if it were not there: only whoever asked fetches."""
        return await self._views.exports.one(actor.scope(Act.fetch_export), id, own=True)

    def _password(self, actor: Actor, id: UUID, ticket: str) -> str:
        """Raises TicketLost."""
        try:
            sealed = base64.b64decode(ticket.encode("ascii"), altchars=b"-_", validate=True)
            return str(json.loads(self._vault.open_house(sealed, at=_place(actor, id))))
        except (binascii.Error, ValueError, IndexError, Unreadable):
            raise TicketLost(field="ticket") from None

    @staticmethod
    def _check_seen_by(actor: Actor, export: Export) -> None:
        if actor.role in OWN_ONLY and export.asked_by != actor.id:
            raise NotFound()

    async def _listed(self, actor: Actor, found: Sequence[Export], action: str) -> tuple[ExportView, ...]:
        await self._trail.saw(*(Look(actor.id, centre, action) for centre in sorted({one.centre for one in found})))
        at = self._clock.now()
        return tuple(ExportView.of(one, at) for one in found)


def _place(actor: Actor, id: UUID) -> str:
    return f"export.ticket:{id.hex}:{actor.id.hex}"


def _read(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
