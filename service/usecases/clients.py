"""Contacts, clients, finding somebody again."""

from dataclasses import dataclass, replace

from domain.audit import Look, Trail, looks
from domain.chance import Clock, Ids
from domain.clients import Candidate, Client, ClientView, Likeness, MigrationStage, Names, Particulars
from domain.contacts import Channel, Contact, ContactView, Said
from domain.errors import Invalid, Stale
from domain.identity import Act, Actor, Scope, Sensitivity
from domain.names import closeness, likeness, name_keys, parts, wholeness
from domain.ports import Once, Views, Work, Works
from domain.reporting import ClientFile
from domain.secrecy import KeyVault
from domain.values import DIGITS, CentreCode, ClientId, Cnic, ContactId, Gender, IncomingId, Phone, StaffId, day_of, line

CANDIDATES = 40
"""How many token hits are unsealed and ranked for one question."""
ALIKE = 200
"""How many are where the question tells nobody apart: a name of two words that many bear, or share with their father's."""
LIKELY = 0.55


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient:
    """What a registration says. `centre` may be left out by whoever works in one."""

    names: Names
    particulars: Particulars
    gender: Gender
    migration_stage: MigrationStage
    birth_year: int | None = None
    district: str | None = None
    sensitivity: Sensitivity = Sensitivity.normal
    centre: CentreCode | None = None


def search_keys(names: Names, particulars: Particulars) -> list[tuple[str, str]]:
    """All that a client can be found by, as (kind, text); each is stored only as a keyed token."""
    keys = [("name", key) for key in name_keys(names.name, names.name_urdu, particulars.father_or_husband_name)]
    keys += [("phone", phone.number) for phone in particulars.phones]
    if particulars.cnic:
        keys.append(("cnic", particulars.cnic.digits))
    if particulars.passport:
        keys.append(("passport", particulars.passport.number))
    return keys


