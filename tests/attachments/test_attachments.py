"""Papers of a case through the doors everybody uses: taken in, listed, handed out, and kept from everybody else."""

import asyncio
import sqlite3
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from adapters.database.lanes import EVERYWHERE
from domain.attachments import LARGEST, MOST_IN_CASE
from domain.audit import Look
from domain.errors import Unavailable
from domain.values import ClientId
from tests.attachments.conftest import Desk, opened_case
from tests.attachments.making import jpeg_that_tells, pdf, picture, png_bomb, png_that_tells
from tests.attachments.test_pdf import CANARY, CARRIERS
from tests.databases import Database

TEXT = "CANARYTEXT نامہ\n".encode()


async def content(desk: Desk, id: str) -> Any:
    return await desk.counsellor.http.get(f"/api/v1/attachments/{id}/content")


async def test_a_file_comes_in_and_goes_out(desk: Desk) -> None:
    made = await desk.attached("خط.txt", TEXT)
    assert made.keys() == {"id", "case_id", "name", "kind", "size", "added_at", "added_by", "version"}
    assert (made["name"], made["kind"], made["size"], made["case_id"]) == ("خط.txt", "text", len(TEXT), desk.case)
    assert await desk.names() == ["خط.txt"]
    answer = await content(desk, made["id"])
    assert answer.status_code == 200
    assert answer.content == TEXT
    head = answer.headers
    assert head["content-type"] == "text/plain; charset=utf-8"
    assert head["content-disposition"] == "attachment; filename=\"__.txt\"; filename*=UTF-8''%D8%AE%D8%B7.txt"
    assert head.get_list("x-content-type-options") == ["nosniff"]
    assert head.get_list("content-security-policy") == ["default-src 'none'; frame-ancestors 'none'; sandbox"]
    assert head["cache-control"] == "no-store"
    assert await desk.trail() == ["saw_attachment", "saw_attachments", "attachment_added", "case_opened", "client_registered"]


TELLING = {
    "photo.JPG": (jpeg_that_tells(), "image/jpeg"),
    "scan.png": (png_that_tells(), "image/png"),
    "letter.pdf": (CARRIERS["a file within"], "application/pdf"),
    "form.pdf": (CARRIERS["script when opened"], "application/pdf"),
}


async def test_what_a_file_tells_is_gone(desk: Desk) -> None:
    for name, (given, media) in TELLING.items():
        assert b"CANARY" in given
        made = await desk.attached(name, given)
        answer = await content(desk, made["id"])
        assert answer.headers["content-type"] == media
        assert b"CANARY" not in answer.content
        assert made["size"] == len(answer.content) == int(answer.headers["content-length"])


REFUSED = [
    ("bomb.png", png_bomb(60_000, 60_000), "too-much-inside"),
    ("page.html", b"<script>alert(1)</script>", "wrong-kind"),
    ("page.jpg", b"<script>alert(1)</script>", "wrong-kind"),
    ("photo.png", picture("JPEG"), "wrong-kind"),
    ("photo.jpg.exe", picture("JPEG"), "wrong-kind"),
    ("empty.pdf", b"", "empty-file"),
    ("broken.pdf", b"%PDF-1.7 nothing", "damaged-file"),
    ("many.pdf", pdf(pages=201), "too-much-inside"),
    ("old.txt", "نامہ".encode("utf-16"), "wrong-kind"),
]


async def test_what_may_not_come_in_is_refused_with_what_to_do(desk: Desk) -> None:
    for name, given, rule in REFUSED:
        answer = await desk.attach(name, given)
        assert answer.status_code == 422, name
        problem = answer.json()
        assert problem["type"] == f"/problems/{rule}"
        assert problem["field"] == "file"
        assert problem["detail"]
    assert await desk.names() == []


async def test_polyglots_come_out_as_one_thing(desk: Desk) -> None:
    for name, given in (
        ("a.jpg", picture("JPEG") + b"<html>CANARY"),
        ("a.png", picture("PNG") + b"PK\x03\x04CANARY"),
        ("a.pdf", pdf() + CANARY),
    ):
        made = await desk.attached(name, given)
        assert b"CANARY" not in (await content(desk, made["id"])).content


