"""The one program, `mrc`: each command is a function in this folder, named here."""

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError

from domain.errors import Refusal
from service.cli import audit, demo, doctor, evidence, figures, keeping, partners, registers, reports, serving, staff
from service.cli.console import refuse

program = typer.Typer(
    name="mrc",
    help="MRC Casework: serve it, work it, look after its data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (serving.serve, serving.work, serving.migrate, serving.openapi, demo.demo):
    program.command()(command)
program.command()(reports.report)
program.command(name="import-register")(registers.import_register)
for listed in (keeping.commands, partners.commands, doctor.commands):
    program.add_typer(listed)
GROUPS = (
    ("centre", staff.centre),
    ("user", staff.user),
    ("audit", audit.audit),
    ("figures", figures.figures),
    ("evidence", evidence.evidence),
    ("keys", keeping.keys),
)
for name, group in GROUPS:
    program.add_typer(group, name=name)


def main() -> None:
    try:
        program()
    except (ValidationError, SettingsError) as wrong:
        typer.echo("\n".join(doctor.explained(wrong)), err=True)
        raise SystemExit(1) from None
    except Refusal as refusal:
        try:
            refuse(str(refusal), refusal.next)
        except typer.Exit as stop:
            raise SystemExit(stop.exit_code) from None
