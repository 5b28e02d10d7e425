"""Commands over the kept figures: mrc figures check, mrc figures rebuild."""

import typer

from service.cli.console import refuse, say
from service.cli.keeping import in_house

figures = typer.Typer(help="The figures of the dashboards. Example: mrc figures check", no_args_is_help=True)


@figures.command()
def check() -> None:
    """Holds every kept figure against a fresh count, while the service runs; exit code 1 where one differs. Example: mrc figures check"""
    differing = in_house(lambda house: house.usecases.keeping.figures.differing())
    for name, kept, counted in differing:
        say(f"NOT {name}: kept {kept}, counted {counted}")
    if differing:
        refuse(f"{len(differing)} figures differ from a fresh count.", "Run `mrc figures rebuild`, and report this.")
    say("Every figure is what a fresh count gives.")


@figures.command()
def rebuild() -> None:
    """Counts every figure anew, one table at a time, while the service runs: who writes waits briefly, nothing is lost.

    Example: mrc figures rebuild
    """
    for one in in_house(lambda house: house.usecases.keeping.figures.rebuild()):
        say(f"{one.figures:>9}  {one.table:<20} {one.wrong} were wrong")
    say("Every figure is counted anew.")
