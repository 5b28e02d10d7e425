"""An agency without software: a mail with a link, a code for it, the partner's side of one referral, and nothing before the code."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adapters.database.statements import Prepared
from adapters.database.tables import METADATA
from adapters.system.clock import FixedClock
from tests.databases import Database
from tests.delivery.mailbox import CODES, DESK, LINK, Desk, Post, by_mail, mail_server, reached_by
from tests.delivery.room import CLIENT, Room, carry_all, room


async def test_the_whole_way_by_link(samples: Database, tmp_path: Path) -> None:
    async with mail_server() as post, room(samples, tmp_path, **by_mail(post)) as it:
        await reached_by(it, "email")
        counsellor = await it.service.sign_in("counsellor.lhe")
        referral = await it.send(counsellor)
        where = f"/api/v1/referrals/{referral['id']}"
        await carry_all(it)
        assert (await counsellor.get(where))["state"] == "delivered"
        [mail] = post.mails
        assert (mail["To"], mail["From"]) == (DESK, "mrc@centre.example")
        for secret in (CLIENT["name"], "Return", "Yousaf"):
            assert secret not in mail.as_string()
            assert secret not in mail.get_content()
        desk = Desk(it.service.http(), post.link())
        door = await desk.open()
        assert referral["ref"] not in door
        assert "Return" not in door
        inside = await desk.enter(post)
        assert post.to(CODES)
        assert str(CLIENT["name"]) in inside
        assert (await counsellor.get(where))["state"] == "seen"
        await desk.send("steps", step="accept")
        await desk.send("steps", step="set_appointment", day="2031-01-06", begins="10:30", note="Room 4")
        seen = await counsellor.get(where)
        assert (seen["state"], seen["appointment_at"]) == ("appointment_set", "2031-01-06T05:30:00+00:00")
        ended = await desk.send("steps", step="complete", outcome="Training begun")
        assert str(CLIENT["name"]) not in ended
        steps = (await counsellor.get(f"{where}/steps"))["items"]
        assert [(one["step"], one["channel"]) for one in steps][1:] == [
            ("deliver", "email"),
            ("seen", "link"),
            ("accept", "link"),
            ("set_appointment", "link"),
            ("complete", "link"),
        ]


async def linked(it: Room, post: Post, **more: Any) -> tuple[dict[str, Any], Desk]:
    """A referral that was mailed, and the agency at its link."""
    referral = await it.send(await it.service.sign_in("counsellor.lhe"), **more)
    await carry_all(it)
    return referral, Desk(it.service.http(), post.link())


@pytest.mark.parametrize("wrong", [0, 4, 5])
async def test_after_five_wrong_codes_the_right_one_opens_nothing(samples: Database, tmp_path: Path, wrong: int) -> None:
    """Each try is kept although it is refused; fewer than five are the control."""
    clock = FixedClock(datetime.now(UTC))
    async with mail_server() as post, room(samples, tmp_path, clock=clock, **by_mail(post)) as it:
        await reached_by(it, "email")
        _, desk = await linked(it, post)
        await desk.open()
        await desk.send("code")
        right = post.code()
        for _ in range(wrong):
            await desk.send("enter", 403, code=f"{(int(right) + 1) % 10**6:06d}")
        page = await desk.send("enter", 403 if wrong == 5 else 200, code=right)
        assert (str(CLIENT["name"]) in page) is (wrong < 5)
        if wrong == 5:
            clock.on(timedelta(seconds=31))
            await desk.send("code")
            assert str(CLIENT["name"]) in await desk.send("enter", code=post.code())


@pytest.mark.parametrize("minutes", [14, 16])
async def test_a_code_works_for_fifteen_minutes_and_once(samples: Database, tmp_path: Path, minutes: int) -> None:
    clock = FixedClock(datetime.now(UTC))
    async with mail_server() as post, room(samples, tmp_path, clock=clock, **by_mail(post)) as it:
        await reached_by(it, "email")
        _, desk = await linked(it, post)
        await desk.open()
        await desk.send("code")
        clock.on(timedelta(minutes=minutes))
        await desk.send("enter", 200 if minutes < 15 else 403, code=post.code())
        other = Desk(it.service.http(), desk.path)
        await other.open()
        await other.send("enter", 403, code=post.code())


async def test_nothing_is_shown_or_done_without_the_code(samples: Database, tmp_path: Path) -> None:
    async with mail_server() as post, room(samples, tmp_path, **by_mail(post)) as it:
        await reached_by(it, "email")
        referral, desk = await linked(it, post)
        stranger = Desk(it.service.http(), desk.path)
        for page in (await stranger.open(), await stranger.send("steps", 403, step="accept")):
            assert referral["ref"] not in page
            assert str(CLIENT["name"]) not in page
        assert referral["ref"] in await desk.enter(post)
        assert referral["ref"] not in await stranger.open(), "another browser is still outside"
        strange = await stranger.http.post(f"{desk.path}/code", data={"form_token": "x"}, headers={"Origin": "http://elsewhere.example"})
        assert strange.status_code == 403
        assert (await stranger.http.get("/r/" + "x" * 48)).status_code == 404


async def test_a_form_sent_twice_is_answered_alike_and_counts_once(samples: Database, tmp_path: Path) -> None:
    async with mail_server() as post, room(samples, tmp_path, **by_mail(post)) as it:
        await reached_by(it, "email")
        referral, desk = await linked(it, post)
        await desk.enter(post)
        page = desk.page
        first = await desk.send("steps", key="form-1", step="accept")
        desk.page = page
        again = await desk.send("steps", key="form-1", step="accept")
        assert plain(again) == plain(first)
        await desk.send("steps", 409, key="form-2", step="accept")
        counsellor = await it.service.sign_in("counsellor.lhe")
        lines = (await counsellor.get(f"/api/v1/referrals/{referral['id']}/steps"))["items"]
        assert [line["step"] for line in lines].count("accept") == 1


def plain(page: str) -> str:
    """Without what differs at each showing."""
    return re.sub(r"[A-Za-z0-9_-]{20,}", "T", page)


async def test_a_visit_ends_by_itself_and_one_code_opens_all_of_the_partners_links(samples: Database, tmp_path: Path) -> None:
    clock = FixedClock(datetime.now(UTC))
    async with mail_server() as post, room(samples, tmp_path, clock=clock, **by_mail(post)) as it:
        await reached_by(it, "email")
        _, first = await linked(it, post)
        second, _ = await linked(it, post)
        await first.enter(post)
        beside = Desk(first.http, post.link())
        assert second["ref"] in await beside.open()
        await reached_by(it, "email", key="swd-punjab", address="third@other.example", codes_to="fourth@other.example")
        of_another = await it.send(await it.service.sign_in("counsellor.lhe"), "swd-punjab")
        await carry_all(it)
        [mail] = post.to("third@other.example")
        found = LINK.search(mail.get_content())
        assert found
        assert of_another["ref"] not in await Desk(first.http, found[1]).open()
        clock.on(timedelta(minutes=31))
        assert second["ref"] not in await beside.open()


async def test_the_centre_can_end_a_link_for_whoever_is_inside(samples: Database, tmp_path: Path) -> None:
    async with mail_server() as post, room(samples, tmp_path, **by_mail(post)) as it:
        await reached_by(it, "email")
        referral, desk = await linked(it, post)
        counsellor = await it.service.sign_in("counsellor.lhe")
        await desk.enter(post)
        [link] = (await counsellor.get(f"/api/v1/referrals/{referral['id']}/links"))["items"]
        assert (link["codes"], link["revoked_at"], "token" in link) == (1, None, False)
        await counsellor.post(f"/api/v1/referrals/{referral['id']}/links/{link['id']}/revocation")
        assert referral["ref"] not in await desk.open()
        await desk.send("code", 409)
        await counsellor.post(f"/api/v1/referrals/{referral['id']}/links/{link['id']}/revocation", expect=409)


async def test_a_link_that_is_over_can_be_asked_anew_from_the_mailbox_alone(samples: Database, tmp_path: Path) -> None:
    clock = FixedClock(datetime.now(UTC))
    async with mail_server() as post, room(samples, tmp_path, clock=clock, **by_mail(post)) as it:
        await reached_by(it, "email")
        referral, desk = await linked(it, post)
        await desk.enter(post)
        await desk.send("steps", step="accept")
        clock.on(timedelta(days=15))
        await desk.open()
        await desk.send("new")
        await desk.open()
        await desk.send("new", 409)
        assert len(post.to(DESK)) == 2, "asked twice, mailed once"
        later = Desk(it.service.http(), post.link())
        assert referral["ref"] in await later.enter(post)
        counsellor = await it.service.sign_in("counsellor.lhe")
        links = (await counsellor.get(f"/api/v1/referrals/{referral['id']}/links"))["items"]
        assert [bool(one["opened_at"]) for one in links] == [True, True]


async def test_of_two_links_the_first_that_is_opened_ends_the_other(samples: Database, tmp_path: Path) -> None:
    async with mail_server() as post, room(samples, tmp_path, **by_mail(post)) as it:
        await reached_by(it, "email")
        referral, old = await linked(it, post)
        await old.enter(post)
        await old.send("steps", step="need_information", note="Which papers?")
        counsellor = await it.service.sign_in("counsellor.lhe")
        await counsellor.post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "answer", "note": "Her CNIC"})
        assert "Her CNIC" in await old.open(), "the one in use works on until the new one is opened"
        await carry_all(it)
        new = Desk(it.service.http(), post.link())
        assert new.path != old.path
        await new.open()
        await new.send("code")
        await new.send("enter", code=post.code())
        assert "Her CNIC" not in await old.open()


@pytest.mark.parametrize("withdrawn", [True, False], ids=["withdrawn", "control"])
async def test_consent_withdrawn_closes_the_page_at_the_next_look(samples: Database, tmp_path: Path, withdrawn: bool) -> None:
    async with mail_server() as post, room(samples, tmp_path, **by_mail(post)) as it:
        await reached_by(it, "email")
        referral, desk = await linked(it, post)
        await desk.enter(post)
        counsellor = await it.service.sign_in("counsellor.lhe")
        if withdrawn:
            consent = referral["consent"]
            await counsellor.post(f"/api/v1/consents/{consent['id']}/withdrawal", headers={"If-Match": f'"{consent["version"]}"'})
        assert (str(CLIENT["name"]) in await desk.open()) is not withdrawn


async def test_the_database_holds_nothing_that_opens_a_link(samples: Database, tmp_path: Path) -> None:
    """The control: what is looked for is found where it was mailed."""
    async with mail_server() as post, room(samples, tmp_path, **by_mail(post)) as it:
        await reached_by(it, "email")
        _, desk = await linked(it, post)
        await desk.open()
        await desk.send("code")
        token, code = desk.path.rsplit("/", 1)[1], post.code()
        await desk.send("enter", code=code)
        secret = desk.http.cookies["mrc-link"]
        async with it.service.house.database.driver.reading("*") as lane:
            rows = [repr(row) for table in METADATA.sorted_tables for row in await lane.rows(Prepared(select(table)), {})]
        assert any("opened_packet" in row for row in rows)
        for opener in (token, secret, DESK, CODES):
            assert not any(opener in row for row in rows), opener
        assert any(token in mail.get_content() for mail in post.mails)


async def test_a_code_read_out_on_the_telephone(samples: Database, tmp_path: Path) -> None:
    async with mail_server() as post, room(samples, tmp_path, **by_mail(post)) as it:
        await reached_by(it, "email", codes_by="phone", codes_to="042 35761234")
        referral, desk = await linked(it, post)
        await desk.open()
        await desk.send("code", 409)
        counsellor = await it.service.sign_in("counsellor.lhe")
        spoken = await counsellor.post(f"/api/v1/referrals/{referral['id']}/code")
        assert spoken["phone"] == "+924235761234"
        assert referral["ref"] in await desk.send("enter", code=spoken["code"])
        assert len(post.mails) == 1, "the code was never mailed"
