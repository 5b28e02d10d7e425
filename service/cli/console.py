"""How commands speak: results on standard output, refusals with what to do next on standard error; exit codes 0, 1 refused, 2 usage."""

from typing import NoReturn

import typer


def say(text: str) -> None:
    typer.echo(text)


def refuse(what: str, next: str = "", *, code: int = 1) -> NoReturn:
    typer.echo(f"{what} {next}".strip(), err=True)
    raise typer.Exit(code)
