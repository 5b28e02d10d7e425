"""The one program, `mrc`: each command is a function in this folder, named here."""

import typer

from domain.errors import Refusal
from service.cli import demo, registers, serving
from service.cli.console import refuse

program = typer.Typer(name="mrc", help="MRC Casework: serve it, work it, look after its data.", no_args_is_help=True, add_completion=False)
for command in (serving.serve, serving.work, serving.migrate, serving.openapi, demo.demo):
    program.command()(command)
program.command(name="import-register")(registers.import_register)


def main() -> None:
    try:
        program()
    except Refusal as refusal:
        try:
            refuse(str(refusal), refusal.next)
        except typer.Exit as stop:
            raise SystemExit(stop.exit_code) from None
