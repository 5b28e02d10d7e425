"""Attaching papers to a case, listing them, and handing one out."""

from dataclasses import replace
from uuid import UUID

from domain.attachments import Attachment, AttachmentView, Cleaner, FileKind, cleaned_name, cleaned_text, kind_of, marked
from domain.audit import Look, Trail
from domain.chance import Clock, Ids
from domain.identity import Act, Actor
from domain.ports import Once, Views, Works
from domain.secrecy import KeyVault
from domain.values import CaseId


class Attachments:
    def __init__(self, work: Works, views: Views, trail: Trail, vault: KeyVault, cleaner: Cleaner, clock: Clock, ids: Ids) -> None:
        self._work, self._views, self._trail, self._vault = work, views, trail, vault
        self._cleaner, self._clock, self._ids = cleaner, clock, ids

    async def add(self, actor: Actor, once: Once | None, case_id: CaseId, filename: str, content: bytes) -> AttachmentView:
        """Whether the case is in reach comes first: nobody makes this service check files for nothing, or learns of a case by what is
        refused. Raises what `Attachment.add`, `kind_of`, `cleaned_text` and the cleaner raise."""
        scope = actor.scope(Act.write_in_case)
        await self._views.cases.case(scope, case_id)
        name = cleaned_name(filename)
        kind = kind_of(name, content)
        clean = cleaned_text(content) if kind is FileKind.text else await self._cleaner.clean(content, kind)
        digest = self._vault.fingerprint(marked(case_id, clean))
        if once:
            # The same file comes in another envelope each time: a browser draws a new boundary for every form.
            once = replace(once, fingerprint=self._vault.fingerprint(filename.encode("utf-8", "replace") + b"\0" + content))
        at, id = self._clock.now(), self._ids.new()
        async with self._work(actor) as work:
            made = await work.once(once, id)
            if made is None:
                case = await work.cases.get(scope, case_id)  # held, so that two files at once cannot both be the hundredth
                already = await work.attachments.count(case_id)
                attachment, added = Attachment.add(id, case, name, kind, len(clean), digest, already=already, by=actor, at=at)
                await work.attachments.add(attachment, clean)
                work.announce(added)
                return AttachmentView.of(attachment)
        return AttachmentView.of(await self._views.attachments.attachment(scope, made))

    async def of_case(self, actor: Actor, id: CaseId) -> tuple[AttachmentView, ...]:
        """Raises NotFound for a case out of scope, so that an empty list never hides one."""
        scope = actor.scope(Act.see_case)
        case = await self._views.cases.case(scope, id)
        found = await self._views.attachments.of_case(scope, id)
        await self._trail.saw(Look(actor.id, case.centre, "saw_attachments", id, case.client_id))
        return tuple(map(AttachmentView.of, found))

    async def opened(self, actor: Actor, id: UUID) -> tuple[Attachment, bytes]:
        """The file with its content, for whoever may see its case; in the trail before it is handed out."""
        attachment, content = await self._views.attachments.opened(actor.scope(Act.see_case), id)
        await self._trail.saw(Look(actor.id, attachment.centre, "saw_attachment", attachment.id, attachment.client_id))
        return attachment, content
