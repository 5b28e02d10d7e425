"""The printer fetches nothing, keeps its time, makes nobody wait, and says so where it cannot print."""

import asyncio
import socket
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from types import ModuleType

import pytest

from adapters.papers.frames import LARGEST, framed, taken
from adapters.papers.printer import START, ApartPrinter, Press
from domain.papers import NoPrinter, PrinterBusy
from tests.databases import Database
from tests.papers.conftest import opened
from tests.service import running, settings_for
from tests.web.conftest import MovableClock

NOTHING = "import sys; sys.exit(1)"
MUTE = "import sys; sys.stdout.buffer.write(b'R\\0\\0\\0\\0'); sys.stdout.buffer.flush(); sys.stdin.buffer.read()"
LATE = "import sys; sys.stdin.buffer.read()"
FAULTY = "import sys; sys.stdout.buffer.write(b'R\\0\\0\\0\\0F\\0\\0\\0\\0'); sys.stdout.buffer.flush(); sys.stdin.buffer.read()"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text y="20">Secret</text></svg>'


class Listener:
    """A door on this machine that counts who knocks."""

    def __init__(self) -> None:
        self.knocks = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/picture.svg"
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            self.knocks += 1
            body = PICTURE.encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: image/svg+xml\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            caller.recv(4096)
            caller.sendall(head.encode() + body)
            caller.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def printer() -> Iterator[Callable[..., ApartPrinter]]:
    made: list[ApartPrinter] = []

    def make(start: str = START, **more: float) -> ApartPrinter:
        made.append(ApartPrinter(start=start, **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_nothing_is_fetched(press: ModuleType, listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not from the network and not from the disk, in any of the ways a page can ask for something."""
    file = tmp_path / "secret.svg"
    file.write_text(PICTURE)
    places = (listener.url, file.as_uri())
    ways = ('<img src="{}">', '<object data="{}"></object>', '<link rel="stylesheet" href="{}">', '<style>@import url("{}")</style>')
    ways += (
        '<style>p {{ background: url("{}") }} @font-face {{ font-family: x; src: url("{}") }}</style>',
        '<svg><image href="{}"/></svg>',
    )
    body = "<p>Words</p>" + "".join(way.format(place, place) for way in ways for place in places)
    asked: list[str] = []
    true = press.Closed.fetch
    monkeypatch.setattr(press.Closed, "fetch", lambda self, url, headers=None: (asked.append(url), true(self, url, headers))[1])
    bare = press.drawn("<p>Words</p>")
    assert len(press.drawn(body)) < len(bare) + 1000
    assert listener.knocks == 0
    assert {listener.url, file.as_uri()} <= set(asked), "the control: it was asked for"


def test_a_press_that_fetches_would_be_seen(press: ModuleType, listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the library's own fetcher the same picture comes."""
    monkeypatch.setattr(press, "Closed", press.URLFetcher)
    press.drawn(f'<img src="{listener.url}">')
    assert listener.knocks == 1


async def test_papers_are_drawn_one_after_the_other_by_one_press(press: ModuleType, printer: Callable[..., ApartPrinter]) -> None:
    its = printer()
    papers = await asyncio.gather(*(its.pdf(f"<p>Paper {n}</p>") for n in range(3)))
    assert all(paper.startswith(b"%PDF-") for paper in papers)
    assert its._press is not None
    assert its._press.papers == 3


FACED = "<style>@font-face {{ font-family: f; src: url('{}') }} p {{ font-family: f }}</style><p>Words</p>"


@pytest.mark.parametrize("left_by", ["closing it", "its own kill", "its starter's kill"])
def test_a_press_leaves_nothing_on_the_disk(left_by: str, press: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    running = Press(ApartPrinter()._command, 20.0)
    assert running.ready()
    assert running.draw(FACED.format(press.FACE + b64encode(b"none").decode()).encode())
    assert list(tmp_path.rglob("weasyprint-*")), "the control: a face is written to the disk"
    its = running._process
    if left_by == "its starter's kill":  # then the pipes are shut, and nobody closes anything
        assert its.stdin
        its.stdin.close()
        its.wait(10)
    else:
        if left_by == "its own kill":
            its.kill()
        running.close()
    assert list(tmp_path.iterdir()) == []
    running.close()


async def test_where_nothing_can_be_printed_it_says_so_and_asks_once(printer: Callable[..., ApartPrinter], tmp_path: Path) -> None:
    its = printer(NOTHING)
    with pytest.raises(NoPrinter):
        await its.pdf("<p>One</p>")
    its._command = ["/no/such/program"]
    with pytest.raises(NoPrinter):
        await its.pdf("<p>Two</p>")


@pytest.mark.parametrize("start", [MUTE, FAULTY, LATE])
async def test_a_paper_that_does_not_come_in_time_is_refused(start: str, printer: Callable[..., ApartPrinter]) -> None:
    """And the next one finds a fresh press; meanwhile the event loop goes on."""
    its = printer(start, deadline=0.3)
    waiting = asyncio.create_task(its.pdf("<p>One</p>"))
    await asyncio.sleep(0)
    assert not waiting.done()
    with pytest.raises(PrinterBusy):
        await waiting
    assert its._press is None


async def test_a_flood_of_papers_does_not_pile_up(printer: Callable[..., ApartPrinter]) -> None:
    its = printer(MUTE, deadline=0.3, waiting=0)
    first = asyncio.create_task(its.pdf("<p>One</p>"))
    await asyncio.sleep(0)
    with pytest.raises(PrinterBusy):
        await its.pdf("<p>Two</p>")
    with pytest.raises(PrinterBusy):
        await first
    with pytest.raises(PrinterBusy):
        await its.pdf("x" * (LARGEST + 1))


def test_a_frame_that_is_cut_or_too_large_is_none(tmp_path: Path) -> None:
    for body, expected in (
        (framed(b"D", b"paper"), (b"D", b"paper")),
        (framed(b"D", b"paper")[:-1], None),
        (b"D" + (LARGEST + 1).to_bytes(4, "big"), None),
        (b"", None),
    ):
        path = tmp_path / "frame"
        path.write_bytes(body)
        with path.open("rb") as source:
            assert taken(source) == expected


async def test_without_a_press_the_paper_is_a_page(
    fresh_database: Callable[..., Database], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.wiring.ApartPrinter", lambda: ApartPrinter(start=NOTHING))
    database, clock = fresh_database("sqlite"), MovableClock()
    async with running(settings_for(database, tmp_path), "sqlite", clock=clock) as service:
        await service.house.usecases.samples.lay()
        desk = await opened(service, clock)
        for answer in (await desk.letter(form="pdf"), await desk.summary(form="pdf")):
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            assert answer.headers["content-disposition"].endswith('.html"')
            assert "یوسف خان" in answer.text
