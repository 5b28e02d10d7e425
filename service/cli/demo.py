"""The command that fills an empty house with made-up people: demo."""

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from datetime import date, datetime
from multiprocessing import get_context
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service.cli.console import refuse, say
from service.settings import Settings
from service.usecases.demo import Crowd
from service.wiring import House, wire

PART = 2_500
"""Clients that one process lays before it asks for more."""


def demo(
    clients: Annotated[int, typer.Option(min=0, max=2_000_000, help="How many clients; cases, notes and referrals follow")] = 300,
    seed: Annotated[int, typer.Option(help="The same seed gives the same people on the same day")] = 1,
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Their present, like 2026-11-20; today otherwise")] = None,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Leave a house that has staff as it is")] = False,
) -> None:
    """Lays the sample house and made-up people in it. Example: mrc demo --clients 300 --seed 1"""
    settings = Settings()
    if settings.production:
        refuse("Made-up people are refused in production.", "Unset MRC_ENV on a machine for trying things out.")
    crowd = asyncio.run(_begin(settings, clients, seed, day.date() if day else None, if_empty))
    if crowd is None:
        return
    with _bar(clients) as bar:
        if settings.database_url.startswith("postgresql") and clients > PART:
            _lay_by_many(bar, crowd)
        else:
            asyncio.run(_lay(settings, crowd, range(clients), bar))
    asyncio.run(_finish(settings, crowd))
    say(f"Laid: the sample house and {clients} made-up clients (seed {seed}, {crowd.day}).")


async def _begin(settings: Settings, clients: int, seed: int, day: date | None, if_empty: bool) -> Crowd | None:
    """None when there is nothing to do."""
    house = wire(settings)
    try:
        today = house.usecases.demo.today()
        if day and day > today:
            refuse("That day is yet to come, and nobody came to the centres on it.", f"Name {today} or an earlier one.")
        if not await house.usecases.samples.empty():
            if if_empty:
                say("There are people here already; nothing was added.")
                return None
            refuse("There are people here already.", "Name an empty database in MRC_DATABASE_URL, or say --if-empty.")
        await house.usecases.samples.lay()
        await house.usecases.demo.begin(clients)
        return Crowd(clients, seed, day or today)
    finally:
        await house.close()


async def _finish(settings: Settings, crowd: Crowd) -> None:
    house = wire(settings)
    try:
        await house.usecases.demo.finish(crowd)
    finally:
        await house.close()


async def _lay(settings: Settings, crowd: Crowd, part: range, bar: Progress | None = None) -> int:
    house: House = wire(settings)
    try:
        await house.usecases.demo.lay(crowd, part, _advance(bar))
    finally:
        await house.close()
    return len(part)


def _advance(bar: Progress | None) -> Callable[[int], None]:
    return (lambda count: bar.advance(bar.task_ids[0], count)) if bar else (lambda _: None)


def _lay_by_many(bar: Progress, crowd: Crowd) -> None:
    """Sealing takes as long as the database's part of the work, so processes share it; SQLite has one writer and gains nothing."""
    parts = [range(first, min(first + PART, crowd.clients)) for first in range(0, crowd.clients, PART)]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for done in as_completed([pool.submit(lay_part, crowd, part) for part in parts]):
            bar.advance(bar.task_ids[0], done.result())


def lay_part(crowd: Crowd, part: range) -> int:
    """What each process runs."""
    return asyncio.run(_lay(Settings(), crowd, part))


@contextmanager
def _bar(clients: int) -> Iterator[Progress]:
    with Progress(TextColumn("Clients"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) as bar:
        bar.add_task("clients", total=clients)
        yield bar
