"""Taking in the registers that centres kept before: rows become clients with cases, or contacts; the same row is never taken twice."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from domain.cases import Assignment, Case, Risk, Stage
from domain.chance import Clock, Ids
from domain.clients import Candidate, Client, MigrationStage, Names, Particulars
from domain.contacts import Contact, Said
from domain.countries import HERE
from domain.errors import Conflict, Invalid, NotAllowed
from domain.identity import Act, Actor, Role, Scope, Sensitivity
from domain.ports import Views, Work, Works
from domain.projects import Basis, by_default
from domain.registers import Entry, Kind, Reasons, Register, fingerprint
from domain.secrecy import KeyVault
from domain.values import CaseId, CentreCode, ClientId, ContactId, StaffId, day_of
from service.usecases.registers.rows import Known, exact_keys, filled, moment, particulars_of, same, words

BATCH = 100
"""Rows in one transaction: a killed import loses none that were told as done, and colleagues wait a fraction of a second at most."""
CANDIDATES = 1000

SearchKeys = Callable[[Names, Particulars], list[tuple[str, str]]]


class NobodyCounsels(Conflict):
    """No active counsellor works at this centre, so nobody could hold the cases."""

    next = "Add one: mrc user add USERNAME --name NAME --role counsellor --centre ISB"


@dataclass(slots=True)
class Taken:
    """What an import came to. `rows` of the file are new cases, contacts, rows already taken, repeated or refused; `warned` are the
    entries to be looked at again by a person."""

    rows: int
    refused: int
    repeated: int
    clients: int = 0
    found: int = 0
    cases: int = 0
    contacts: int = 0
    already: int = 0
    warned: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class _Run:
    """What one import carries from batch to batch."""

    actor: Actor
    centre: CentreCode
    counsellors: Sequence[StaffId]
    at: datetime
    taken: Taken
    rehearsal: bool
    known: Known = field(default_factory=dict)
    unsaved: set[ClientId] = field(default_factory=set)
    undone: set[ClientId] = field(default_factory=set)
    """Clients of a rehearsal's earlier batches: known to it, and in no table."""

    def next_counsellor(self) -> StaffId:
        return self.counsellors[self.taken.cases % len(self.counsellors)]

    def learn(self, candidate: Candidate) -> None:
        for key in exact_keys(candidate.particulars):
            others = [one for one in self.known.get(key, ()) if one.id != candidate.id]
            self.known[key] = [*others, candidate]


class _Rehearsed(Exception):
    """Undoes a rehearsal's transaction."""


