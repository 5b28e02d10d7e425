"""Files of a case, and their content in a table of its own.

Decision. Context: papers of clients have to be as atomic, backed up, scoped and erasable as the notes beside them. Choice: the content is
a sealed column in the database, not a file on a disk. It is committed with its row and its line of the trail or not at all; a backup of
the database is a whole backup; the row-level guard covers it; destroying the client's key erases it everywhere, copies included; nothing
under a name that came from outside is ever written to a disk. `attachment_content` stands apart so that no list drags content along.
Price: the database and its backups grow by what is attached (5 MB a file at most), a file passes through memory whole (about four times
its size while it is added), and SQLite's one writer is held some 30 ms for the largest. Limits: 5 MB a file and 100 files a case keep a
case below 500 MB; a house that attaches more than some 50 GB a year should put a store of sealed objects behind `AttachmentRecords`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Integer, LargeBinary, String, UniqueConstraint, Uuid, bindparam, func, insert, select
from sqlmodel import SQLModel

from adapters.database.cases import CASE
from adapters.database.codec import Codec, table_of
from adapters.database.keys import KEY, Keys
from adapters.database.lanes import Lane
from adapters.database.schema import CENTRE, WORD, Sealed, Shows, UTCDateTime, column, identity, of_centre, one_of
from adapters.database.scope import case_in_scope
from adapters.database.statements import Prepared
from adapters.database.store import Reader, keyed
from domain.attachments import Attachment, FileKind, marked
from domain.errors import NotFound
from domain.identity import Scope
from domain.secrecy import KeyVault, Unreadable
from domain.values import CaseId


class AttachmentRow(SQLModel, table=True):
    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("centre", "id"),
        of_centre("client", "client_id"),
        of_centre("case", "case_id"),
        one_of("kind", FileKind),
        Index(None, "case_id"),
        Index(None, "client_id"),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid())
    case_id: UUID = column(Uuid())
    name: bytes = column(String(), Shows.personal, sealed=Sealed.subject)
    kind: str = column(WORD)
    size: int = column(Integer())
    digest: bytes = column(LargeBinary(), Shows.secret)
    added_at: datetime = column(UTCDateTime())
    added_by: UUID = column(Uuid())
    version: int = column(Integer())


class ContentRow(SQLModel, table=True):
    """`id` is the attachment's."""

    __tablename__ = "attachment_content"
    __table_args__ = (
        ForeignKeyConstraint(["centre", "id"], ["attachment.centre", "attachment.id"]),
        of_centre("client", "client_id"),
        Index(None, "client_id"),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid())
    content: bytes = column(LargeBinary(), Shows.sensitive, sealed=Sealed.subject)


ATTACHMENT, CONTENT = table_of(AttachmentRow), table_of(ContentRow)
ATTACHMENTS: Codec[Attachment] = Codec(Attachment, AttachmentRow)

_pk = bindparam("pk", type_=Uuid())
_HANGING = keyed(ATTACHMENTS, "client_id").join(CASE, CASE.c.id == ATTACHMENT.c.case_id).where(case_in_scope(CASE))
_OF_CASE = Prepared(_HANGING.where(ATTACHMENT.c.case_id == _pk).order_by(ATTACHMENT.c.id.desc()))
_ONE = Prepared(_HANGING.where(ATTACHMENT.c.id == _pk))
_OPENED = Prepared(
    select(*ATTACHMENTS.columns, CONTENT.c.content, KEY.c.wrapped)
    .select_from(
        ATTACHMENT.join(CASE, CASE.c.id == ATTACHMENT.c.case_id)
        .join(CONTENT, CONTENT.c.id == ATTACHMENT.c.id)
        .outerjoin(KEY, KEY.c.id == ATTACHMENT.c.client_id)
    )
    .where(case_in_scope(CASE), ATTACHMENT.c.id == _pk)
)
_COUNT = Prepared(select(func.count()).select_from(ATTACHMENT).where(ATTACHMENT.c.case_id == _pk))
_ADD_CONTENT = Prepared(insert(CONTENT).values({c.name: bindparam(c.name, type_=c.type) for c in CONTENT.columns}))


def _place(id: UUID) -> str:
    return f"{CONTENT.name}.content:{id.hex}"


class SqlAttachments:
    def __init__(self, lane: Lane, vault: KeyVault, keys: Keys) -> None:
        self._lane, self._vault, self._keys = lane, vault, keys

    async def count(self, case: CaseId) -> int:
        found: int = (await self._lane.rows(_COUNT, {"pk": case}))[0][0]
        return found

    async def add(self, attachment: Attachment, content: bytes) -> None:
        wrapped = await self._keys.of(attachment.client_id)
        row: dict[str, Any] = {"id": attachment.id, "centre": attachment.centre, "client_id": attachment.client_id}
        row["content"] = self._vault.seal(wrapped, content, at=_place(attachment.id))
        self._lane.later(ATTACHMENTS.insert, ATTACHMENTS.values(attachment, self._vault, wrapped))
        self._lane.later(_ADD_CONTENT, row)


class SqlAttachmentViews(Reader):
    async def of_case(self, scope: Scope, case: CaseId) -> list[Attachment]:
        return await self._records(ATTACHMENTS, _OF_CASE, scope, pk=case)

    async def attachment(self, scope: Scope, id: UUID) -> Attachment:
        return await self._record(ATTACHMENTS, _ONE, scope, pk=id)

    async def opened(self, scope: Scope, id: UUID) -> tuple[Attachment, bytes]:
        rows = await self._rows(_OPENED, scope, {"pk": id})
        if not rows:
            raise NotFound()
        *its, sealed, wrapped = rows[0]
        attachment = ATTACHMENTS.record(its, self._vault, wrapped or b"")
        content = self._vault.open(wrapped or b"", sealed, at=_place(attachment.id))
        if self._vault.fingerprint(marked(attachment.case_id, content)) != attachment.digest:
            raise Unreadable()
        return attachment, content
