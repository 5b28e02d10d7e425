"""An appointment in the counsellor's calendar and in the client's ear: what stands in them, and above all what does not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest

from domain.clients import SafeContact
from domain.referrals.appointments import AppointmentOver, MustNotContact, NoSafeNumber, message
from domain.referrals.steps import State
from domain.values import Language, Phone
from tests.referrals.conftest import Desk

AT = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
SAFE, UNSAFE = Phone("+923001234567", safe=True), Phone("+923001234568")


async def accepted(desk: Desk) -> dict[str, Any]:
    await desk.consent("reintegration", "identity")
    made = await desk.draft("reintegration", "identity")
    await desk.step(desk.counsellor, made["id"], "send")
    partner = await desk.service.partner("reintegration", "demo-rein-2026")
    await partner.post(f"/partner/v1/referrals/{made['ref']}/steps", {"step": "accept"})
    return made


async def at(desk: Desk, referral: dict[str, Any], when: str) -> None:
    partner = await desk.service.partner("reintegration", "demo-rein-2026")
    await partner.post(f"/partner/v1/referrals/{referral['ref']}/steps", {"step": "set_appointment", "appointment_at": when})


async def event(desk: Desk, referral: dict[str, Any]) -> tuple[Any, str]:
    answer = await desk.counsellor.http.get(f"/api/v1/referrals/{referral['id']}/appointment.ics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar = icalendar.Calendar.from_ical(answer.text)
    return calendar.walk("VEVENT")[0], str(calendar["method"])


async def test_it_keeps_its_name_and_grows_with_each_change(desk: Desk) -> None:
    referral = await accepted(desk)
    none = await desk.counsellor.get(f"/api/v1/referrals/{referral['id']}/appointment.ics", 409)
    assert none["type"] == "/problems/no-appointment"
    await at(desk, referral, "2026-12-07T09:00:00Z")
    first, method = await event(desk, referral)
    assert (first["dtstart"].dt.isoformat(), first["sequence"], method) == ("2026-12-07T14:00:00+05:00", 0, "PUBLISH")
    assert str(first["dtstart"].params["TZID"]) == "Asia/Karachi"
    await at(desk, referral, "2026-12-08T05:30:00Z")
    second, _ = await event(desk, referral)
    assert (second["dtstart"].dt.isoformat(), second["sequence"], second["uid"]) == ("2026-12-08T10:30:00+05:00", 1, first["uid"])
    await desk.step(desk.counsellor, referral["id"], "withdraw", reason="x")
    gone, method = await event(desk, referral)
    assert (gone["status"], gone["sequence"], gone["uid"], method) == ("CANCELLED", 2, first["uid"], "CANCEL")
    assert (await desk.trail()).count("took_appointment") == 4, "what was refused tells something too"


async def test_it_tells_nothing_of_the_client_and_of_a_restricted_case_no_partner(desk: Desk) -> None:
    referral = await accepted(desk)
    await at(desk, referral, "2026-12-07T09:00:00Z")
    its, _ = await event(desk, referral)
    assert str(its["summary"]) == "Appointment: Reintegration network"
    assert referral["ref"] in str(its["description"])
    case = await desk.counsellor.get(f"/api/v1/cases/{desk.case}")
    await desk.counsellor.patch(f"/api/v1/cases/{desk.case}", {"sensitivity": "restricted"}, case["version"])
    guarded, _ = await event(desk, referral)
    assert str(guarded["summary"]) == "Appointment: Migrant Resource Centre Islamabad"
    for said in (its, guarded):
        text = said.to_ical().decode()
        assert not any(word in text for word in ("Yousaf", "Please help", case["number"]))
    assert "Reintegration" not in guarded.to_ical().decode()


@pytest.mark.parametrize(
    ("spoken", "begins", "language"),
    [
        ((Language.punjabi, Language.pashto), "ستاسو لیدنه په 07-12-2026 د 14:00", Language.pashto),
        ((Language.english,), "Your appointment is on 07-12-2026 at 14:00.", Language.english),
        ((), "آپ کی ملاقات 07-12-2026 کو 14:00", Language.urdu),
    ],
)
def test_the_message_says_when_in_the_clients_language_and_nothing_else(
    spoken: tuple[Language, ...], begins: str, language: Language
) -> None:
    text, its = message(State.appointment_set, AT, SafeContact(), (UNSAFE, SAFE), spoken, AT - timedelta(days=1))
    assert text.startswith(begins)
    assert its is language


@pytest.mark.parametrize(
    ("state", "safe", "phones", "days", "refusal"),
    [
        (State.appointment_set, SafeContact(never=True), (SAFE,), 1, MustNotContact),
        (State.appointment_set, SafeContact(), (UNSAFE,), 1, NoSafeNumber),
        (State.appointment_set, SafeContact(), (SAFE,), -1, AppointmentOver),
        (State.withdrawn, SafeContact(), (SAFE,), 1, AppointmentOver),
    ],
)
def test_where_no_message_is_written(
    state: State, safe: SafeContact, phones: tuple[Phone, ...], days: int, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        message(state, AT, safe, phones, (), AT - timedelta(days=days))
