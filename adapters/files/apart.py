"""The program that opens files, run as a process of its own: a kind as argument, a file on its input, the clean one on its output."""

import json
import resource
import sys

from adapters.files.images import drawn_anew
from adapters.files.pdf import built_anew
from domain.attachments import DamagedFile, FileKind, TooMuchInside
from domain.errors import Refusal

MEMORY = 1_000 * 1024 * 1024
REFUSED = 3


def main() -> None:
    """Leaves with 0 and the file, or with 3 and the rule it breaks as JSON; with anything else the file was too much for it."""
    kind, seconds = FileKind(sys.argv[1]), int(sys.argv[2])
    _bound(seconds)
    try:
        made = cleaned(sys.stdin.buffer.read(), kind)
    except Refusal as refusal:
        sys.stdout.buffer.write(json.dumps([type(refusal).__name__, str(refusal)]).encode())
        sys.stdout.buffer.flush()
        sys.exit(REFUSED)
    sys.stdout.buffer.write(made)


def cleaned(content: bytes, kind: FileKind) -> bytes:
    """Raises DamagedFile, ProtectedFile, TooMuchInside."""
    try:
        return built_anew(content) if kind is FileKind.pdf else drawn_anew(content, kind)
    except MemoryError:
        raise TooMuchInside(field="file") from None
    except RecursionError:
        raise DamagedFile(field="file") from None


def _bound(seconds: int) -> None:
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # macOS knows no bound on address space; the time limit still holds
            continue
