"""Commands that run the service: serve, work, migrate, openapi."""

import asyncio
import contextlib
import gc
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI

from service.api.contract import document
from service.app import make_app
from service.cli.console import refuse, say
from service.logs import set_up
from service.settings import Settings
from service.wiring import upgrade, wire
from service.worker import Worker

DOCUMENT = Path(__file__).resolve().parents[2] / "openapi" / "openapi.json"


def app() -> FastAPI:
    """For uvicorn's worker processes, which build their own."""
    set_up()
    return _settled(make_app(wire(Settings())))


def _settled(made: FastAPI) -> FastAPI:
    """Python looks for circles of garbage after every 700 new objects, through all that the service is made of: a tenth of the price of a
    page. What is there now stays, so it is left out from here on, and the look comes after twenty times as many; it bounds nothing but
    how long a few megabytes lie about."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    return made


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Server processes")] = 1,
    with_worker: Annotated[bool, typer.Option("--with-worker", help="Carry messages in this process too")] = False,
) -> None:
    """Serves API and pages. Example: mrc serve --port 8000 --with-worker"""
    settings = Settings()
    set_up()
    say(f"MRC Casework on http://{host}:{port}")
    if not settings.production:
        say("Demo sign-ins (password demo-password-2026): counsellor.isb, supervisor.isb (also .lhe, .pew), analyst, dpo, admin")
    options = {
        "host": host,
        "port": port,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "log_level": "warning",
        "timeout_graceful_shutdown": 10,
    }
    if workers > 1:
        if with_worker:
            refuse("--with-worker goes with one process.", "Run `mrc work` beside `mrc serve --workers N`.", code=2)
        uvicorn.run("service.cli.serving:app", factory=True, workers=workers, **options)  # type: ignore[arg-type]
    else:
        uvicorn.run(_settled(make_app(wire(settings), with_worker=with_worker)), **options)  # type: ignore[arg-type]


def work() -> None:
    """Carries messages, hears the clocks, seals the trail. Any number may run. Example: mrc work"""
    set_up()

    async def run() -> None:
        house = wire(Settings())
        try:
            await Worker(house).run()
        finally:
            await house.close()

    say("The worker is at work.")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())


def migrate() -> None:
    """Brings the database to the present schema. Example: mrc migrate"""
    settings = Settings()
    upgrade(settings)
    say("The database is at the present schema.")


def openapi(check: Annotated[bool, typer.Option("--check", help="Compare with the committed copy instead of writing it")] = False) -> None:
    """Writes openapi/openapi.json, or checks that it is up to date. Example: mrc openapi --check"""
    text = json.dumps(document(make_app(wire(Settings()))), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if not check:
        DOCUMENT.write_text(text, encoding="utf-8")
        say(f"Written: {DOCUMENT.relative_to(DOCUMENT.parents[1])}")
    elif not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != text:
        refuse("openapi/openapi.json is not what the application says.", "Run `mrc openapi` and commit the file.")
    sys.stdout.flush()
