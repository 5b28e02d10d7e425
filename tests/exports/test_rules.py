"""The rules of exports: what is identified, who decides, how long it stays open."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest

from adapters.database.cases import CASE
from adapters.database.clients import CLIENT
from adapters.database.referrals import REFERRAL
from adapters.database.schema import Shows
from domain.cases import OutOfStep, ReasonNeeded
from domain.errors import Refusal
from domain.evidence.columns import SENSITIVE
from domain.exports.columns import COLUMNS, ExportColumn, Subject, Tells, columns_of, identified
from domain.exports.record import (
    MOST_FETCHES,
    BadMonths,
    ColumnsMissing,
    Export,
    ExportLapsed,
    ExportNotReady,
    ExportOver,
    ExportStep,
    NotForThisFile,
    NotYourDecision,
    NotYourExport,
    PeopleNotYours,
    Wanted,
)
from domain.identity import Act, Actor, Role, Sensitivity, TwoPeople
from domain.reports.sheet import FileKind
from domain.values import CentreCode, StaffId

ISB = CentreCode("ISB")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NAMED = Wanted(Subject.cases, (ExportColumn.risk, ExportColumn.name, ExportColumn.stage), "2026-01", "2026-11")
PLAIN = Wanted(Subject.cases, (ExportColumn.stage,), "2026-01", "2026-11")


def actor(name: str, role: Role = Role.supervisor) -> Actor:
    return Actor(uuid5(UUID(int=1), name), role, (ISB,), name=name)


ASKER, OTHER, OFFICER, ANALYST = actor("a"), actor("b"), actor("c", Role.dpo), actor("d", Role.analyst)


def asked(wanted: Wanted = NAMED, by: Actor = ASKER) -> Export:
    told = (StaffId(ASKER.id), StaffId(OTHER.id), StaffId(OFFICER.id))
    return Export.ask(UUID(int=5), "ISB-E-000001", ISB, wanted, "Audit", by=by, at=NOW, told=told)[0]


def approved(wanted: Wanted = NAMED) -> Export:
    made = asked(wanted)
    made.step(ExportStep.approve, "right", by=OTHER, at=NOW)
    return made


def test_a_column_is_never_said_to_tell_less_than_what_it_is_read_from() -> None:
    """Held to how the tables declare what they show. Names, telephones and CNIC stand sealed under the client's key."""
    read = {
        ExportColumn.stage: CASE.c.stage,
        ExportColumn.next_due: CASE.c.next_due,
        ExportColumn.closed_month: CASE.c.closed_at,
        ExportColumn.counsellor: CASE.c.counsellor_id,
        ExportColumn.state: REFERRAL.c.state,
        ExportColumn.urgency: REFERRAL.c.urgency,
        ExportColumn.sent_month: REFERRAL.c.sent_at,
        ExportColumn.number: CASE.c.number,
        ExportColumn.client_number: CLIENT.c.number,
        ExportColumn.gender: CLIENT.c.gender,
        ExportColumn.birth_year: CLIENT.c.birth_year,
        ExportColumn.district: CLIENT.c.district,
        ExportColumn.migration_stage: CLIENT.c.migration_stage,
        ExportColumn.name: CLIENT.c.names,
        ExportColumn.name_urdu: CLIENT.c.names,
        ExportColumn.phone: CLIENT.c.particulars,
        ExportColumn.cnic: CLIENT.c.particulars,
    }
    less = [one for one, column in read.items() if column.info["shows"] is not Shows.internal and not identified((one,))]
    assert less == []
    assert {one.value for one in COLUMNS if COLUMNS[one].tells is Tells.sensitive} == {one.value for one in SENSITIVE}
    assert set(COLUMNS) == set(ExportColumn)


def test_the_columns_come_in_their_own_order_and_only_those_the_lines_have() -> None:
    assert NAMED.check(Role.supervisor).columns == (ExportColumn.stage, ExportColumn.name, ExportColumn.risk)
    assert ExportColumn.partner not in columns_of(Subject.cases)


