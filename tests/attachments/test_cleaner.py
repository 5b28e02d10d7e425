"""The process in which files are opened: bounded, killed when it takes too long, and shut off from the service."""

import asyncio
import time
from pathlib import Path

import pytest

from adapters.files import cleaner as module
from adapters.files.cleaner import ApartCleaner
from domain.attachments import DamagedFile, FileKind, ProtectedFile, TooLongToCheck, TooManyChecks, TooMuchInside
from tests.attachments.making import jpeg_bomb, jpeg_that_tells, pdf, picture


async def cleaned(content: bytes, kind: FileKind, **how: float) -> bytes:
    apart = ApartCleaner(**how)  # type: ignore[arg-type]
    try:
        return await apart.clean(content, kind)
    finally:
        apart.close()


async def test_honest_files_come_back() -> None:
    for content, kind in ((jpeg_that_tells(), FileKind.jpeg), (picture("PNG"), FileKind.png), (pdf(), FileKind.pdf)):
        clean = await cleaned(content, kind)
        assert clean[:4] == content[:4]
        assert b"CANARY" not in clean


async def test_refusals_come_back_as_themselves() -> None:
    locked = pdf().replace(b"/Root 1 0 R", b"/Encrypt << /Filter /Standard /V 1 /R 2 /O (x) /U (x) /P 0 >> /ID [(a)(a)] /Root 1 0 R")
    for content, kind, refusal in (
        (jpeg_bomb(), FileKind.jpeg, TooMuchInside),
        (b"%PDF-1.7", FileKind.pdf, DamagedFile),
        (locked, FileKind.pdf, ProtectedFile),
    ):
        with pytest.raises(refusal) as told:
            await cleaned(content, kind)
        assert told.value.field == "file"


@pytest.mark.parametrize(
    "program,refusal",
    [
        ("import time; time.sleep(60)", TooLongToCheck),
        ("while True: pass", TooLongToCheck),
        ("import os; os.abort()", TooMuchInside),
        ("raise SystemExit(1)", TooMuchInside),
        ('import sys; sys.stdout.write(\'["Surprise", "x"]\'); sys.stdout.flush(); sys.exit(3)', DamagedFile),
        ("import sys; from adapters.files.apart import _bound; _bound(5); x = bytearray(3_000_000_000)", TooMuchInside),
        ("import sys; from adapters.files.apart import _bound; _bound(5); open(sys.executable + '.none', 'wb').write(b'x')", TooMuchInside),
    ],
    ids=["sleeps", "spins", "crashes", "fails", "says something new", "takes memory", "writes a file"],
)
async def test_what_goes_wrong_inside_stays_inside(program: str, refusal: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "START", "import sys; sys.path.insert(0, sys.argv.pop(1)); " + program.removeprefix("import sys; "))
    if program.startswith("while"):
        monkeypatch.setattr(module, "START", program)
    began = time.perf_counter()
    with pytest.raises(refusal):
        await cleaned(pdf(), FileKind.pdf, deadline=2.0)
    assert time.perf_counter() - began < 8


async def test_the_service_goes_on_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "START", "import time; time.sleep(1)")
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.02)
            ticks += 1

    ticking = asyncio.create_task(tick())
    with pytest.raises(TooMuchInside):
        await asyncio.wait_for(asyncio.gather(cleaned(b"", FileKind.pdf), return_exceptions=False), 20)
    ticking.cancel()
    assert ticks > 10


async def test_a_flood_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "START", "import time; time.sleep(0.3)")
    apart = ApartCleaner(waiting=2)
    answers = await asyncio.gather(*(apart.clean(b"", FileKind.pdf) for _ in range(8)), return_exceptions=True)
    apart.close()
    assert [type(answer) for answer in answers].count(TooManyChecks) == 4


async def test_nothing_of_the_service_goes_along(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MRC_CANARY", "secret")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "json.py").write_text("raise SystemExit(9)")
    show = "import os, sys; sys.stdout.write(repr((sorted(k for k in os.environ if 'MRC' in k), os.getcwd(), '' in sys.path)))"
    monkeypatch.setattr(module, "START", show)
    assert await cleaned(b"", FileKind.pdf) == b"([], '/', False)"
