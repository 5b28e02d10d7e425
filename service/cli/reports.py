"""A built-in report as a file: `mrc report`."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from domain.reports.built_in import ReportCode
from domain.reports.made import Wanted
from domain.reports.period import period_of
from domain.reports.sheet import FileKind
from domain.values import CentreCode, Language
from service.cli.console import refuse, say
from service.cli.keeping import in_house
from service.usecases.identity import HOUSE_ACTOR
from service.wiring import House


def report(
    code: Annotated[ReportCode, typer.Argument(help="Which report")],
    period: Annotated[str, typer.Option(help="2026-11, 2026-Q3, 2026; from one to another: 2019..2026")],
    out: Annotated[Path, typer.Option(dir_okay=False, help="The file to be written; it must not be there yet")],
    kind: Annotated[FileKind, typer.Option("--as", help="The kind of file")] = FileKind.excel,
    centre: Annotated[str, typer.Option(help="The centre's code; all centres where none is said")] = "",
    project: Annotated[str, typer.Option(help="The project's code, for the project report")] = "",
    language: Annotated[Language, typer.Option(help="en, ur or ps")] = Language.english,
    inside: Annotated[bool, typer.Option("--inside", help="Small numbers are shown: the file stays in the house")] = False,
) -> None:
    """Writes a built-in report; small numbers are held back unless it stays inside. A line of the trail says that it was made.

    Example: mrc report trafficking --period 2026-Q3 --as xlsx --out trafficking.xlsx
    """
    if out.exists():
        refuse(f"{out} is there already.", "Name another file.")
    centres = (CentreCode(centre.upper()),) if centre else ()

    async def made(house: House) -> bytes:
        use = house.usecases.reports
        found = {one.code: one.id for one in await use.projects(HOUSE_ACTOR)}
        its: UUID | None = found.get(project.upper())
        wanted = Wanted(code, period_of(period), not inside, its, centres)
        book = use.book(await use.for_house(HOUSE_ACTOR, wanted, kind), kind, language)
        file = await house.usecases.sheets.made(book, kind)
        return b"".join(file.pieces)

    out.write_bytes(in_house(made))
    say(f"Written: {out}")
