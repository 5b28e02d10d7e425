"""Commands that keep the data: backup, verify-backup, restore, erase, keys."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from service.cli.console import refuse, say
from service.settings import Settings
from service.usecases.identity import HOUSE_ACTOR
from service.usecases.keeping import Copied
from service.wiring import House, new_keys, upgrade, wire

R = TypeVar("R")

commands = typer.Typer()
keys = typer.Typer(help="The keys of the house. Example: mrc keys rotate", no_args_is_help=True)


def in_house(work: Callable[[House], Awaitable[R]], settings: Settings | None = None) -> R:
    """Runs one piece of work in a house that is wired for it and closed after it."""

    async def run() -> R:
        house = wire(settings or Settings())
        try:
            return await work(house)
        finally:
            await house.close()

    return asyncio.run(run())


def counting(what: str) -> tuple[Progress, Callable[[int], None]]:
    """A line on the screen that counts, for work whose end is not known before."""
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description} {task.completed:.0f}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = progress.add_task(what, total=None)
    return progress, lambda count: progress.advance(task, count)


@commands.command()
def backup(file: Annotated[Path, typer.Argument(dir_okay=False, help="The archive to be written; it must not be there yet")]) -> None:
    """Writes the whole database, as of one moment, into one sealed file. The keys are not in it: keep the key file apart from it.

    Example: mrc backup /backups/mrc-$(date +%F).mrcb
    """
    progress, told = counting("Rows copied:")
    with progress:
        copied = in_house(lambda house: house.usecases.keeping.backups.make(str(file), told))
    _tell(copied)
    say(f"Written: {file} ({file.stat().st_size:,} bytes). Nobody can read it without the key file: keep a copy of that apart.")


@commands.command()
def restore(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An archive of `mrc backup`")]) -> None:
    """Brings an archive back into an empty, migrated database, wholly or not at all. Whoever was erased since stays erased.

    Example: MRC_DATABASE_URL=sqlite:///var/restored.sqlite mrc migrate && MRC_DATABASE_URL=sqlite:///var/restored.sqlite mrc restore FILE
    """
    progress, told = counting("Rows brought back:")
    with progress:
        restored = in_house(lambda house: house.usecases.keeping.backups.restore(str(file), told))
        faults = in_house(lambda house: house.usecases.keeping.backups.check(restored.copied))
    _tell(restored.copied)
    if restored.shredded:
        say(f"Clients erased after this archive was made, and erased again: {restored.shredded}. {restored.left}".strip())
    if faults:
        refuse("Everything is back, but its trail is not whole: " + faults[0], "Ask the data-protection officer before going on.")
    say("Everything is back, and the same as it was.")


@commands.command(name="verify-backup")
def verify_backup(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An archive of `mrc backup`")]) -> None:
    """Restores an archive into a passing database beside the real one and compares counts, sums and the trail with what it says of itself.

    Example: mrc verify-backup /backups/mrc-2026-11-21.mrcb
    """
    settings = Settings()
    with tempfile.TemporaryDirectory(prefix="mrc-verify-") as folder:
        passing = Settings(data_dir=Path(folder), database_url=f"sqlite:///{folder}/passing.sqlite", key_file=settings.keys)
        # The archive is looked at first: the commonest mistake is a file that is none.
        in_house(lambda house: _looked(house, file), passing)
        upgrade(passing.model_copy(update={"migrate_url": ""}))
        progress, told = counting("Rows checked:")
        with progress:
            restored = in_house(lambda house: house.usecases.keeping.backups.restore(str(file), told), passing)
            faults = in_house(lambda house: house.usecases.keeping.backups.check(restored.copied), passing)
    if faults:
        refuse(f"The trail in this archive is not whole: {faults[0]}", "Make another archive, and verify the trail: mrc audit verify")
    _tell(restored.copied)
    say("The archive is whole: counts, sums and the trail agree.")


async def _looked(house: House, file: Path) -> str:
    return house.usecases.keeping.backups.look(str(file))


def _tell(copied: Copied) -> None:
    for name, (rows, digest) in copied.tables.items():
        say(f"{rows:>9}  {name:<20} {digest[:16]}")
    say(f"{copied.rows:>9}  rows of revision {copied.revision}, as of {copied.made_at:%Y-%m-%d %H:%M} UTC")


@commands.command()
def erase(
    number: Annotated[str, typer.Argument(metavar="CLIENT_NUMBER", help="As printed on the client's papers")],
    reason: Annotated[str, typer.Option(help="Kept in the trail for ever: without names or numbers")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again")] = False,
) -> None:
    """Erases a client for good: destroys their keys, deletes their search tokens, blanks what was not sealed. Nothing brings it back.

    Refused while a case or referral is open. A legal hold cannot be recorded yet: look at the file before you erase.

    Example: mrc erase ISB-C-000123 --reason "asked for it in writing"
    """
    if not yes and sys.stdin.isatty() and typer.prompt("This cannot be undone. Type the number again") != number:
        refuse("The two numbers differ; nothing was erased.", "Try again.", code=2)
    left = in_house(lambda house: house.usecases.keeping.erasure.erase(HOUSE_ACTOR, number, reason))
    say(f"{number.upper()} is erased. Archives made before hold their sealed key until they are deleted or `mrc keys drop` is run.")
    if left:
        refuse(left)


@keys.command()
def rotate() -> None:
    """Makes a new key-encryption key and brings everything to it while the service runs. Safe to interrupt and run again.

    Example: mrc keys rotate
    """
    progress, told = counting("Brought to the new key:")
    with progress:
        rotated = in_house(lambda house: house.usecases.keeping.keys.rotate(told))
    if rotated.resumed:
        say(f"An earlier rotation was not finished; it is now ({rotated.rewrapped} keys and messages). Run it again for a new key.")
    else:
        say(f"The key is now {rotated.newest}; {rotated.rewrapped} keys and messages were brought to it.")
    say("Copy the key file to its sealed place. The old key can go after an hour: mrc keys list, mrc keys drop NAME")


@keys.command(name="list")
def held() -> None:
    """The keys, oldest first, and how much depends on each. Example: mrc keys list"""
    for name, count in in_house(lambda house: house.usecases.keeping.keys.held()).items():
        say(f"{name}  {count} keys and messages depend on it")


@keys.command()
def drop(name: Annotated[str, typer.Argument(help="As `mrc keys list` shows it")]) -> None:
    """Destroys an old key. Archives made under it cannot be restored any more, nor what was erased since be read from them.

    Example: mrc keys drop k-1a2b3c4d
    """
    in_house(lambda house: house.usecases.keeping.keys.drop(name))
    say(f"{name} is destroyed. Destroy its copies too; archives sealed under it are waste paper now.")


@keys.command()
def new() -> None:
    """Makes the key file of a new house, once, before its first start in production.

    Example: MRC_KEY_FILE=/var/lib/mrc/keys/keys.json mrc keys new
    """
    settings = Settings()
    if settings.keys.exists():
        refuse("There is a key file already.", "It is the only key to all data; `mrc keys rotate` changes it.")
    new_keys(settings)
    say(f"Written: {settings.keys} (mode {oct(os.stat(settings.keys).st_mode & 0o777)}). Copy it to a sealed place now.")
