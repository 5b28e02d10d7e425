"""Several ways to one partner: the first that works is used, the others catch what it drops, and paper is a way too."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.mail.smtp import FolderMailer, MailRefused, MailServerAway, NoMailer, NoMailServer, Server, SmtpMailer
from domain.delivery import MessageState
from domain.errors import Invalid
from domain.partners.channels import ChannelKind, CodesBy, Mail, Mailbox, NotAnAddress, SameContact, turn
from domain.values import Language, PartnerId
from service.web.news import way_of
from tests.databases import Database
from tests.delivery.mailbox import DESK, LINK, Post, by_mail, mail_server, reached_by
from tests.delivery.room import carry_all, room
from tests.partners.hostile import answering, receiver
from tests.trust.world import ABSENT

HOOK, MAIL, LETTER = ChannelKind.webhook, ChannelKind.email, ChannelKind.letter
PLAIN = Mail(DESK, "A request waits", "Open it: http://127.0.0.1:8000/r/x\n", Language.english, "one")


@pytest.mark.parametrize(
    ("attempt", "order"),
    [(1, (HOOK, MAIL, LETTER)), (2, (HOOK, MAIL, LETTER)), (3, (MAIL, LETTER, HOOK)), (5, (LETTER, HOOK, MAIL)), (7, (HOOK, MAIL, LETTER))],
)
def test_each_way_has_its_turn_and_comes_again(attempt: int, order: tuple[ChannelKind, ...]) -> None:
    assert turn((HOOK, MAIL, LETTER), attempt) == order


@pytest.mark.parametrize(
    ("address", "by", "to", "refusal"),
    [
        ("desk", CodesBy.email, "head@agency.example", NotAnAddress),
        ("desk@agency.example\nBcc: x@y.example", CodesBy.email, "head@agency.example", NotAnAddress),
        ("desk@agency.example", CodesBy.email, "head@agency", NotAnAddress),
        ("desk@agency.example", CodesBy.email, "Desk@Agency.example", SameContact),
        ("desk@agency.example", CodesBy.phone, "12", Invalid),
    ],
)
def test_a_mailbox_that_cannot_be_one(address: str, by: CodesBy, to: str, refusal: type[Invalid]) -> None:
    with pytest.raises(refusal):
        Mailbox(ABSENT, PartnerId(ABSENT), address, by, to).check()
    Mailbox(ABSENT, PartnerId(ABSENT), "desk@agency.example", CodesBy.phone, "042-35761234").check()


async def test_mail_catches_what_a_failing_system_drops(samples: Database, tmp_path: Path) -> None:
    """Its system has two tries; the third goes by mail, and nothing is given up."""
    async with mail_server() as post, receiver(answering("500 Oh No")) as theirs, room(samples, tmp_path, **by_mail(post)) as it:
        await it.point("reintegration", theirs.url)
        await reached_by(it, "webhook", "email")
        counsellor = await it.service.sign_in("counsellor.lhe")
        referral = await it.send(counsellor)
        await carry_all(it)
        [line] = await it.log("reintegration")
        assert (line.state, line.attempts, len(theirs.requests), len(post.mails)) == (MessageState.delivered, 3, 2, 1)
        steps = (await counsellor.get(f"/api/v1/referrals/{referral['id']}/steps"))["items"]
        assert [(one["step"], one["channel"]) for one in steps][1:] == [("deliver", "email")]


async def test_a_closed_system_is_passed_over_at_once_and_switched_off(samples: Database, tmp_path: Path) -> None:
    async with mail_server() as post, receiver(answering("410 Gone")) as theirs, room(samples, tmp_path, **by_mail(post)) as it:
        partner, _ = await it.point("reintegration", theirs.url)
        await reached_by(it, "webhook", "email")
        await it.send(await it.service.sign_in("counsellor.lhe"))
        await carry_all(it)
        [line] = await it.log("reintegration")
        assert (line.state, line.attempts, len(theirs.requests), len(post.mails)) == (MessageState.delivered, 1, 1, 1)
        assert (await partner.get("/partner/v1/endpoint"))["disabled"] is True


@pytest.mark.parametrize(("said", "attempts"), [("550 nobody here", 1), ("451 later", 3)])
async def test_where_no_mailbox_takes_it_a_letter_is_asked_for(samples: Database, tmp_path: Path, said: str, attempts: int) -> None:
    """A referral is not delivered by paper before somebody wrote down that it was taken."""
    async with mail_server() as post, room(samples, tmp_path, **by_mail(post)) as it:
        post.answers = lambda _: said
        await reached_by(it, "email", "letter")
        counsellor = await it.service.sign_in("counsellor.lhe")
        referral = await it.send(counsellor)
        where = f"/api/v1/referrals/{referral['id']}"
        await carry_all(it)
        [line] = await it.log("reintegration")
        assert (line.state, line.attempts, post.mails) == (MessageState.delivered, attempts, [])
        assert (await counsellor.get(where))["state"] == "queued"
        told = {notice["kind"]: notice["subject"] for notice in (await counsellor.get("/api/v1/my-day"))["notices"]}
        assert told["letter_asked"] == referral["id"]
        await counsellor.post(f"{where}/reports", {"step": "seen", "heard": "letter", "note": "Taken by the registry, no. 12/2026"})
        seen = await counsellor.get(where)
        assert seen["state"] == "seen"
        [*_, last] = (await counsellor.get(f"{where}/steps"))["items"]
        assert (last["step"], last["channel"], last["note"]) == ("seen", "letter", "Taken by the registry, no. 12/2026")


@pytest.mark.parametrize("how", ["withdrawn", "recalled", "answered"])
async def test_on_paper_somebody_is_asked_to_tell_the_partner_of_each_change(samples: Database, tmp_path: Path, how: str) -> None:
    """Nothing that would have been a notice ends in a drawer; the notice leads to the referral."""
    async with room(samples, tmp_path) as it:
        await reached_by(it, "letter")
        counsellor = await it.service.sign_in("counsellor.lhe")
        referral = await it.send(counsellor)
        where = f"/api/v1/referrals/{referral['id']}"
        await carry_all(it)
        await counsellor.post(f"{where}/reports", {"step": "need_information", "heard": "telephone", "note": "Which papers?"})
        if how == "recalled":
            consent = referral["consent"]
            await counsellor.post(f"/api/v1/consents/{consent['id']}/withdrawal", headers={"If-Match": f'"{consent["version"]}"'})
        elif how == "withdrawn":
            await counsellor.post(f"{where}/steps", {"step": "withdraw", "reason": "She went home"})
        else:
            await counsellor.post(f"{where}/steps", {"step": "answer", "note": "Her CNIC"})
        await carry_all(it)
        told = {notice["kind"]: notice["subject"] for notice in (await counsellor.get("/api/v1/my-day"))["notices"]}
        assert told["partner_untold"] == referral["id"]
        assert {way_of(kind) for kind in ("letter_asked", "partner_untold")} == {"/referrals/{}"}


async def test_what_is_made_up_reaches_no_person(samples: Database, tmp_path: Path) -> None:
    """A sandbox is for the partner's system; a real referral by the same way is the control."""
    async with mail_server() as post, room(samples, tmp_path, **by_mail(post)) as it:
        await reached_by(it, "email", "letter")
        partner = await it.service.partner("reintegration", "demo-rein-2026")
        await partner.post("/partner/v1/sandbox/referrals", {})
        await carry_all(it)
        assert post.mails == []
        await it.send(await it.service.sign_in("counsellor.lhe"))
        await carry_all(it)
        assert len(post.mails) == 1


