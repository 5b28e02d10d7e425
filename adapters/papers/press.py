"""The program that draws PDFs, run as a process of its own: papers come on its input as HTML, and leave on its output.

Its argument is a folder for what it has to write, which is gone when it ends.
"""

import resource
import shutil
import sys
import tempfile
from base64 import b64decode
from typing import IO

from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from adapters.papers.frames import DONE, FAILED, READY, framed, taken

MEMORY = 1_500 * 1024 * 1024
FILE = 2 * 1024 * 1024
"""The shaper wants the face as a file: the only one that is ever written, and nothing personal is in it."""
FACE = "data:font/woff2;base64,"


class Closed(URLFetcher):  # type: ignore[misc]
    """Knows the face inside the paper, and no other address."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        if not url.startswith(FACE):
            raise ValueError("Papers fetch nothing.")
        return URLFetcherResponse(url, b64decode(url[len(FACE) :]), {"Content-Type": "font/woff2"})


def drawn(html: str) -> bytes:
    made: bytes = HTML(string=html, url_fetcher=Closed()).write_pdf()
    return made


def serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """Until the input ends. A paper that cannot be drawn is answered with nothing but that."""
    sink.write(framed(READY))
    sink.flush()
    while (frame := taken(source)) is not None:
        try:
            answer = framed(DONE, drawn(frame[1].decode()))
        except Exception:
            answer = framed(FAILED)
        sink.write(answer)
        sink.flush()


def main() -> None:
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, FILE), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # macOS knows no bound on address space; the time limit still holds
            continue
    tempfile.tempdir = folder = sys.argv[1]
    try:
        serve(sys.stdin.buffer, sys.stdout.buffer)
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # whoever started it may have ended without a word
