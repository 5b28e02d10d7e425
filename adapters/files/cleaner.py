"""The cleaner of files: each in a process of its own, few at once, killed when its time is up."""

import asyncio
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from adapters.files.apart import REFUSED
from domain.attachments import LARGEST, DamagedFile, FileKind, ProtectedFile, TooLongToCheck, TooManyChecks, TooMuchInside
from domain.errors import Invalid

ROOT = str(Path(__file__).resolve().parents[2])
START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from adapters.files.apart import main; main()"
AT_ONCE = 2
SAID: dict[str, type[Invalid]] = {kind.__name__: kind for kind in (DamagedFile, ProtectedFile, TooMuchInside)}


class ApartCleaner:
    """`domain.attachments.Cleaner`. `deadline` in seconds; `waiting` bounds the queue: a flood of files is refused, it does not pile up."""

    def __init__(self, *, deadline: float = 20.0, waiting: int = 16) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="files")
        self._deadline = deadline
        self._room = AT_ONCE + waiting

    async def clean(self, content: bytes, kind: FileKind) -> bytes:
        if self._room == 0:
            raise TooManyChecks()
        self._room -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._clean, content, kind)
        finally:
            self._room += 1

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _clean(self, content: bytes, kind: FileKind) -> bytes:
        # Nothing of this process but the file goes with it: no environment, no open files, no code from where it was started.
        command = [sys.executable, "-I", "-c", START, ROOT, kind.value, str(max(1, round(self._deadline)))]
        try:
            done = subprocess.run(  # noqa: S603
                command,
                input=content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=self._deadline,
                env={},
                cwd="/",
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise TooLongToCheck(field="file") from None
        if done.returncode == REFUSED:
            raise _refusal(done.stdout)
        if done.returncode != 0 or not 0 < len(done.stdout) <= 4 * LARGEST:
            raise TooMuchInside(field="file")
        return done.stdout


def _refusal(said: bytes) -> Invalid:
    """The child speaks in names; only those known here become refusals."""
    name, message = json.loads(said)
    return SAID.get(name, DamagedFile)(message, field="file")
