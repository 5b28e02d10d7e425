"""Disclosure under a legal duty: one asks, another decides, a third act says it was done; consent and partners are left as they are."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from adapters.database import migrate
from domain.disclosures import STEPS, Disclosure, DisclosureState, DisclosureStep, laws
from domain.identity import TwoPeople
from domain.values import day_of
from service.usecases.identity import HOUSE_ACTOR
from tests.disclosures.conftest import Office
from tests.migrations.test_migrations import asked
from tests.postgres import apart


def handed(days: int = 0) -> dict[str, str]:
    """To the reader, so many days from the day it is: midnight may come while the tests run."""
    return {"how": "letter", "to": "Reader of the court", "on": str(day_of(datetime.now(UTC)) + timedelta(days=days))}


async def test_from_asking_to_handing_over(office: Office) -> None:
    made = await office.asked()
    assert (made["state"], made["ground"]["law"], made["steps"]) == ("asked", "PTPA2018-3(2)", ["confirm", "refuse"])
    confirmed = await office.step(made, "confirm", office.manager)
    assert (confirmed["state"], confirmed["steps"]) == ("confirmed", ["hand_over"])
    over = await office.step(made, "hand_over", office.supervisor, handover=handed())
    assert (over["state"], over["handover"], over["steps"]) == ("handed_over", handed(), [])
    assert len({over["asked_by"], over["decided_by"]}) == 2
    assert await office.dpo.get(f"/api/v1/disclosures/{made['id']}") == over
    assert (await office.dpo.get("/api/v1/disclosures"))["items"] == [over]


async def test_nobody_decides_on_what_they_asked(office: Office) -> None:
    made = await office.asked(office.manager)
    for step in ("confirm", "refuse"):
        refused = await office.step(made, step, office.manager, 403, reason="x")
        assert refused["type"] == "/problems/two-people"
    assert (await office.step(made, "refuse", office.supervisor, reason="No order was shown."))["state"] == "refused"
    again = await office.step(made, "confirm", office.supervisor, 409)
    assert again["type"] == "/problems/out-of-step"


async def test_the_rule_of_two_is_what_stops_them(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the rule the same person gets through."""

    def alone(self: Disclosure, step: DisclosureStep, by: Any, at: datetime) -> Any:
        try:
            return decided(self, step, by, at)
        except TwoPeople:
            self.decided_at = at
            return self._moved(step, by, at, ())

    decided = Disclosure._decided
    monkeypatch.setattr(Disclosure, "_decided", alone)
    made = await office.asked(office.manager)
    assert (await office.step(made, "confirm", office.manager))["state"] == "confirmed"


async def test_no_step_is_skipped(office: Office) -> None:
    """Every step from every state: those of the table go, all others are refused aloud."""
    ways: dict[str, list[str]] = {"asked": [], "confirmed": ["confirm"], "refused": ["refuse"], "handed_over": ["confirm", "hand_over"]}
    said = {"reason": "x", "handover": handed()}
    for state, way in ways.items():
        for step in DisclosureStep:
            made = await office.asked()
            for before in way:
                await office.step(made, before, office.manager, **said)
            fits = STEPS[step][0] is DisclosureState(state)
            await office.step(made, step, office.manager, 200 if fits else 409, **said)


@pytest.mark.parametrize(
    "more, rule, field",
    [
        ({"law": ""}, "law-needed", "law"),
        ({"law": "INSTITUTION-1"}, "law-needed", "law"),
        ({"law_words": "Another act, s. 4"}, "law-needed", "law"),
        ({"authority": ""}, "one-recipient", "partner"),
        ({"partner": "fia"}, "one-recipient", "partner"),
        ({"reason": ""}, "reason-needed", "reason"),
        ({"client_words": " "}, "client-unmentioned", "client_words"),
        ({"field_groups": []}, "invalid", None),
    ],
)
async def test_what_has_to_be_said_is_said(office: Office, more: dict[str, Any], rule: str, field: str | None) -> None:
    refused = await office.asked(expect=422, **more)
    assert (refused["type"], refused.get("field")) == (f"/problems/{rule}", field)


async def test_a_law_in_words_and_a_partner_do_as_well(office: Office) -> None:
    made = await office.asked(law="", law_words="Some Act 1999, s. 4", authority="", partner="fia", client_told=False)
    assert made["partner"]
    assert not made["ground"]["client_told"]
    assert all(note.law and note.section for note in laws().values())


async def test_it_was_handed_over_after_it_was_confirmed_and_not_tomorrow(office: Office) -> None:
    made = await office.asked()
    await office.step(made, "confirm", office.manager)
    assert (await office.step(made, "hand_over", office.manager, 422))["type"] == "/problems/handover-needed"
    for days in (-1, 1):
        wrong = await office.step(made, "hand_over", office.manager, 422, handover=handed(days))
        assert wrong["type"] == "/problems/handed-when"


async def test_nothing_leaves_and_no_consent_is_made(office: Office) -> None:
    before = [asked(office.database, f"SELECT count(*) FROM {table}") for table in ("message", "referral", "consent")]
    made = await office.asked(authority="", partner="fia")
    await office.step(made, "confirm", office.manager)
    await office.step(made, "hand_over", office.manager, handover=handed())
    assert [asked(office.database, f"SELECT count(*) FROM {table}") for table in ("message", "referral", "consent")] == before
    partner = await office.service.partner("fia", "demo-fia-2026")
    assert (await partner.get("/partner/v1/referrals"))["items"] == []