async def test_what_a_partner_says_on_the_telephone_keeps_its_rules(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path) as it:
        counsellor, colleague = await it.service.sign_in("counsellor.lhe"), await it.service.sign_in("counsellor2.lhe")
        referral = await it.send(counsellor)
        where = f"/api/v1/referrals/{referral['id']}/reports"
        await colleague.post(where, {"step": "accept", "heard": "telephone"}, expect=404)
        await counsellor.post(where, {"step": "decline", "heard": "telephone"}, expect=422)
        await counsellor.post(where, {"step": "complete", "heard": "telephone", "outcome": "x"}, expect=409)
        supervisor = await it.service.sign_in("supervisor.lhe")
        await supervisor.post(where, {"step": "accept", "heard": "telephone"})
        told = [notice["kind"] for notice in (await counsellor.get("/api/v1/my-day"))["notices"]]
        assert "referral_accepted" in told, "whose referral it is hears of it from the colleague's entry"


@pytest.mark.parametrize("how", ["withdrawn", "recalled"])
async def test_taken_back_by_mail(samples: Database, tmp_path: Path, how: str) -> None:
    """A withdrawal opens nothing; a recall brings a link, behind which nothing of the person stands any more."""
    async with mail_server() as post, room(samples, tmp_path, **by_mail(post)) as it:
        await reached_by(it, "email")
        counsellor = await it.service.sign_in("counsellor.lhe")
        referral = await it.send(counsellor)
        await carry_all(it)
        if how == "withdrawn":
            await counsellor.post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "withdraw", "reason": "She went home"})
        else:
            consent = referral["consent"]
            await counsellor.post(f"/api/v1/consents/{consent['id']}/withdrawal", headers={"If-Match": f'"{consent["version"]}"'})
        await carry_all(it)
        mail = post.mails[-1].get_content()
        assert referral["ref"] in mail
        assert "She went home" not in mail
        assert bool(LINK.search(mail)) is (how == "recalled")


