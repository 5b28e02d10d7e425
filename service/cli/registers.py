"""Taking in a register from its file: `mrc import-register`."""

import asyncio
import re
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from domain.registers import Register, read
from domain.values import CentreCode
from service.cli.console import refuse, say
from service.settings import Settings
from service.usecases.identity import HOUSE_ACTOR
from service.usecases.registers import Taken
from service.wiring import House, read_register, register_mapping, register_report, wire

EXAMPLES = "Examples: mrc import-register register_isb.xlsx; mrc import-register calls.csv --centre PEW --mapping mapping.json --dry-run"


def import_register(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The register: .xlsx, .xls, .ods, .csv")],
    mapping: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help='Headings we do not know, as JSON: {"Dt. of visit": "date"}')
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything and keep nothing")] = False,
    centre: Annotated[str, typer.Option(help="The centre's code, where the file's name does not tell it (ISB, LHE, PEW)")] = "",
) -> None:
    """Makes clients, cases and contacts of a register's rows. A row that was taken before is left alone, so running it again is safe."""
    given = register_mapping(mapping.read_bytes()) if mapping else None
    house = wire(Settings())
    register = read(read_register(file), today=house.usecases.registers.today(), given=given)
    taken = asyncio.run(_take(house, register, file, centre, dry_run=dry_run))
    _tell(register, taken, dry_run=dry_run)
    if register.refused or taken.warned:
        report = register_report(register.refused, taken.warned)
        say(f"Refused rows and warnings, row by row: {_put(report, file, house.settings)}")


import_register.__doc__ = f"{import_register.__doc__}\n\n{EXAMPLES}"


async def _take(house: House, register: Register, file: Path, centre: str, *, dry_run: bool) -> Taken:
    try:
        code = _centre(centre, file, [one.code for one in await house.usecases.identity.centres(HOUSE_ACTOR)])
        shown = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*shown, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("Rehearsing" if dry_run else "Taking in", total=register.rows)
            return await house.usecases.registers.take(
                HOUSE_ACTOR, register, code, rehearsal=dry_run, told=lambda rows: progress.advance(task, rows)
            )
    finally:
        await house.close()


def _centre(given: str, file: Path, known: list[CentreCode]) -> CentreCode:
    """The one that was said, or the one code in the file's name."""
    if given:
        return CentreCode(given.upper())
    words = set(re.split(r"[^A-Z]+", file.stem.upper()))
    told = [code for code in known if code in words]
    if len(told) != 1:
        refuse("The file's name does not tell the centre.", f"Say it: --centre {' | '.join(known) or 'ISB'}", code=2)
    return told[0]


def _tell(register: Register, taken: Taken, *, dry_run: bool) -> None:
    if dry_run:
        say("Nothing was kept; it would come to:")
    words = {
        "rows": "rows",
        "clients": "new clients",
        "found": "clients found again",
        "cases": "cases",
        "contacts": "contacts",
        "already": "taken before",
        "repeated": "said twice in this file",
        "refused": "refused",
        "warned": "with a warning",
    }
    for name, said in words.items():
        value = getattr(taken, name)
        say(f"{len(value) if isinstance(value, list) else value:>7}  {said}")
    if register.unread:
        say(f"Sheets without headings, left out: {', '.join(register.unread)}")


def _put(report: bytes, file: Path, settings: Settings) -> Path:
    """Beside the register, or in the data folder where that cannot be written."""
    name = f"{file.name}.report.csv"
    try:
        (beside := file.with_name(name)).write_bytes(report)
    except OSError:
        folder = settings.data_dir / "reports"
        folder.mkdir(parents=True, exist_ok=True)
        (beside := folder / name).write_bytes(report)
    return beside
