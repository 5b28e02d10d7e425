"""What is opened as a whole: a person, a case or a referral, with all that hangs on it, in one statement."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, select

from adapters.database.access import ASSIGNMENT, ASSIGNMENTS
from adapters.database.attachments import ATTACHMENT, ATTACHMENTS
from adapters.database.cases import CASE, CASES
from adapters.database.clients import CLIENT, CLIENTS
from adapters.database.codec import Codec
from adapters.database.consent import CONSENT, CONSENTS
from adapters.database.counselling import NOTE, NOTES, SESSION, SESSIONS, TASK, TASKS
from adapters.database.keys import KEY, KEYS
from adapters.database.partners import AGREEMENTS, PARTNER, PARTNERS, SERVICES
from adapters.database.plans import PLAN, PLANS
from adapters.database.referrals import REFERRAL, REFERRALS, STEP, STEPS
from adapters.database.scope import case_in_scope, client_in_scope
from adapters.database.screening import SCREENING, SCREENINGS
from adapters.database.sheaf import Sheaf
from adapters.database.store import Reader
from domain.attachments import AttachmentView
from domain.case_doors import CaseView
from domain.clients import ClientView
from domain.consent import ConsentView
from domain.counselling import NoteView, SessionView, TaskView
from domain.errors import NotFound
from domain.identity import Scope
from domain.plans.record import PlanState, shown
from domain.referrals.doors import ReferralView
from domain.reporting import CaseSheet, ClientFile, ReferralFile
from domain.screening import ScreeningView
from domain.values import CaseId, ClientId, ReferralId

_pk = bindparam("pk", type_=Uuid())
# Everything hangs on what the reader may see of the case: where that is nothing, no row of any part leaves the database.
_visible = select(CASE.c.id, CASE.c.client_id).where(CASE.c.id == _pk, case_in_scope(CASE)).cte("visible")
_its = select(_visible.c.id).scalar_subquery()
_whose = select(_visible.c.client_id).scalar_subquery()
_PARTS: dict[str, tuple[Codec[Any], Any]] = {
    "case": (CASES, CASE.c.id == _its),
    "client": (CLIENTS, CLIENT.c.id == _whose),
    "key": (KEYS, KEY.c.id == _whose),
    "sessions": (SESSIONS, SESSION.c.case_id == _its),
    "notes": (NOTES, NOTE.c.case_id == _its),
    "screenings": (SCREENINGS, SCREENING.c.case_id == _its),
    "referrals": (REFERRALS, REFERRAL.c.case_id == _its),
    "tasks": (TASKS, TASK.c.case_id == _its),
    "consents": (CONSENTS, CONSENT.c.client_id == _whose),
    "attachments": (ATTACHMENTS, ATTACHMENT.c.case_id == _its),
    "plans": (PLANS, and_(PLAN.c.case_id == _its, PLAN.c.state != PlanState.replaced.value)),
}
_SHEET = Sheaf(_PARTS)
_to_me = (ASSIGNMENT.c.staff_id == bindparam("scope_staff", type_=Uuid()), ASSIGNMENT.c.until.is_(None))
_OPENED = Sheaf({**_PARTS, "mine": (ASSIGNMENTS, and_(ASSIGNMENT.c.case_id == _its, *_to_me))})
_sent = (
    select(REFERRAL.c.id, REFERRAL.c.case_id, REFERRAL.c.client_id, REFERRAL.c.partner_id, REFERRAL.c.service_id)
    .select_from(REFERRAL.join(CASE, CASE.c.id == REFERRAL.c.case_id))
    .where(REFERRAL.c.id == _pk, case_in_scope(CASE))
    .cte("sent")
)
_of = {name: select(_sent.c[name]).scalar_subquery() for name in ("id", "case_id", "client_id", "partner_id", "service_id")}
_FILE = Sheaf(
    {
        "referral": (REFERRALS, REFERRAL.c.id == _of["id"]),
        "steps": (STEPS, STEP.c.referral_id == _of["id"]),
        "case": (CASES, CASE.c.id == _of["case_id"]),
        "client": (CLIENTS, CLIENT.c.id == _of["client_id"]),
        "key": (KEYS, KEY.c.id == _of["client_id"]),
        "consents": (CONSENTS, CONSENT.c.client_id == _of["client_id"]),
        "screenings": (SCREENINGS, SCREENING.c.case_id == _of["case_id"]),
        "partner": (PARTNERS, PARTNER.c.id == _of["partner_id"]),
        "agreements": (AGREEMENTS, AGREEMENTS.table.c.partner_id == _of["partner_id"]),
        "service": (SERVICES, SERVICES.table.c.id == _of["service_id"]),
        "mine": (ASSIGNMENTS, and_(ASSIGNMENT.c.case_id == _of["case_id"], *_to_me)),
    }
)


_client = select(CLIENT.c.id).where(CLIENT.c.id == _pk, client_in_scope(CLIENT)).cte("person").select().scalar_subquery()
_PERSON = Sheaf(
    {
        "client": (CLIENTS, CLIENT.c.id == _client),
        "key": (KEYS, KEY.c.id == _client),
        "cases": (CASES, and_(CASE.c.client_id == _client, case_in_scope(CASE))),
        "consents": (CONSENTS, CONSENT.c.client_id == _client),
    }
)


class SqlSheets(Reader):
    async def sheet(self, scope: Scope, case: CaseId) -> CaseSheet:
        return _sheet(await self._parts(_SHEET, scope, case))

    async def opened(self, scope: Scope, case: CaseId) -> tuple[CaseSheet, bool]:
        parts = await self._parts(_OPENED, scope, case)
        return _sheet(parts), bool(parts["mine"])

    async def referral_file(self, scope: Scope, referral: ReferralId) -> ReferralFile:
        parts = await self._parts(_FILE, scope, referral)
        return ReferralFile(
            referral=parts["referral"][0],
            history=tuple(reversed(parts["steps"])),
            case=parts["case"][0],
            client=parts["client"][0],
            consents=tuple(sorted(parts["consents"], key=lambda one: (one.given_at, one.id))),
            screenings=tuple(parts["screenings"]),
            partner=parts["partner"][0],
            agreements=tuple(parts["agreements"]),
            service=next((one.name for one in parts["service"]), ""),
            assigned=bool(parts["mine"]),
            serves=next(iter(parts["service"]), None),
        )

    async def client_file(self, scope: Scope, client: ClientId) -> ClientFile:
        parts = await self._parts(_PERSON, scope, client)
        return ClientFile(
            client=ClientView.of(parts["client"][0]),
            cases=tuple(map(CaseView.of, parts["cases"])),
            consents=tuple(map(ConsentView.of, sorted(parts["consents"], key=lambda one: (one.given_at, one.id)))),
        )

    async def _parts(self, sheaf: Sheaf, scope: Scope, of: UUID) -> dict[str, list[Any]]:
        rows = await self._rows(sheaf.statement, scope, {"pk": of})
        if not rows:
            raise NotFound()
        keys = sheaf.only("key", rows, self._vault)
        return sheaf.records(rows, self._vault, keys[0].wrapped if keys else b"")


def _sheet(parts: dict[str, list[Any]]) -> CaseSheet:
    plans = shown(parts["plans"])
    return CaseSheet(
        case=CaseView.of(parts["case"][0]),
        client=ClientView.of(parts["client"][0]),
        sessions=tuple(map(SessionView.of, parts["sessions"])),
        notes=tuple(map(NoteView.of, parts["notes"])),
        screenings=tuple(map(ScreeningView.of, parts["screenings"])),
        plan=plans[0] if plans else None,
        plan_in_force=plans[1] if plans[1:] else None,
        referrals=tuple(map(ReferralView.of, parts["referrals"])),
        tasks=tuple(map(TaskView.of, parts["tasks"])),
        consents=tuple(map(ConsentView.of, parts["consents"])),
        attachments=tuple(map(AttachmentView.of, parts["attachments"])),
    )
