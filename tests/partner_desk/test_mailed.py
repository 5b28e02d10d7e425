"""Whoever leads a partner's desk hears by mail that something waits there, and by the mail of nothing more."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.system.clock import FixedClock
from tests.databases import Database
from tests.delivery.mailbox import DESK, Post, by_mail, mail_server, reached_by
from tests.delivery.room import CLIENT, Room, carry_all, room
from tests.service import Person

KEY = "swd-punjab"
WAITS, HALF, LATE = "کی ایک درخواست آپ کے ڈیسک پر منتظر ہے", "آدھا وقت گزر چکا ہے", "وقت ختم ہو گیا ہے"


@asynccontextmanager
async def at_a_desk(database: Database, folder: Path, *channels: str) -> AsyncIterator[tuple[Room, Post, FixedClock, Person]]:
    """A partner with people of its own here, and a mailbox; its system is away."""
    clock = FixedClock(datetime.now(UTC))
    async with mail_server() as post, room(database, folder, clock=clock, **by_mail(post)) as it:
        admin = await reached_by(it, "email", key=KEY)
        partner = await it.partner(KEY)
        await admin.patch(f"/api/v1/partners/{partner.id}", {"channels": list(channels)}, partner.version)
        yield it, post, clock, await it.service.sign_in("counsellor.lhe")


def mails(post: Post, words: str) -> list[str]:
    return [mail.get_content() for mail in post.to(DESK) if words in str(mail["Subject"])]


async def test_it_says_that_something_waits_then_that_it_is_late(database: Database, tmp_path: Path) -> None:
    async with at_a_desk(database, tmp_path, "webhook") as (it, post, clock, counsellor):
        referral = await it.send(counsellor, KEY, urgency="critical")
        await carry_all(it)
        [mail] = mails(post, WAITS)
        assert "http://127.0.0.1:8000/queue" in mail
        for word in (str(CLIENT["name"]), referral["ref"], referral["reason"], "/r/"):
            assert word not in mail
        for share, words in ((0.5, HALF), (0.5, LATE)):
            clock.on(timedelta(hours=1) * share + timedelta(seconds=1))
            assert await it.delivery.hear_clocks() == 1
            await carry_all(it)
            assert len(mails(post, words)) == 1, words
        assert len(post.to(DESK)) == 3


async def test_many_at_once_are_one_mail_and_whoever_leads_nothing_gets_none(database: Database, tmp_path: Path) -> None:
    async with at_a_desk(database, tmp_path, "webhook") as (it, post, _, counsellor):
        for _ in range(3):
            await it.send(counsellor, KEY)
        await carry_all(it)
        assert len(mails(post, WAITS)) == 1, "while one waits no second is made"
        await it.send(counsellor, KEY)
        await carry_all(it)
        assert len(mails(post, WAITS)) == 2
        admin = await it.service.sign_in("admin")
        people = (await admin.get(f"/api/v1/partners/{(await it.partner(KEY)).id}/staff"))["items"]
        lead = next(one for one in people if one["role"] == "partner_lead")
        await admin.patch(f"/partner/v1/staff/{lead['id']}", {"active": False}, lead["version"])
        await it.send(counsellor, KEY)
        await carry_all(it)
        assert len(mails(post, WAITS)) == 2


async def test_where_mail_comes_first_the_mail_with_the_link_says_it_already(database: Database, tmp_path: Path) -> None:
    async with at_a_desk(database, tmp_path, "email", "webhook") as (it, post, _, counsellor):
        await it.send(counsellor, KEY)
        await carry_all(it)
        assert mails(post, WAITS) == []
        assert len(post.to(DESK)) == 1
