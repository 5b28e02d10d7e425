"""Forks the service's programs: reads one line of JSON for each, answers with the new process's id, ends with its input.

It reads the code once; nothing else is shared with the forked processes, which are killed and started by their own ids.
"""

import asyncio
import faulthandler
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import anyio.lowlevel
import uvicorn

from adapters.partners.transport import HttpCarrier
from service import receiver
from service.cli import main as cli
from service.web.catalogue import LANGUAGES, Words


async def shorter(seconds: float) -> None:
    """The partner's patience in small: a test cannot wait half a minute for its fifth try."""
    await asyncio.sleep(seconds / 8)


def serve_as(program: str, arguments: list[str]) -> None:
    if program == "receiver":
        told = json.loads(arguments[0])
        misbehaviour = receiver.Misbehaviour(**told.pop("misbehaviour"))
        port = told.pop("port")
        app = receiver.make_app(keep=Path(told.pop("keep")), misbehaviour=misbehaviour, pause=shorter, **told)
        uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_level="warning")
    else:
        sys.argv = ["mrc", program, *arguments]
        cli.main()


def child(told: dict[str, Any]) -> None:
    """Never returns into the parent's loop."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(told["log"], os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, nothing), (1, log), (2, log)):
        os.dup2(source, target)
    sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w", buffering=1)
    faulthandler.enable()
    for name in [name for name in os.environ if name.startswith("MRC_")]:
        del os.environ[name]
    os.environ.update(told["environment"])
    code = 1
    try:
        serve_as(told["program"], told["arguments"])
        code = 0
    except SystemExit as stop:
        code = int(stop.code or 0)
    finally:
        sys.stdout.flush()
        os._exit(code)


async def read_ahead() -> None:
    """What each program would read from files before its first act, as it reads the code: words, authorities, the loop's backend."""
    for language in LANGUAGES:
        Words(language)
    await HttpCarrier().aclose()
    await anyio.lowlevel.checkpoint()


def run() -> None:
    asyncio.run(read_ahead())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended children leave at once, so that asking for their id tells the truth
    while line := sys.stdin.readline():
        told = json.loads(line)
        pid = os.fork()
        if pid == 0:
            child(told)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    run()
