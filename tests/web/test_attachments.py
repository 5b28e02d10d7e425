"""Papers on the case sheet: attached and opened by page, refused at the field, and a door for files that opens for nothing else."""

import io
import re
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser

from adapters.database.sqlite import SqliteLane
from domain.attachments import LARGEST, MEGABYTE
from tests.attachments.making import GPS_CANARY, jpeg_that_tells, picture
from tests.web.conftest import Desk, File, Live, Visitor, opened_case, plain
from tests.web.hands import contact_to_client, fold, open_case, person, said
from tests.web.looking import looked_at


@pytest.fixture
async def visitor(desk: Desk) -> Visitor:
    return await desk.sign_in("counsellor.isb")


@pytest.fixture
async def file(visitor: Visitor) -> File:
    made = await opened_case(visitor)
    await visitor.open(made.case)
    return made


async def attach(visitor: Visitor, case: str, name: str, content: bytes, status: int = 303, **more: str) -> httpx.Response:
    visitor.made += 1
    form = {"form_token": visitor.token, "key": f"paper-{visitor.made}", **more}
    answer = await visitor.http.post(f"{case}/attachments", data=form, files={"file": (name, content)})
    assert answer.status_code == status, plain(answer.text)[:500]
    return answer


def links(page: str) -> list[str]:
    return re.findall(r'href="(/attachments/[0-9a-f-]{36})"', page)


async def test_a_paper_is_attached_and_opened(visitor: Visitor, file: File) -> None:
    assert "No paper yet." in await visitor.open(file.case)
    answer = await attach(visitor, file.case, "معاہدہ ۱.jpg", jpeg_that_tells())
    assert answer.headers["location"] == f"{file.case}?done=paper#papers"
    page = await visitor.open(file.case)
    assert re.search(r"معاہدہ ۱.jpg JPEG picture · \d+ KB · Counsellor ISB · today \d\d:\d\d", plain(page))
    [link] = links(page)
    opened = await visitor.http.get(link)
    assert opened.headers["content-type"] == "image/jpeg"
    assert opened.headers["content-disposition"].startswith("attachment; ")
    assert opened.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert opened.headers["cache-control"] == "no-store"
    assert opened.headers["x-content-type-options"] == "nosniff"
    assert opened.content.startswith(b"\xff\xd8\xff")
    assert GPS_CANARY.encode() not in opened.content


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("tool.exe", b"MZ", "Only JPEG and PNG pictures, PDF and plain text can be attached"),
        ("photo.png", b"not a picture", "The content of this file is not what its ending says."),
        ("photo.jpg", picture("JPEG")[:200], "This file cannot be read"),
        ("empty.txt", b"", "This file is empty."),
        ("much.txt", b"x" * (LARGEST + 1), "A file of a case has at most 5 MB."),
        ("photograph.jpg", b"\xff\xd8\xff" + b"x" * (12 * MEGABYTE), "Scan with fewer dots"),
        ("", b"", "Choose a file."),
    ],
)
async def test_what_stands_against_a_file_is_said_at_its_field(visitor: Visitor, file: File, name: str, content: bytes, says: str) -> None:
    form = {"form_token": visitor.token, "key": "k"}
    # A browser sends an empty part for a field in which nothing was chosen.
    body = multipart({**form}, name, content)
    answer = await visitor.http.post(f"{file.case}/attachments", **body)
    assert answer.status_code == 422
    assert says in answer.text
    assert 'href="#paper-file">File: ' in answer.text
    assert 'id="paper-file-fault"' in answer.text
    assert links(await visitor.open(file.case)) == []


def multipart(fields: dict[str, str], name: str, content: bytes) -> dict[str, Any]:
    edge = "edge-of-a-part"
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()]
    parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + content + b"\r\n")
    return {"content": b"".join(parts) + f"--{edge}--\r\n".encode(), "headers": {"Content-Type": f"multipart/form-data; boundary={edge}"}}