class Clients:
    def __init__(self, work: Works, views: Views, trail: Trail, vault: KeyVault, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._trail = work, views, trail
        self._vault, self._clock, self._ids = vault, clock, ids

    def _tokens(self, keys: list[tuple[str, str]]) -> frozenset[int]:
        return frozenset(self._vault.token(kind, text) for kind, text in keys)

    async def add_contact(
        self, actor: Actor, once: Once | None, channel: Channel, said: Said, minutes: int, centre: CentreCode | None = None
    ) -> ContactView:
        actor.check(Act.add_contact)
        at = self._clock.now()
        contact = Contact(ContactId(self._ids.new()), actor.own_centre(centre), channel, said, minutes, at, StaffId(actor.id))
        async with self._work(actor) as work:
            if made := await work.once(once, contact.id):
                return ContactView.of(await work.contacts.get(actor.scope(Act.add_contact), ContactId(made)))
            await work.contacts.add(contact)
            work.announce(contact.added(actor, at))
        return ContactView.of(contact)

    async def contacts(self, actor: Actor, limit: int) -> tuple[ContactView, ...]:
        found = await self._views.clients.contacts(actor.scope(Act.add_contact), limit)
        await self._trail.saw(*[Look(actor.id, contact.centre, "saw_contact", contact.id) for contact in found])
        return tuple(ContactView.of(contact) for contact in found)

    async def contact(self, actor: Actor, id: ContactId) -> ContactView:
        """Raises NotFound."""
        contact = await self._views.clients.contact(actor.scope(Act.add_contact), id)
        await self._trail.saw(Look(actor.id, contact.centre, "saw_contact", id))
        return ContactView.of(contact)

    async def promote(self, actor: Actor, once: Once | None, id: ContactId, new: NewClient) -> ClientView:
        """A contact becomes a client in one step; what it said is not asked again. Raises AlreadyPromoted."""
        async with self._work(actor) as work:
            client = self._new(actor, new)
            if made := await work.once(once, client.id):
                return ClientView.of(await work.clients.get(actor.scope(Act.see_client), ClientId(made)))
            contact = await work.contacts.get(actor.scope(Act.add_contact), id)
            client.centre = contact.centre
            _ring(client, *([contact.said.phone] if contact.said.phone else []))
            await self._register(work, actor, client)
            promoted = contact.promote(client.id, by=actor, at=client.registered_at)
            await work.contacts.save(contact)
            work.announce(promoted)
        return ClientView.of(client)

    async def receive(self, actor: Actor, once: Once | None, id: IncomingId, new: NewClient) -> ClientView:
        """Whom a partner sent becomes a client of the centre it was sent to. Raises NotAccepted, ClientNamed."""
        async with self._work(actor) as work:
            client = self._new(actor, new)
            if made := await work.once(once, client.id):
                return ClientView.of(await work.clients.get(actor.scope(Act.see_client), ClientId(made)))
            incoming = await work.incoming.get(actor.scope(Act.answer_incoming), id)
            client.centre = incoming.centre
            _ring(client, *incoming.told.person.particulars.phones)
            registered = incoming.promote(client.id, by=actor, at=client.registered_at)
            await self._register(work, actor, client)
            await work.incoming.save(incoming)
            work.announce(registered)
        return ClientView.of(client)

    async def register(self, actor: Actor, once: Once | None, new: NewClient) -> ClientView:
        client = self._new(actor, new)
        async with self._work(actor) as work:
            if made := await work.once(once, client.id):
                return ClientView.of(await work.clients.get(actor.scope(Act.see_client), ClientId(made)))
            await self._register(work, actor, client)
        return ClientView.of(client)

    def _new(self, actor: Actor, new: NewClient) -> Client:
        actor.check(Act.register_client)
        at = self._clock.now()
        new.particulars.check(day_of(at))
        return Client(
            id=ClientId(self._ids.new()),
            centre=actor.own_centre(new.centre),
            number="",
            names=new.names,
            particulars=new.particulars,
            gender=new.gender,
            migration_stage=new.migration_stage,
            district=new.district,
            birth_year=new.particulars.birth.year if new.particulars.birth else new.birth_year,
            sensitivity=new.sensitivity,
            registered_at=at,
            registered_by=StaffId(actor.id),
        )

    async def _register(self, work: Work, actor: Actor, client: Client) -> None:
        client.number = await work.clients.next_number(client.centre, "C")
        await work.clients.add(client, self._tokens(search_keys(client.names, client.particulars)))
        work.announce(client.registered(actor, client.registered_at))

    async def get(self, actor: Actor, id: ClientId) -> ClientView:
        client = await self._views.clients.client(actor.scope(Act.see_client), id)
        await self._trail.saw(Look(actor.id, client.centre, "saw_client", id, id))
        return ClientView.of(client)

    async def opened(self, actor: Actor, id: ClientId) -> ClientFile:
        """Their page as a whole, read by one question: for those who may see each part of it."""
        for act in (Act.see_cases, Act.see_consent):
            actor.check(act)
        its = await self._views.reporting.client_file(actor.scope(Act.see_client), id)
        its_own = (Look(actor.id, its.client.centre, look, id, id) for look in ("saw_client", "saw_consents"))
        await self._trail.saw(*its_own, *looks(actor.id, "saw_cases", its.cases))
        return its

    async def change(self, actor: Actor, id: ClientId, seen: int, changes: dict[str, object]) -> ClientView:
        """Sets the given fields of the client (`name`, `cnic`, … as in ClientView). Raises Stale with the present view."""
        at = self._clock.now()
        async with self._work(actor) as work:
            client = await work.clients.get(actor.scope(Act.change_client), id)
            if client.version == seen:
                fields, parts = _apportioned(client, changes)
                parts.check(day_of(at))
                changed = client.change(by=actor, at=at, **fields, particulars=parts)
                await work.clients.save(client, self._tokens(search_keys(client.names, client.particulars)))
                work.announce(replace(changed, fields=tuple(sorted(changes))))
                return ClientView.of(client)
        await self._trail.saw(Look(actor.id, client.centre, "saw_client", id, id))
        raise Stale(ClientView.of(client))

    async def search(self, actor: Actor, q: str, limit: int) -> tuple[Likeness, ...]:
        """By number, CNIC, passport, telephone or name in either script; each answer says why it is there."""
        scope, text = actor.scope(Act.find_client), line(q, field="q")
        found = await self._views.clients.by_number(scope, text.upper()) if "-C-" in text.upper() else []
        if found:
            hits = [(1.0, _hit(one, 1.0, ("Client number",))) for one in found]
        else:
            candidates = await self._candidates(scope, _asked(text))
            sought = Sought(text, _digits(text), parts(text))
            hits = [sought.ranked(one) for one in candidates]
        likely = sorted((hit for hit in hits if hit[1].score >= LIKELY), key=lambda hit: (-hit[1].score, -hit[0]))
        best = [hit for _, hit in likely[:limit]]
        await self._looked(actor, scope, "found_client", best)
        return tuple(best)

    async def matches(
        self, actor: Actor, name: str, name_urdu: str, particulars: Particulars, birth_year: int | None
    ) -> tuple[Likeness, ...]:
        """Who is likely the same person as this candidate, before anybody is registered twice."""
        names = Names(name, name_urdu)
        scope = actor.scope(Act.find_client)
        candidates = await self._candidates(scope, _rare(search_keys(names, particulars)))
        hits = [_compared(names, particulars, birth_year, one) for one in candidates]
        best = sorted((hit for hit in hits if hit.score >= LIKELY), key=lambda hit: -hit.score)[:10]
        await self._looked(actor, scope, "matched_client", best)
        return tuple(best)

    async def _candidates(self, scope: Scope, keys: list[tuple[str, str]]) -> list[Candidate]:
        """Numbers are looked up apart from names: who carries the number asked for is not one of many who share a part of the name."""
        found: dict[ClientId, Candidate] = {}
        for its in ([key for key in keys if key[0] != "name"], [key for key in keys if key[0] == "name"]):
            if tokens := self._tokens(its):
                found |= {one.id: one for one in await self._views.clients.find(scope, tuple(tokens), CANDIDATES, ALIKE)}
        return list(found.values())

    async def _looked(self, actor: Actor, scope: Scope, action: str, hits: list[Likeness]) -> None:
        """One line of the trail for each centre whose clients are about to be shown; one at least, for a search that found nobody."""
        nobody_found = () if hits else scope.centres[:1]
        await self._trail.saw(*looks(actor.id, action, ((hit.centre, hit.id) for hit in hits), nobody_found))


@dataclass(frozen=True, slots=True)
class Sought:
    """One line typed into the search, read once and compared with many people."""

    text: str
    digits: str
    name: list[str]

    def ranked(self, one: Candidate) -> tuple[float, Likeness]:
        """An identity number or telephone found is certain; a name is as certain as it is alike. Beside it, how far the name is the
        question and no more: by that those are told apart who are as likely."""
        its = one.particulars
        if its.cnic and self.digits == its.cnic.digits:
            return 1.0, _hit(one, 1.0, ("Same CNIC",))
        if its.passport and self.text.replace(" ", "").upper() == its.passport.number:
            return 1.0, _hit(one, 1.0, ("Same passport",))
        national = self.digits.lstrip("0")[-10:]
        if len(self.digits) >= 7 and any(phone.number.endswith(national) for phone in its.phones):
            return 1.0, _hit(one, 0.95, ("Same telephone",))
        latin, urdu, father = parts(one.names.name), parts(one.names.name_urdu), parts(its.father_or_husband_name)
        own, with_father = (latin, urdu), (latin + father, urdu + father)
        alone, both = closeness(self.name, *own), closeness(self.name, *with_father)
        why = ("Name alike",) if alone >= both else ("Name and father's or husband's name alike",)
        return wholeness(self.name, *own, *with_father), _hit(one, round(max(alone, both) * 0.94, 3), why)


def _ring(client: Client, *phones: Phone) -> None:
    """The numbers that somebody left before they were registered are not asked for again."""
    known = {phone.number for phone in client.particulars.phones}
    more = tuple(phone for phone in phones if phone.number not in known)
    client.particulars = replace(client.particulars, phones=(*client.particulars.phones, *more))


def _digits(text: str) -> str:
    return "".join(char for char in text.translate(DIGITS) if char.isdigit())


def _asked(text: str) -> list[tuple[str, str]]:
    """What a line typed into the search may mean, each reading looked up."""
    keys = _rare([("name", key) for key in name_keys(text)])
    for kind, read in (("cnic", Cnic.parse), ("phone", Phone.parse)):
        try:
            value = read(text)
        except Invalid:
            continue
        keys.append((kind, value.digits if isinstance(value, Cnic) else value.number))
    compact = text.replace(" ", "").upper()
    if compact.isalnum() and any(char.isdigit() for char in compact):
        keys.append(("passport", compact))
    return keys


def _rare(keys: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Without single name parts where there are pairs: a pair is rare where its parts are common, so that no common name floods."""
    if any("+" in key for kind, key in keys if kind == "name"):
        return [(kind, key) for kind, key in keys if kind != "name" or "+" in key]
    return keys


def _hit(one: Candidate, score: float, why: tuple[str, ...]) -> Likeness:
    return Likeness(one.id, one.number, one.names.name, one.names.name_urdu, one.centre, score, why)


def _compared(names: Names, particulars: Particulars, birth_year: int | None, one: Candidate) -> Likeness:
    its, why = one.particulars, []
    score = likeness(names.name, one.names.name, one.names.name_urdu) * 0.6
    if names.name_urdu:
        score = max(score, likeness(names.name_urdu, one.names.name, one.names.name_urdu) * 0.6)
    if score >= 0.5:
        why.append("Name alike")
    if particulars.father_or_husband_name and (near := likeness(particulars.father_or_husband_name, its.father_or_husband_name)) > 0.7:
        score, why = score + 0.2 * near, [*why, "Father's or husband's name alike"]
    year = particulars.birth.year if particulars.birth else birth_year
    if year and one.birth_year and abs(year - one.birth_year) <= 2:
        score, why = score + 0.1, [*why, "Year of birth within two years"]
    if {phone.number for phone in particulars.phones} & {phone.number for phone in its.phones}:
        score, why = max(score + 0.2, 0.85), [*why, "Same telephone"]
    if particulars.cnic and particulars.cnic == its.cnic:
        score, why = 1.0, ["Same CNIC", *why]
    if particulars.passport and particulars.passport == its.passport:
        score, why = 1.0, ["Same passport", *why]
    return _hit(one, round(min(score, 1.0), 3), tuple(why))


_OF_CLIENT = frozenset({"gender", "migration_stage", "district", "birth_year", "sensitivity"})
_OF_PARTICULARS = frozenset({"father_or_husband_name", "birth", "cnic", "passport", "phones", "languages", "safe_contact"})


def _apportioned(client: Client, changes: dict[str, object]) -> tuple[dict[str, object], Particulars]:
    """The changes as they fall on the record's own fields and on its particulars."""
    own = {name: value for name, value in changes.items() if name in _OF_CLIENT}
    name = str(changes.get("name", client.names.name))
    name_urdu = str(changes.get("name_urdu", client.names.name_urdu))
    own["names"] = Names.of(name, name_urdu)
    parts: dict[str, object] = {key: value for key, value in changes.items() if key in _OF_PARTICULARS}
    return own, replace(client.particulars, **parts)  # type: ignore[arg-type]