@pytest.mark.parametrize(
    ("wanted", "role", "refused"),
    [
        (Wanted(Subject.cases, (), "2026-01", "2026-02"), Role.supervisor, ColumnsMissing),
        (Wanted(Subject.cases, (ExportColumn.cnic,), "2026-01", "2026-02"), Role.supervisor, ColumnsMissing),
        (Wanted(Subject.cases, (ExportColumn.stage,), "2026-03", "2026-02"), Role.supervisor, BadMonths),
        (Wanted(Subject.cases, (ExportColumn.stage,), "2006-03", "2026-02"), Role.supervisor, BadMonths),
        (Wanted(Subject.cases, (ExportColumn.stage,), "x", "2026-02"), Role.supervisor, BadMonths),
        (Wanted(Subject.cases, (ExportColumn.stage,), "9999-12", "9999-12"), Role.supervisor, BadMonths),
        (Wanted(Subject.cases, (ExportColumn.stage,), "2026-01", "2026-02", FileKind.pdf), Role.supervisor, NotForThisFile),
        (NAMED, Role.analyst, PeopleNotYours),
    ],
)
def test_what_cannot_be_asked_for(wanted: Wanted, role: Role, refused: type[Refusal]) -> None:
    with pytest.raises(refused):
        wanted.check(role)
    assert PLAIN.check(role).columns == PLAIN.columns


def test_a_purpose_is_said_and_the_others_are_told() -> None:
    with pytest.raises(ReasonNeeded):
        Export.ask(UUID(int=5), "n", ISB, PLAIN, "", by=ASKER, at=NOW, told=())
    _, event = Export.ask(UUID(int=5), "n", ISB, NAMED, "x", by=ASKER, at=NOW, told=(StaffId(ASKER.id), StaffId(OFFICER.id)))
    assert [tell.staff for tell in event.tells] == [OFFICER.id]


def test_the_asker_cannot_approve_and_somebody_else_can() -> None:
    export = asked()
    with pytest.raises(TwoPeople):
        export.step(ExportStep.approve, "right", by=ASKER, at=NOW)
    with pytest.raises(NotYourDecision):
        export.step(ExportStep.approve, "right", by=ANALYST, at=NOW)
    with pytest.raises(ReasonNeeded):
        export.step(ExportStep.approve, "", by=OTHER, at=NOW)
    with pytest.raises(NotYourDecision):
        export.step(ExportStep.withdraw, "", by=OTHER, at=NOW)
    with pytest.raises(ExportNotReady):
        export.check_fetch(by=ASKER, at=NOW)
    export.step(ExportStep.approve, "right", by=OTHER, at=NOW)
    export.check_fetch(by=ASKER, at=NOW)
    with pytest.raises(OutOfStep):
        export.step(ExportStep.refuse, "no", by=OFFICER, at=NOW)


def test_nobody_decides_after_seven_days() -> None:
    export, late = asked(), NOW + timedelta(days=7)
    export.step(ExportStep.approve, "right", by=OTHER, at=late - timedelta(seconds=1))
    export = asked()
    with pytest.raises(ExportLapsed):
        export.step(ExportStep.approve, "right", by=OTHER, at=late)
    with pytest.raises(ExportLapsed):
        export.check_fetch(by=ASKER, at=late)


def test_it_opens_for_24_hours_three_times_and_for_the_asker_alone() -> None:
    export, last = approved(), NOW + timedelta(hours=24) - timedelta(seconds=1)
    for someone in (OTHER, OFFICER):
        with pytest.raises(NotYourExport):
            export.fetch(1, by=someone, at=NOW)
    for _ in range(MOST_FETCHES):
        export.fetch(1, by=ASKER, at=last)
    with pytest.raises(ExportOver):
        export.fetch(1, by=ASKER, at=last)
    with pytest.raises(ExportOver):
        approved().fetch(1, by=ASKER, at=NOW + timedelta(hours=24))


def test_who_lost_the_role_fetches_no_names() -> None:
    with pytest.raises(PeopleNotYours):
        approved().check_fetch(by=Actor(ASKER.id, Role.analyst, (ISB,)), at=NOW)
    asked(PLAIN).check_fetch(by=Actor(ASKER.id, Role.analyst, (ISB,)), at=NOW)


def test_restricted_files_are_in_it_only_where_they_were_let_in() -> None:
    scope = ASKER.scope(Act.fetch_export)
    assert approved().reach(scope).clears == (Sensitivity.normal,)
    cleared = asked()
    cleared.step(ExportStep.approve, "right", restricted=True, by=OFFICER, at=NOW)
    assert set(cleared.reach(scope).clears) == set(Sensitivity)
    assert cleared.reach(ANALYST.scope(Act.fetch_export)).clears == (Sensitivity.normal,)
