"""The two servers as processes of their own, and the CPU that each and the database have used."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
_TICK = os.sysconf("SC_CLK_TCK")


def cpu_of(pid: int) -> float:
    """Seconds of CPU of a process and its threads, and of its children that have ended."""
    try:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(map(int, parts[11:15])) / _TICK


def cpu_of_postgres(postmaster: int) -> float:
    """The server's process and all those it started; 0 for a server that somebody else runs."""
    return sum(map(cpu_of, [postmaster, *_children(postmaster)])) if postmaster else 0.0


def _children(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def parent_of(pid: int, program: str) -> int:
    """0 where that process is not on this machine, or is another program's."""
    try:
        head, _, rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    except FileNotFoundError:
        return 0
    return int(rest.split()[1]) if head.endswith(f"({program}") else 0


@contextmanager
def served(arguments: list[str], environment: dict[str, str], ready: str, folder: Path = ROOT) -> Iterator[int]:
    """Starts a server and waits until `ready` answers; gives its process id and ends it by that."""
    process = subprocess.Popen([sys.executable, *arguments], env={**os.environ, **environment}, cwd=folder, stdout=subprocess.DEVNULL)
    try:
        _await(ready, process)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def _await(url: str, process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise SystemExit(f"The server ended at once with {process.returncode}.")
        try:
            with urlopen(url, timeout=2) as answer:
                if answer.status < 500:
                    return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not come up.")


MRC = "from service.cli.main import program; program()"


def mrc(environment: dict[str, str], *arguments: str, folder: Path = ROOT) -> None:
    subprocess.run([sys.executable, "-c", MRC, *arguments], env={**os.environ, **environment}, cwd=folder, check=True)
