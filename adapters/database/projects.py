"""Projects, which one stands for what at a centre, and the shares of cases and sessions in them."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
    Uuid,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
)
from sqlmodel import SQLModel

from adapters.database.cases import CASE
from adapters.database.codec import Codec, table_of
from adapters.database.schema import CENTRE, WORD, Several, among, column, identity, of_centre, one_of
from adapters.database.scope import in_centres
from adapters.database.statements import Prepared
from adapters.database.store import PlainStore, Reader
from domain.cases import Case
from domain.identity import Scope
from domain.outreach import OutreachSession
from domain.projects import WHOLE, Basis, Counted, Project, Share, Standing
from domain.values import CaseId, CentreCode, OutreachId


class ProjectRow(SQLModel, table=True):
    __tablename__ = "project"
    __table_args__ = (UniqueConstraint("code"),)
    id: UUID = identity()
    code: str = column(String(20))
    name: str = column(String(200))
    donor: str = column(String(200))
    first: date | None = column(Date(), nullable=True)
    last: date | None = column(Date(), nullable=True)
    active: bool = column(Boolean())
    version: int = column(Integer())


class ProjectDefaultRow(SQLModel, table=True):
    __tablename__ = "project_default"
    __table_args__ = (
        ForeignKeyConstraint(["centre"], ["centre.code"]),
        ForeignKeyConstraint(["project_id"], ["project.id"]),
        one_of("basis", Basis),
    )
    centre: str = column(CENTRE, primary_key=True)
    basis: str = column(WORD, primary_key=True)
    project_id: UUID = column(Uuid())


class CaseProjectRow(SQLModel, table=True):
    __tablename__ = "case_project"
    __table_args__ = (
        of_centre("client", "client_id"),
        of_centre("case", "case_id"),
        ForeignKeyConstraint(["project_id"], ["project.id"]),
        CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),
        Index(None, "project_id", "centre"),
    )
    case_id: UUID = column(Uuid(), primary_key=True)
    project_id: UUID = column(Uuid(), primary_key=True)
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid(), index=True)
    percent: int = column(Integer())


class SessionProjectRow(SQLModel, table=True):
    __tablename__ = "session_project"
    __table_args__ = (
        of_centre("outreach_session", "session_id"),
        ForeignKeyConstraint(["project_id"], ["project.id"]),
        CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),
        Index(None, "project_id", "centre"),
    )
    session_id: UUID = column(Uuid(), primary_key=True)
    project_id: UUID = column(Uuid(), primary_key=True)
    centre: str = column(CENTRE)
    percent: int = column(Integer())


PROJECT, DEFAULT = table_of(ProjectRow), table_of(ProjectDefaultRow)
OF_CASES, OF_SESSIONS = table_of(CaseProjectRow), table_of(SessionProjectRow)
PROJECTS: Codec[Project] = Codec(Project, ProjectRow)

_pk = bindparam("pk", type_=Uuid())
_at, _of = bindparam("at_centre", type_=CENTRE), bindparam("of_basis", type_=WORD)
_ALL = Prepared(select(*PROJECTS.columns).order_by(PROJECT.c.active.desc(), PROJECT.c.code))
_HOLD = PROJECTS.find(PROJECT.c.id == _pk, lock=True)
_STANDING = Prepared(
    select(*PROJECTS.columns)
    .select_from(PROJECT.join(DEFAULT, DEFAULT.c.project_id == PROJECT.c.id))
    .where(DEFAULT.c.centre == _at, DEFAULT.c.basis == _of)
)
_DEFAULTS = Prepared(
    select(DEFAULT.c.centre, DEFAULT.c.basis, DEFAULT.c.project_id)
    .where(among(DEFAULT.c.centre, bindparam("centres", type_=Several(String()))))
    .order_by(DEFAULT.c.centre, DEFAULT.c.basis)
)
_NONE_STANDS = Prepared(delete(DEFAULT).where(DEFAULT.c.centre == _at, DEFAULT.c.basis == _of))


def _adding(table: Any) -> Prepared:
    return Prepared(insert(table).values({name: bindparam(name, type_=one.type) for name, one in table.c.items()}))


_STAND, _ADD_CASE, _ADD_SESSION = _adding(DEFAULT), _adding(OF_CASES), _adding(OF_SESSIONS)
_mine = select(CASE.c.id, DEFAULT.c.project_id, CASE.c.centre, CASE.c.client_id, literal(WHOLE))
BY_DEFAULT = Prepared(
    insert(OF_CASES).from_select(
        ["case_id", "project_id", "centre", "client_id", "percent"],
        _mine.select_from(CASE.join(DEFAULT, and_(DEFAULT.c.centre == CASE.c.centre, DEFAULT.c.basis == CASE.c.kind))).where(
            among(CASE.c.client_id, bindparam("whose", type_=Several(Uuid())))
        ),
    )
)
"""For many made-up cases at once, whatever their days: each goes to the project that stands for it."""
_SHARES = {
    table: Prepared(select(table.c.project_id, table.c.percent).where(key == _pk).order_by(table.c.percent.desc(), table.c.project_id))
    for table, key in ((OF_CASES, OF_CASES.c.case_id), (OF_SESSIONS, OF_SESSIONS.c.session_id))
}
_DROP = {
    OF_CASES: Prepared(delete(OF_CASES).where(OF_CASES.c.case_id == _pk)),
    OF_SESSIONS: Prepared(delete(OF_SESSIONS).where(OF_SESSIONS.c.session_id == _pk)),
}
_COUNTED = {
    table: Prepared(
        select(table.c.centre, func.count(), func.sum(table.c.percent))
        .where(table.c.project_id == _pk, in_centres(table))
        .group_by(table.c.centre)
    )
    for table in (OF_CASES, OF_SESSIONS)
}


class SqlProjects(PlainStore[Project]):
    codec = PROJECTS

    async def all(self) -> list[Project]:
        return await self._all(_ALL, {})

    async def get(self, id: UUID) -> Project:
        return await self._one(_HOLD, {"pk": id})

    async def standing(self, centre: CentreCode, basis: Basis) -> Project | None:
        found = await self._all(_STANDING, {"at_centre": centre, "of_basis": basis.value})
        return found[0] if found else None

    async def stand(self, centre: CentreCode, basis: Basis, project: UUID | None) -> None:
        await self._lane.change(_NONE_STANDS, {"at_centre": centre, "of_basis": basis.value})
        if project is not None:
            self._lane.later(_STAND, {"centre": centre, "basis": basis.value, "project_id": project})

    async def defaults(self, centres: Sequence[CentreCode]) -> list[Standing]:
        rows = await self._lane.rows(_DEFAULTS, {"centres": tuple(centres)})
        return [Standing(CentreCode(centre), Basis(basis), project) for centre, basis, project in rows]

    async def of_case(self, id: CaseId) -> tuple[Share, ...]:
        return await self._shares(OF_CASES, id)

    async def of_session(self, id: OutreachId) -> tuple[Share, ...]:
        return await self._shares(OF_SESSIONS, id)

    async def share_case(self, case: Case, shares: Sequence[Share]) -> None:
        await self._lane.change(_DROP[OF_CASES], {"pk": case.id})
        its = {"case_id": case.id, "centre": case.centre, "client_id": case.client_id}
        for one in shares:
            self._lane.later(_ADD_CASE, {**its, "project_id": one.project, "percent": one.percent})

    async def share_session(self, session: OutreachSession, shares: Sequence[Share]) -> None:
        await self._lane.change(_DROP[OF_SESSIONS], {"pk": session.id})
        for one in shares:
            its = {"session_id": session.id, "centre": session.centre, "project_id": one.project, "percent": one.percent}
            self._lane.later(_ADD_SESSION, its)

    async def _shares(self, table: Any, id: UUID) -> tuple[Share, ...]:
        return tuple(Share(project, percent) for project, percent in await self._lane.rows(_SHARES[table], {"pk": id}))


class SqlProjectViews(Reader):
    async def counted(self, scope: Scope, project: UUID) -> list[Counted]:
        cases, sessions = [
            {centre: (int(n), int(percent)) for centre, n, percent in await self._rows(_COUNTED[table], scope, {"pk": project})}
            for table in (OF_CASES, OF_SESSIONS)
        ]
        centres = sorted(cases.keys() | sessions.keys())
        return [Counted(CentreCode(one), *cases.get(one, (0, 0)), *sessions.get(one, (0, 0))) for one in centres]