async def test_the_hundred_and_first_is_refused_above(desk: Desk, visitor: Visitor, file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.attachments.MOST_IN_CASE", 1)
    await attach(visitor, file.case, "a.txt", b"x")
    assert "A case holds at most 100 files." in (await attach(visitor, file.case, "b.txt", b"x", 409)).text


async def test_sent_twice_it_is_attached_once(visitor: Visitor, file: File) -> None:
    """The second time in another envelope."""
    for _ in range(2):
        await attach(visitor, file.case, "a.txt", b"the same", key="one")
    assert len(links(await visitor.open(file.case))) == 1
    answer = await attach(visitor, file.case, "a.txt", b"another", 422, key="one")
    assert "This form was sent before with other answers." in answer.text


async def test_a_file_from_elsewhere_is_not_taken(desk: Desk, visitor: Visitor, file: File) -> None:
    colleague = await desk.sign_in("counsellor2.isb")
    await attach(visitor, file.case, "a.txt", b"x", 403, form_token="")
    await attach(visitor, file.case, "a.txt", b"x", 403, form_token=colleague.token)
    visitor.http.headers["Origin"] = "https://evil.example"
    await attach(visitor, file.case, "a.txt", b"x", 403)
    visitor.http.headers["Origin"] = desk.base
    assert links(await visitor.open(file.case)) == []
    await attach(visitor, file.case, "a.txt", b"x")


async def test_whoever_is_not_in_brings_no_file_to_be_read(desk: Desk, file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(*_: object, **__: object) -> None:
        raise AssertionError("a stranger's file was read")

    monkeypatch.setattr("service.files.sent", read)
    await attach(desk.stranger(), file.case, "a.txt", b"x", 401)


async def test_other_doors_take_no_files(visitor: Visitor, file: File) -> None:
    for path in (f"{file.case}/notes", "/contacts", "/outreach", f"{file.case}/steps"):
        answer = await visitor.http.post(path, data={"form_token": visitor.token}, files={"file": ("a.txt", b"x")})
        assert answer.status_code == 422, path
        assert "This is not a form of ours." in answer.text


async def test_one_file_and_few_fields(visitor: Visitor, file: File) -> None:
    form = {"form_token": visitor.token, "key": "k"}
    two = [("file", ("a.txt", b"x")), ("file", ("b.txt", b"x"))]
    assert (await visitor.http.post(f"{file.case}/attachments", data=form, files=two)).status_code == 422
    many = {**form, **{f"field{number}": "x" for number in range(20)}}
    one = {"file": ("a.txt", b"x")}
    assert (await visitor.http.post(f"{file.case}/attachments", data=many, files=one)).status_code == 422
    long = {**form, "more": "x" * 5000}
    assert (await visitor.http.post(f"{file.case}/attachments", data=long, files=one)).status_code == 422
    huge = await visitor.http.post(f"{file.case}/attachments", data=form, files={"file": ("a.txt", io.BytesIO(b"x" * (33 * MEGABYTE)))})
    assert huge.status_code == 413
    assert links(await visitor.open(file.case)) == []


async def test_a_form_without_its_envelope_asks_for_the_file(visitor: Visitor, file: File) -> None:
    """As it comes back after signing in again: what was typed is kept, a file is not."""
    assert "Choose a file." in (await visitor.send(f"{file.case}/attachments", 422)).text


async def test_another_centre_gets_neither_list_nor_file(desk: Desk, visitor: Visitor, file: File) -> None:
    await attach(visitor, file.case, "a.txt", b"x")
    [link] = links(await visitor.open(file.case))
    other = await desk.sign_in("counsellor.lhe")
    await other.open(link, 404)
    await other.open("/outreach")
    await attach(other, file.case, "a.txt", b"x", 404)
    dpo = await desk.sign_in("dpo")
    assert "Attach a paper" not in await dpo.open(file.case)
    assert (await dpo.http.get(link)).content == b"x"


async def test_the_sheet_asks_no_question_more(desk: Desk, visitor: Visitor, file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    true_rows = SqliteLane.rows

    async def rows(self: SqliteLane, statement: Any, values: Any) -> Any:
        asked.append(statement.for_sqlite().text)
        return await true_rows(self, statement, values)

    monkeypatch.setattr(SqliteLane, "rows", rows)
    await visitor.open(file.case)
    bare = list(asked)
    for name in ("a.txt", "b.txt"):
        await attach(visitor, file.case, name, b"x")
    asked.clear()
    page = await visitor.open(file.case)
    assert len(links(page)) == 2
    assert asked == bare
    assert len([text for text in asked if "attachment" in text]) == 1, "one question for the whole sheet"


async def test_in_a_browser(browser: Browser, live_sqlite: Live) -> None:
    async with person(browser, live_sqlite, "counsellor.isb") as page:
        await contact_to_client(page)
        case = await open_case(page)
        await fold(page, "Attach a paper")
        await page.locator("#paper-file").set_input_files({"name": "tool.exe", "mimeType": "x/y", "buffer": b"MZ"})
        await page.get_by_role("button", name="Attach the paper").click()
        await said(page, "Only JPEG and PNG pictures")
        await page.locator("#paper-file").set_input_files({"name": "ticket.png", "mimeType": "image/png", "buffer": picture("PNG")})
        await page.get_by_role("button", name="Attach the paper").click()
        await said(page, "The paper is attached.")
        async with page.expect_download() as coming:
            await page.get_by_role("link", name="ticket.png").click()
        assert (await coming.value).suggested_filename == "ticket.png"
        await looked_at(page, case)