@pytest.mark.parametrize(("language", "word"), [("ur", "پاکستان"), ("ps", "پاکستان"), ("en", "Pakistan time")])
async def test_mails_speak_the_agencys_language(samples: Database, tmp_path: Path, language: str, word: str) -> None:
    async with mail_server() as post, room(samples, tmp_path, **by_mail(post)) as it:
        await reached_by(it, "email", language=language)
        await it.send(await it.service.sign_in("counsellor.lhe"))
        await carry_all(it)
        [mail] = post.mails
        assert mail["Content-Language"] == language
        assert word in mail.get_content()


async def test_only_the_administrator_sees_and_sets_a_mailbox(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path) as it:
        admin = await reached_by(it, "email")
        where = f"/api/v1/partners/{(await it.partner('reintegration')).id}/mailbox"
        box = await admin.get(where)
        assert (box["address"], box["version"]) == (DESK, 1)
        assert (await admin.http.put(where, json={"address": DESK, "codes_to": "a@b.example"})).status_code == 412
        changed = await admin.http.put(where, json={"address": DESK, "codes_to": "a@b.example"}, headers={"If-Match": '"1"'})
        assert (changed.status_code, changed.json()["version"]) == (200, 2)
        await (await it.service.sign_in("supervisor.lhe")).get(where, expect=403)


def _mailer(post: Post, security: str, trust: ssl.SSLContext | None = None) -> SmtpMailer:
    return SmtpMailer(Server("127.0.0.1", post.port, security, "", ""), "mrc@centre.example", lambda: datetime.now(UTC), trust)  # type: ignore[arg-type]


async def test_no_mail_leaves_in_the_open_where_starttls_is_asked() -> None:
    """A server, or whoever stands before it, that offers no encryption gets nothing; without asking for it is the control."""
    async with mail_server() as post:
        with pytest.raises(MailServerAway):
            await _mailer(post, "starttls").send(PLAIN)
        assert post.mails == []
        await _mailer(post, "none").send(PLAIN)
        assert len(post.mails) == 1


async def test_a_server_that_refuses_and_one_that_is_not_there() -> None:
    async with mail_server() as post:
        post.answers = lambda _: "550 no such user"
        with pytest.raises(MailRefused) as refused:
            await _mailer(post, "none").send(PLAIN)
        assert DESK not in str(refused.value)
        post.answers = lambda _: "451 later"
        with pytest.raises(MailServerAway):
            await _mailer(post, "none").send(PLAIN)
    with pytest.raises(MailServerAway):
        await _mailer(post, "none").send(PLAIN)
    with pytest.raises(NoMailServer):
        await NoMailer().send(PLAIN)


async def test_a_laptop_keeps_mails_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    mailer = FolderMailer(folder, lambda: at)
    await mailer.send(PLAIN)
    await mailer.send(PLAIN)
    at += timedelta(seconds=1)
    [kept] = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, kept.stat().st_mode & 0o777) == (0o700, 0o600)
    assert b"Auto-Submitted: auto-generated" in kept.read_bytes()
    urdu = Mail(DESK, "x", "اسے اس لنک سے کھولیے:\n\nhttp://127.0.0.1:8000/r/x\n", Language.urdu, "two")
    await mailer.send(urdu)
    assert any(urdu.text.strip() in path.read_text(encoding="utf-8") for path in folder.iterdir()), "as it is read, for a terminal"
