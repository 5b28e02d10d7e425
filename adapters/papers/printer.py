"""The printer as the service sees it: one paper after the other to the press, each within its time, and an honest no."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import IO

from adapters.papers.frames import DONE, LARGEST, READY, Frame, framed, taken
from domain.papers import NoPrinter, PrinterBusy

ROOT = str(Path(__file__).resolve().parents[2])
START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from adapters.papers.press import main; main()"
PAPERS = 100
"""After so many the press is renewed."""


class Press:
    """One running process. `papers` counts what it drew. What it leaves in its folder goes with it, however it ends."""

    def __init__(self, command: list[str], deadline: float) -> None:
        self._deadline, self.papers = deadline, 0
        self._folder = TemporaryDirectory(prefix="mrc-press-", ignore_cleanup_errors=True)
        # Nothing of this process goes with it: no environment, no open files, no code from where it was started.
        self._process = subprocess.Popen(  # noqa: S603
            [*command, self._folder.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/"
        )

    def ready(self) -> bool:
        answer = self._within(lambda sink, source: taken(source))
        return answer is not None and answer[0] == READY

    def missing(self) -> bool:
        """It ended by itself: what it needs is not on this machine. Killed, it was only late."""
        return self._process.wait() > 0

    def draw(self, html: bytes) -> bytes | None:
        """None for a paper that could not be drawn, or not in time."""

        def told(sink: IO[bytes], source: IO[bytes]) -> Frame | None:
            sink.write(framed(b"P", html))
            sink.flush()
            return taken(source)

        answer, self.papers = self._within(told), self.papers + 1
        return answer[1] if answer is not None and answer[0] == DONE else None

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except BrokenPipeError:  # what it had not read
                continue
        self._folder.cleanup()

    def _within(self, talk: Callable[[IO[bytes], IO[bytes]], Frame | None]) -> Frame | None:
        """Its pipes end when it is killed, so waiting for them ends too."""
        sink, source = self._process.stdin, self._process.stdout
        if sink is None or source is None:
            return None
        bell = Timer(self._deadline, self._process.kill)
        bell.start()
        try:
            return talk(sink, source)
        except OSError:
            return None
        finally:
            bell.cancel()


class ApartPrinter:
    """`domain.papers.Printer`. `deadline` in seconds; `waiting` bounds the queue. `start` is another program in tests."""

    def __init__(self, *, deadline: float = 20.0, waiting: int = 16, start: str = START) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="papers")
        self._command = [sys.executable, "-I", "-c", start, ROOT]
        self._deadline, self._room = deadline, 1 + waiting
        self._press: Press | None = None
        self._missing = False

    async def pdf(self, html: str) -> bytes:
        if self._missing:
            raise NoPrinter()
        body = html.encode()
        if self._room == 0 or len(body) > LARGEST:
            raise PrinterBusy()
        self._room -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._draw, body)
        finally:
            self._room += 1

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._press is not None:
            self._press.close()

    def _draw(self, html: bytes) -> bytes:
        press = self._running()
        made = press.draw(html)
        if made is None or press.papers >= PAPERS:
            self._press = None
            press.close()
        if made is None:
            raise PrinterBusy()
        return made

    def _running(self) -> Press:
        """Raises NoPrinter; whether a press can start here is found out once."""
        if self._press is None:
            press = Press(self._command, self._deadline)
            if not press.ready():
                self._missing = press.missing()
                press.close()
                raise NoPrinter() if self._missing else PrinterBusy()
            self._press = press
        return self._press