async def test_whom_it_concerns_is_told(office: Office) -> None:
    made = await office.asked()
    assert "disclosure_asked" in await office.notices(office.manager)
    assert "disclosure_asked" in await office.notices(office.dpo)
    assert "disclosure_asked" not in await office.notices(office.supervisor), "whoever asked knows"
    await office.step(made, "confirm", office.manager)
    assert "disclosure_confirmed" in await office.notices(office.supervisor)
    await office.step(made, "hand_over", office.supervisor, handover=handed())
    assert "disclosure_handed_over" in await office.notices(office.dpo)
    assert await office.notices(office.elsewhere) == []


async def test_each_act_and_each_look_is_in_the_trail_and_no_word_of_it(office: Office) -> None:
    made = await office.asked()
    await office.step(made, "confirm", office.manager)
    await office.step(made, "hand_over", office.manager, handover=handed())
    await office.supervisor.get(f"/api/v1/cases/{office.case}/disclosures")
    await office.dpo.get(f"/api/v1/disclosures/{made['id']}")
    lines = asked(office.database, "SELECT action, note FROM audit_entry WHERE action LIKE '%disclosure%'")
    assert sorted(lines) == [
        ("disclosure_asked", ""),
        ("disclosure_moved", "asked -> confirmed"),
        ("disclosure_moved", "confirmed -> handed_over"),
        ("saw_case_disclosures", ""),
        ("saw_disclosure", ""),
    ]


async def test_who_sees_them(office: Office) -> None:
    made = await office.asked()
    for path in (f"/api/v1/disclosures/{made['id']}", f"/api/v1/cases/{office.case}/disclosures"):
        await office.counsellor.get(path, 403)
        await office.elsewhere.get(path, 404)
        await office.manager.get(path)
    assert (await office.elsewhere.get("/api/v1/disclosures"))["items"] == []
    await office.step(made, "confirm", office.dpo, 403)
    await office.asked(office.dpo, 403)
    await office.asked(office.counsellor, 403)
    await office.asked(office.elsewhere, 404)


async def test_sent_twice_it_is_asked_once_and_an_old_version_is_shown_the_new(office: Office) -> None:
    path, head = f"/api/v1/cases/{office.case}/disclosures", {"Idempotency-Key": "k1"}
    first = await office.supervisor.post(path, office.body(), headers=head)
    assert (await office.supervisor.post(path, office.body(), headers=head))["id"] == first["id"]
    assert len((await office.supervisor.get(path))["items"]) == 1
    await office.step(first, "confirm", office.manager)
    answer = await office.manager.http.post(
        f"/api/v1/disclosures/{first['id']}/steps", json={"step": "refuse", "reason": "x"}, headers={"If-Match": '"1"'}
    )
    assert (answer.status_code, answer.json()["current"]["state"]) == (412, "confirmed")


async def test_the_list_is_read_page_by_page(office: Office) -> None:
    made = [(await office.asked())["id"] for _ in range(5)]
    first = await office.dpo.get("/api/v1/disclosures?limit=3")
    rest = await office.dpo.get(f"/api/v1/disclosures?limit=3&cursor={first['next']}")
    assert [one["id"] for one in (*first["items"], *rest["items"])] == made[::-1]
    assert rest["next"] is None


async def test_erasing_the_client_erases_what_was_said(office: Office) -> None:
    made = await office.asked()
    sealed = asked(office.database, "SELECT words FROM disclosure")
    assert b"court" not in bytes(sealed[0][0])
    for step in ({"step": "start_counselling"}, {"step": "close", "outcome": "protected"}):
        await office.supervisor.post(f"/api/v1/cases/{office.case}/steps", step)
    await office.service.house.usecases.keeping.erasure.erase(HOUSE_ACTOR, office.number, "asked for it")
    assert (await office.dpo.get("/api/v1/disclosures"))["items"] == []
    await office.dpo.get(f"/api/v1/disclosures/{made['id']}", 404)
    assert asked(office.database, "SELECT state FROM disclosure") == [("asked",)]


async def test_down_and_up_keeps_the_directory(office: Office) -> None:
    """Going down, disclosures go and services forget when they were written; what was there before 0013 stays."""
    await office.asked()
    before = asked(office.database, "SELECT id, name FROM service ORDER BY id")
    database = office.database
    apart(lambda: migrate.downgrade(database.owner_url, to="0012", app_role=database.app_role))
    assert asked(database, "SELECT id, name FROM service ORDER BY id") == before
    assert len(apart(lambda: migrate.drift(database.owner_url))) >= 1, "the control"
    apart(lambda: migrate.upgrade(database.owner_url, app_role=database.app_role))
    assert apart(lambda: migrate.drift(database.owner_url)) == []
    assert asked(database, "SELECT count(*) FROM disclosure") == [(0,)]
    assert asked(database, "SELECT count(*) FROM service WHERE changed_at IS NOT NULL") == [(0,)]


@pytest.mark.parametrize("samples", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
async def test_the_database_itself_keeps_centres_apart(office: Office) -> None:
    await office.asked()
    connection = await asyncpg.connect(office.database.url)
    try:
        for centres, seen in (("LHE", 0), ("", 0), ("ISB", 1)):
            await connection.execute("SELECT set_config('mrc.centres', $1, false)", centres)
            assert await connection.fetchval("SELECT count(*) FROM disclosure") == seen, centres
    finally:
        await connection.close()