class Registers:
    def __init__(self, work: Works, views: Views, vault: KeyVault, clock: Clock, ids: Ids, search_keys: SearchKeys) -> None:
        """`search_keys` says what a client can be found by: the same as at the desk, or nobody imported would be found there."""
        self._work, self._views, self._vault, self._clock, self._ids = work, views, vault, clock, ids
        self._search_keys = search_keys

    def today(self) -> date:
        """In Pakistan, where the registers are written."""
        return day_of(self._clock.now())

    async def take(
        self, actor: Actor, register: Register, centre: CentreCode, *, rehearsal: bool = False, told: Callable[[int], None] = lambda _: None
    ) -> Taken:
        """Every row that was not taken before, a batch to a transaction; `told` hears how many rows are done. A rehearsal does all of it
        and keeps nothing. Raises NotAllowed, Invalid for a centre that is not there, NobodyCounsels."""
        actor = self._at_centre(actor, centre)
        counsellors = await self._counsellors(actor, centre)
        taken = Taken(register.rows, len(register.refused), len(register.repeated))
        run = _Run(actor, centre, counsellors, self._clock.now(), taken, rehearsal)
        told(taken.refused + taken.repeated)
        for batch in _batches(register.entries):
            await self._batch(run, batch)
            told(len(batch))
        return taken

    @staticmethod
    def _at_centre(actor: Actor, centre: CentreCode) -> Actor:
        actor.check(Act.import_register)
        if actor.role is not Role.admin and centre not in actor.centres:
            raise NotAllowed("This centre is not one of yours.")
        return replace(actor, centres=(centre,))

    async def _counsellors(self, actor: Actor, centre: CentreCode) -> list[StaffId]:
        async with self._work(actor) as work:
            serving = sorted(one.code for one in await work.staff.centres() if one.serves)
            if centre not in serving:
                raise Invalid("There is no such centre.", field="centre", next=f"Choose among {', '.join(serving)}.")
            counsellors = sorted(await work.staff.with_role(centre, Role.counsellor))
        if not counsellors:
            raise NobodyCounsels()
        return counsellors

    async def _batch(self, run: _Run, entries: Sequence[Entry]) -> None:
        if not run.rehearsal:
            # What is committed is found in the database again.
            run.known.clear()
        else:
            run.undone |= run.unsaved
        run.unsaved.clear()
        await self._recall(run, entries)
        with suppress(_Rehearsed):
            async with self._work(run.actor) as work:
                await self._take(run, work, entries)
                if run.rehearsal:
                    raise _Rehearsed

    async def _recall(self, run: _Run, entries: Sequence[Entry]) -> None:
        """Who of this batch is known at the centre already, by number: one question for all of it. Looking holds nobody up."""
        keys = {key for entry in entries if entry.kind is Kind.walk_in for key in exact_keys(particulars_of(entry))} - run.known.keys()
        if keys:
            tokens = tuple(sorted(self._vault.token(kind, text) for kind, text in keys))
            for candidate in await self._views.clients.carrying(_scope(run), tokens, CANDIDATES):
                run.learn(candidate)

    async def _take(self, run: _Run, work: Work, entries: Sequence[Entry]) -> None:
        marks = {self._vault.fingerprint(run.centre.encode() + b"\n" + fingerprint(entry)): entry for entry in entries}
        ids = {mark: self._ids.new() for mark in marks}
        fresh = await work.imported.take(run.centre, ids)
        run.taken.already += len(entries) - len(fresh)
        await self._complete(run, work, [entry for mark, entry in marks.items() if mark in fresh and entry.kind is Kind.walk_in])
        for mark, entry in marks.items():
            warnings = entry.warnings
            if mark in fresh:
                make = self._walk_in if entry.kind is Kind.walk_in else self._touch
                warnings += await make(run, work, entry, ids[mark])
            if warnings:
                run.taken.warned.append(replace(entry, warnings=warnings))

    async def _complete(self, run: _Run, work: Work, entries: Sequence[Entry]) -> None:
        """What these rows add to clients known before, in one order and before any number is counted: nobody at a desk waits crosswise."""
        known = [(its, entry) for entry in entries if (its := same(run.known, entry)[0])]
        for its, entry in sorted(known, key=lambda one: one[0].id):
            await self._fill(run, work, its.id, entry)

    async def _fill(self, run: _Run, work: Work, id: ClientId, entry: Entry) -> None:
        """Only what was empty is filled, and telephones added: a register is older than what the desk knows."""
        its = particulars_of(entry)
        known = next(one for key in exact_keys(its) for one in run.known.get(key, ()) if one.id == id)
        if (now := filled(known.particulars, its)) == known.particulars:
            return
        if id not in run.undone:
            client = await work.clients.get(_scope(run), id)
            changed = client.change(by=run.actor, at=run.at, particulars=filled(client.particulars, its))
            await work.clients.save(client, self._tokens(client))
            work.announce(changed)
        run.learn(replace(known, particulars=now))

    def _tokens(self, client: Client) -> frozenset[int]:
        return frozenset(self._vault.token(kind, text) for kind, text in self._search_keys(client.names, client.particulars))

    async def _touch(self, run: _Run, work: Work, entry: Entry, id: UUID) -> Reasons:
        said = Said(entry.name, entry.phones[0] if entry.phones else None, words(entry), entry.language)
        contact = Contact(ContactId(id), run.centre, entry.channel, said, entry.minutes, moment(entry), StaffId(run.actor.id))
        await work.contacts.add(contact)
        work.announce(contact.added(run.actor, run.at))
        run.taken.contacts += 1
        return ()

    async def _walk_in(self, run: _Run, work: Work, entry: Entry, id: UUID) -> Reasons:
        """What is to be looked at again."""
        its, doubts = same(run.known, entry)
        if its is None:
            client, sensitivity = await self._register(run, work, entry), Sensitivity.normal
        else:
            client, sensitivity = its.id, await self._sensitivity(run, its.id)
            await self._fill(run, work, client, entry)
            run.taken.found += 1
        if client not in run.undone:
            await self._open(run, work, entry, CaseId(id), client, sensitivity)
        run.taken.cases += 1
        return doubts

    async def _register(self, run: _Run, work: Work, entry: Entry) -> ClientId:
        particulars = particulars_of(entry)
        client = Client(
            id=ClientId(self._ids.new()),
            centre=run.centre,
            number=await work.clients.next_number(run.centre, "C"),
            names=Names.of(entry.name, entry.name_urdu if entry.name_urdu != entry.name else ""),
            particulars=particulars,
            gender=entry.gender,
            migration_stage=entry.stage or MigrationStage.prospective,
            district=entry.district,
            birth_year=entry.birth.year if entry.birth else None,
            sensitivity=Sensitivity.normal,
            registered_at=moment(entry),
            registered_by=StaffId(run.actor.id),
        )
        await work.clients.add(client, self._tokens(client))
        work.announce(client.registered(run.actor, run.at))
        run.learn(Candidate(client.id, client.number, client.centre, client.names, particulars, client.birth_year, 1))
        run.unsaved.add(client.id)
        run.taken.clients += 1
        return client.id

    async def _sensitivity(self, run: _Run, client: ClientId) -> Sensitivity:
        """A further case of a restricted client is as restricted. A client made in this very batch is nobody's secret yet."""
        if client in run.unsaved | run.undone:
            return Sensitivity.normal
        return (await self._views.clients.client(_scope(run), client)).sensitivity

    async def _open(self, run: _Run, work: Work, entry: Entry, id: CaseId, client: ClientId, sensitivity: Sensitivity) -> None:
        holder, opened = run.next_counsellor(), moment(entry)
        case = Case(
            id=id,
            centre=run.centre,
            client_id=client,
            number=await work.clients.next_number(run.centre, "K"),
            kind=entry.case_kind,
            risk=Risk.low,
            sensitivity=sensitivity,
            stage=Stage.open,
            counsellor_id=holder,
            summary=words(entry),
            opened_at=opened,
            touched_at=opened,
            country=entry.country if entry.country != HERE else None,
        )
        await work.cases.add(case)
        standing = await work.projects.standing(case.centre, Basis(case.kind))
        if shares := by_default(standing, day_of(opened)):
            await work.projects.share_case(case, shares)
        await work.cases.assign(Assignment(self._ids.new(), case.centre, client, case.id, holder, run.at, None, "imported"))
        work.announce(case.opened(run.actor, run.at))


def _scope(run: _Run) -> Scope:
    return Scope((run.centre,), StaffId(run.actor.id), clears=tuple(Sensitivity))


def _batches(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    for start in range(0, len(entries), BATCH):
        yield entries[start : start + BATCH]
