"""The policy log: notes written on frozen figures, approved by a second person, shared, and what became of them."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from domain.audit import Look, Trail
from domain.chance import Clock, Ids
from domain.errors import NotAllowed, Stale
from domain.identity import Act, Actor, Role
from domain.papers import NoPrinter, Printer
from domain.policy.doors import NotePaper, NoteSetter
from domain.policy.figure import Figure, FigureNow, frozen, to_be_asked
from domain.policy.note import REVIEWING, Advice, Moving, NoteStep, PolicyNote, kept
from domain.policy.views import NoteLine, NoteView
from domain.ports import Once, Views, Works
from domain.referrals.packet import CentreContact
from domain.reporting import Names
from domain.reports.question import Answer, TooFine, hold
from domain.reports.sheet import TableFile
from domain.values import CentreCode, Language, PolicyNoteId, day_of

SHOWN = "default-src 'none'; object-src 'self'; frame-ancestors 'none'; base-uri 'none'"
"""What a browser's own viewer needs to show a PDF in place."""
APPROVERS = (Role.supervisor, Role.centre_manager, Role.dpo)
"""Whoever of a centre is told that a note waits; an analyst finds it in the list."""


class PolicyNotes:
    def __init__(self, work: Works, views: Views, trail: Trail, setter: NoteSetter, printer: Printer, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._trail, self._clock, self._ids = work, views, trail, clock, ids
        self._setter, self._printer = setter, printer

    async def write(
        self, actor: Actor, once: Once | None, centre: CentreCode | None, advice: Advice, questions: Sequence[UUID] = ()
    ) -> NoteView:
        """`questions` are saved ones, whose answers are frozen with the note. Raises NotAllowed for a centre out of reach, and what
        `to_be_asked`, `frozen` and `PolicyNote.write` raise."""
        scope, id = actor.scope(Act.write_policy), PolicyNoteId(self._ids.new())
        at = actor.own_centre(centre)
        figures = await self._frozen(actor, questions)
        async with self._work(actor) as work:
            if (made := await work.once(once, id)) is not None:
                return NoteView.of(await work.policy.get(scope, PolicyNoteId(made)))
            if advice.partner:
                await work.partners.get(advice.partner)
            number = await work.clients.next_number(at, "N")
            note, written = PolicyNote.write(id, at, number, advice, figures, by=actor, at=self._clock.now())
            await work.policy.add(note)
            work.announce(written)
        return NoteView.of(note)

    async def change(
        self,
        actor: Actor,
        id: PolicyNoteId,
        seen: int,
        said: Mapping[str, object],
        stay: Sequence[UUID] | None,
        questions: Sequence[UUID] = (),
    ) -> NoteView:
        """`said` is what changes of the advice, by its field; `stay` are the figures that remain, none said is all; `questions` are frozen
        besides. Raises as `write` does; NotADraft; Stale with the present view."""
        scope, figures = actor.scope(Act.write_policy), await self._frozen(actor, questions)
        async with self._work(actor) as work:
            note = await work.policy.get(scope, id)
            if note.version == seen:
                advice = replace(note.content.advice, **said)  # type: ignore[arg-type]  # the edge read them into what they are
                if advice.partner:
                    await work.partners.get(advice.partner)
                settled = (*kept(note.content.figures, stay), *figures)
                work.announce(note.change(advice, settled, by=actor, at=self._clock.now()))
                await work.policy.save(note)
                return NoteView.of(note)
        await self._looked(actor, note)
        raise Stale(NoteView.of(note))

    async def step(
        self, actor: Actor, once: Once | None, id: PolicyNoteId, step: NoteStep, its: Moving, *, seen: int | None = None
    ) -> NoteView:
        """One step of the table; the officer reviews and no other. Raises what `PolicyNote.step` raises; Stale with the present one."""
        scope = actor.scope(Act.move_policy)
        if step not in REVIEWING:
            actor.check(Act.write_policy)
        async with self._work(actor) as work:
            note = await work.policy.get(scope, id)
            if await work.once(once, id):
                return NoteView.of(note)
            if seen is None or note.version == seen:
                told = [one for role in APPROVERS for one in await work.staff.with_role(note.centre, role)]
                work.announce(note.step(step, its, by=actor, at=self._clock.now(), told=told))
                await work.policy.save(note)
                return NoteView.of(note)
        await self._looked(actor, note)
        raise Stale(NoteView.of(note))

    async def get(self, actor: Actor, id: PolicyNoteId) -> NoteView:
        note = await self._views.policy.one(actor.scope(Act.see_policy), id)
        await self._looked(actor, note)
        return NoteView.of(note)

    async def page(self, actor: Actor, limit: int, after: UUID | None) -> tuple[NoteLine, ...]:
        """Of all centres in reach, the newest first."""
        found = await self._views.policy.page(actor.scope(Act.see_policy), limit, after)
        await self._trail.saw(*(Look(actor.id, centre, "saw_policy_notes") for centre in sorted({one.centre for one in found})))
        return tuple(NoteLine.of(one) for one in found)

    async def now(self, actor: Actor, id: PolicyNoteId) -> tuple[FigureNow, ...]:
        """What each of its figures says today, held back as it was."""
        note = await self._views.policy.one(actor.scope(Act.see_policy), id)
        await self._looked(actor, note)
        return tuple([FigureNow(one.id, await self._anew(actor, one)) for one in note.content.figures])

    async def paper(self, actor: Actor, id: PolicyNoteId, language: Language, *, as_html: bool = False) -> TableFile:
        """A machine that makes no PDF gives the same paper as a page for the browser to print. Raises PrinterBusy."""
        note = await self._views.policy.one(actor.scope(Act.see_policy), id)
        known = await self._views.reporting.known()
        async with self._work.looking(actor) as work:
            centre = await work.staff.centre(note.centre)
        partner = note.content.advice.partner
        to = known.partners[partner].name if partner and partner in known.partners else note.content.advice.addressee
        names = Names({}, known.partners, ())
        named = await self._views.measures.named()
        paper = NotePaper(NoteView.of(note), to, CentreContact(centre.name, centre.phone), names, named, self._clock.now())
        await self._trail.saw(Look(actor.id, note.centre, "printed_policy_note", id, note=language.value))
        sheet = await asyncio.to_thread(self._setter.note, paper, language)
        if not as_html:
            with suppress(NoPrinter):
                return TableFile(f"{note.number}.pdf", "application/pdf", iter([await self._printer.pdf(sheet.html)]), SHOWN)
        return TableFile(f"{note.number}.html", "text/html; charset=utf-8", iter([sheet.html.encode()]), sheet.policy)

    async def _frozen(self, actor: Actor, questions: Sequence[UUID]) -> tuple[Figure, ...]:
        """Asked before anything is held: counting takes its time."""
        scope, today = actor.scope(Act.write_policy), day_of(self._clock.now())
        async with self._work.looking(actor) as work:
            saved = [await work.saved_questions.get(scope, one) for one in dict.fromkeys(questions)]
        figures = []
        for one in saved:
            asked = to_be_asked(one.question, scope.centres, today)
            if not set(asked.centres) <= set(scope.centres):
                raise NotAllowed("This centre is not one of yours.")
            answer = await self._views.measures.ask(replace(scope, centres=asked.centres), asked)
            figures.append(await asyncio.to_thread(frozen, self._ids.new(), one.id, one.name, answer))
        return tuple(figures)

    async def _anew(self, actor: Actor, figure: Figure) -> Answer | None:
        scope, asked = actor.scope(Act.see_policy), figure.answer.question
        if not set(asked.centres) <= set(scope.centres):
            return None
        try:
            return await asyncio.to_thread(hold, await self._views.measures.ask(replace(scope, centres=asked.centres), asked))
        except TooFine:
            return None

    async def _looked(self, actor: Actor, note: PolicyNote) -> None:
        await self._trail.saw(Look(actor.id, note.centre, "saw_policy_note", note.id))