async def test_names_go_nowhere(desk: Desk, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    for name in ("../../up.txt", "/tmp/abs.txt", "..\\..\\up.txt", "C:\\x\\abs.txt", "%2e%2e%2fup.txt", "\u202etxt.exe.txt"):
        made = await desk.attached(name, b"x")
        assert not set(made["name"]) & set("/\\:%\u202e")
        disposition = (await content(desk, made["id"])).headers["content-disposition"]
        assert disposition.startswith('attachment; filename="')
        assert disposition.count('"') == 2
    after = {path for path in tmp_path.rglob("*") if not path.name.startswith("mrc")}
    assert after <= before


async def test_five_megabytes_and_no_more(desk: Desk) -> None:
    for size, status in ((LARGEST, 201), (LARGEST + 1, 413), (LARGEST + 70_000, 413), (30_000_000, 413)):
        answer = await desk.attach("long.txt", b"a" * size)
        assert answer.status_code == status, size
        if status == 413:
            assert answer.json()["type"] in ("/problems/file-too-large", "/problems/too-large")


async def test_a_body_without_a_length_is_measured_as_it_comes(desk: Desk) -> None:
    read = 0

    async def endless() -> Any:
        nonlocal read
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        for _ in range(400):
            read += 100_000
            yield b"a" * 100_000

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await desk.counsellor.http.post(f"/api/v1/cases/{desk.case}/attachments", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert read < 7_000_000


async def test_the_room_is_this_route_s_alone(desk: Desk) -> None:
    long = "a" * 1_100_000
    for path in (f"/api/v1/cases/{desk.case}/notes", "/api/v1/attachments", f"/api/v1/cases/{desk.case}/attachments/x", "/attachments"):
        assert (await desk.counsellor.http.post(path, json={"text": long})).status_code == 413, path


BOUNDARY = {"Content-Type": "multipart/form-data; boundary=x"}
FORMS: list[dict[str, Any]] = [
    {"json": {"file": "x"}},
    {"data": {"file": "x"}},
    {"content": b"", "headers": {"Content-Type": "multipart/form-data"}},
    {"content": b"--x--\r\n", "headers": BOUNDARY},
    {"content": b"garbage", "headers": BOUNDARY},
    {"content": b"--x\r\n\r\nx\r\n--x--", "headers": BOUNDARY},
    {"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=" + "y" * 5000}},
    {"files": {"paper": ("a.txt", b"x")}},
    {"files": {"file": ("", b"x")}},
    {"files": [("file", ("a.txt", b"x")), ("file", ("b.txt", b"x"))]},
    {"files": {"file": ("a.txt", b"x")}, "data": {"id": str(uuid4())}},
]


async def test_what_is_no_form_with_one_file_is_refused(desk: Desk) -> None:
    for form in FORMS:
        answer = await desk.counsellor.http.post(f"/api/v1/cases/{desk.case}/attachments", **form)
        assert answer.status_code == 422, form
        assert answer.json()["type"] == "/problems/not-a-form", form


async def test_names_that_no_library_would_send(desk: Desk) -> None:
    """Raw bytes in the form's own header: control characters, another encoding, a quotation that ends early."""
    for name in (
        b"a\0b.txt",
        b"a\x1b[2Jb.txt",
        b'a.txt"; filename="b.exe',
        b"\xff\xfe.txt",
        b"a.txt\r\nX-Injected: 1",
        b"=?utf-8?Q?a?=.txt",
    ):
        body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n\r\nhello\r\n--x--\r\n'
        answer = await desk.counsellor.http.post(f"/api/v1/cases/{desk.case}/attachments", content=body, headers=BOUNDARY)
        assert answer.status_code in (201, 422), (name, answer.text)
        if answer.status_code == 201:
            handed = await content(desk, answer.json()["id"])
            assert handed.content == b"hello"
            assert "x-injected" not in handed.headers
            assert handed.headers["content-disposition"].isprintable()
    assert not any(set(name) & set('"\0\x1b\r\n') or name.endswith(".exe") for name in await desk.names())


async def test_the_same_key_makes_one_file(desk: Desk) -> None:
    """Each request draws a boundary of its own, so the bytes of the bodies differ."""
    key = {"Idempotency-Key": "k1"}
    answers = await asyncio.gather(*(desk.attach("a.pdf", pdf(), **key) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert await desk.names() == ["a.pdf"]
    assert (await desk.trail()).count("attachment_added") == 1
    for name, given in (("a.pdf", pdf(pages=2)), ("b.pdf", pdf())):
        assert (await desk.attach(name, given, **key)).json()["type"] == "/problems/key-reused"
    assert (await desk.attach("a.pdf", pdf())).status_code == 201, "the control: without a key a second one is made"
    assert len(await desk.names()) == 2


async def test_another_centre_finds_nothing(desk: Desk) -> None:
    """Alike for a case of another centre, one that never was, and whatever is sent; the owner is the control."""
    made = await desk.attached("a.txt", TEXT)
    absent = str(uuid4())

    async def told(method: str, path: str, **kw: Any) -> tuple[int, bytes]:
        answer = await desk.elsewhere.http.request(method, path, **kw)
        return answer.status_code, answer.content

    answers = {
        await told("GET", f"/api/v1/attachments/{made['id']}/content"),
        await told("GET", f"/api/v1/attachments/{absent}/content"),
        *[await told("GET", f"/api/v1/cases/{case}/attachments") for case in (desk.case, absent)],
        *[
            await told("POST", f"/api/v1/cases/{case}/attachments", files={"file": (name, given)})
            for case in (desk.case, absent)
            for name, given in (("a.txt", b"x"), ("a.exe", b"x"), ("a.png", png_bomb(60_000, 60_000)))
        ],
    }
    assert len(answers) == 1
    assert answers.pop()[0] == 404
    assert await desk.names() == ["a.txt"]
    assert "saw_attachment" not in await desk.trail()


async def test_who_only_counts_gets_nothing(desk: Desk) -> None:
    made = await desk.attached("a.txt", TEXT)
    for who, expected in (("analyst", 403), ("admin", 403), ("dpo", 200), ("supervisor.isb", 200)):
        person = await desk.service.sign_in(who)
        assert (await person.http.get(f"/api/v1/attachments/{made['id']}/content")).status_code == expected, who
        written = await desk.attach("b.txt", b"x", by=person)
        assert written.status_code == (201 if who.startswith("supervisor") else 403), who
    assert (await desk.service.http().get(f"/api/v1/attachments/{made['id']}/content")).status_code == 401
    unread = await desk.service.http().post(f"/api/v1/cases/{desk.case}/attachments", files={"file": ("a.txt", b"x")})
    assert unread.status_code == 401


async def test_a_restricted_case_keeps_its_files(desk: Desk) -> None:
    supervisor = await desk.service.sign_in("supervisor.isb")
    body = {"name": "Shabana", "gender": "female", "migration_stage": "returnee", "birth_year": 1990, "sensitivity": "gbv_child"}
    client = (await supervisor.post("/api/v1/clients", body))["id"]
    asked = {"client_id": client, "kind": "protection", "risk": "high", "sensitivity": "gbv_child"}
    case = (await supervisor.post("/api/v1/cases", asked))["id"]
    made = (await desk.attach("a.txt", TEXT, by=supervisor, case=case)).json()
    assert (await content(desk, made["id"])).status_code == 404
    assert (await supervisor.http.get(f"/api/v1/attachments/{made['id']}/content")).status_code == 200


async def test_the_trail_is_written_before_a_byte_leaves(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await desk.attached("a.txt", TEXT)
    trail, wrote = desk.service.house.database.trail, []
    true_saw = trail.saw

    async def saw(*looks: Look) -> None:
        wrote.extend(look.action for look in looks)
        raise Unavailable("The access log cannot be written, so nothing can be shown.")

    monkeypatch.setattr(type(trail), "saw", lambda self, *looks: saw(*looks))
    answer = await content(desk, made["id"])
    assert answer.status_code == 503
    assert b"CANARY" not in answer.content
    assert wrote == ["saw_attachment"]
    assert (await desk.counsellor.http.get(f"/api/v1/cases/{desk.case}/attachments")).status_code == 503
    monkeypatch.setattr(type(trail), "saw", lambda self, *looks: true_saw(*looks))
    assert (await content(desk, made["id"])).content == TEXT, "the control"


async def test_a_hundred_and_no_more_even_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.attachments.MOST_IN_CASE", 5)
    answers = await asyncio.gather(*(desk.attach(f"{n}.txt", b"x") for n in range(12)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [201] * 5 + [409] * 7
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} == {"/problems/too-many-files"}
    assert len(await desk.names()) == 5
    assert MOST_IN_CASE == 100


async def everything_kept(database: Database) -> bytes:
    """Every byte the database holds, as the administrator of the machine would find it."""
    if database.kind == "sqlite":
        path = Path(database.url.split("///", 1)[1])
        return b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))
    connection = await asyncpg.connect(database.admin_url)
    try:
        tables = [row[0] for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        rows = [str(dict(row)).encode() for name in tables for row in await connection.fetch(f'SELECT * FROM "{name}"')]
    finally:
        await connection.close()
    return b"".join(rows)


async def test_nothing_lies_in_the_clear(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spooled = []
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", lambda self: spooled.append(self))
    long = TEXT * 100_000
    await desk.attached("CANARYNAME.txt", long)
    kept = await everything_kept(desk.database)
    assert len(kept) > len(long)
    assert b"CANARYTEXT" not in kept
    assert b"CANARYNAME" not in kept
    assert not any(b"CANARYTEXT" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert spooled == [], "a file on its way in was written to the disk in the clear"
    assert desk.case.replace("-", "").encode() in kept.replace(b"-", b""), "the control: what is not sealed would be found"


async def test_the_control_of_the_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.files._InMemory.spool_max_size", 1000)
    spooled: list[int] = []
    true_rollover = tempfile.SpooledTemporaryFile.rollover

    def rollover(self: Any) -> None:
        spooled.append(1)
        true_rollover(self)

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", rollover)
    await desk.attached("a.txt", TEXT * 1000)
    assert spooled


async def change(database: Database, statement: str) -> None:
    if database.kind == "sqlite":
        connection = sqlite3.connect(database.url.split("///", 1)[1])
        connection.execute(statement)
        connection.commit()
        connection.close()
    else:
        admin = await asyncpg.connect(database.admin_url)
        await admin.execute(statement)
        await admin.close()


async def test_contents_changed_or_swapped_outside_do_not_open(desk: Desk) -> None:
    one, two = await desk.attached("1.txt", b"one"), await desk.attached("2.txt", b"two")
    assert (await content(desk, one["id"])).content == b"one"
    of = {"1": UUID(one["id"]).hex, "2": UUID(two["id"]).hex}
    literal = "'{}'" if desk.database.kind == "sqlite" else "'{}'::uuid"
    source = f"(SELECT content FROM attachment_content WHERE id = {literal.format(of['2'])})"
    await change(desk.database, f"UPDATE attachment_content SET content = {source} WHERE id = {literal.format(of['1'])}")
    answer = await content(desk, one["id"])
    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/unreadable"
    assert (await content(desk, two["id"])).content == b"two"


async def test_erasing_a_client_erases_the_files(desk: Desk) -> None:
    made = await desk.attached("a.txt", TEXT)
    other_client, other_case = await opened_case(desk.counsellor, "Somebody Else")
    kept = (await desk.attach("b.txt", b"kept", case=other_case)).json()
    identity = desk.service.house.usecases.identity
    token = desk.counsellor.http.headers["authorization"].split()[1]
    async with desk.service.house.database.work(await identity.actor(token)) as work:
        await work.erase_key(ClientId(UUID(desk.client)))
    assert (await content(desk, made["id"])).status_code == 404
    assert (await content(desk, kept["id"])).content == b"kept"
    assert other_client != desk.client


async def test_a_list_reads_no_content(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.attached("a.txt", TEXT)
    async with desk.service.house.database.driver.reading(EVERYWHERE) as lane:
        asked: list[str] = []
        true_rows = type(lane).rows

        async def rows(self: Any, statement: Any, values: Any) -> Any:
            asked.append(str(getattr(statement.for_sqlite(), "text", "")))
            return await true_rows(self, statement, values)

        monkeypatch.setattr(type(lane), "rows", rows)
    assert await desk.names() == ["a.txt"]
    ours = [text for text in asked if "attachment" in text]
    assert ours
    assert not any("attachment_content" in text for text in ours)
