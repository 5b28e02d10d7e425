"""Commands about the centres and the people who work there: centre add, user add, user list, user reset, user end-sessions."""

import sys
from datetime import timedelta
from typing import Annotated

import typer

from domain.account import Reset
from domain.errors import NotFound
from domain.identity import ONE_TIME, STAFF_ROLES, Role
from domain.partners.hours import Opening
from domain.values import CentreCode
from service.cli.console import refuse, say
from service.cli.keeping import in_house
from service.usecases.identity import HOUSE_ACTOR, StaffDesk, StaffDetail, StaffLine
from service.wiring import House

user = typer.Typer(
    help="The people who work here. Example: mrc user add shabnam --name 'Shabnam Gul' --role counsellor", no_args_is_help=True
)
centre = typer.Typer(help="The centres of the house. Example: mrc centre add ISB --name 'MRC Islamabad'", no_args_is_help=True)
Username = Annotated[str, typer.Argument(help="What they sign in with, for example shabnam.gul")]
HOURS = ONE_TIME // timedelta(hours=1)
_HIRED = [role.value for role in STAFF_ROLES]


def _role(text: str) -> Role:
    if text not in _HIRED:
        raise typer.BadParameter(f"choose among {', '.join(_HIRED)}")
    return Role(text)


@user.command()
def add(
    username: Username,
    name: Annotated[str, typer.Option(help="The name colleagues see")],
    role: Annotated[Role, typer.Option(parser=_role, metavar="ROLE", help=f"One of {', '.join(_HIRED)}")],
    centres: Annotated[list[str] | None, typer.Option("--centre", help="A centre's code; may be said several times")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input")] = False,
) -> None:
    """Adds a member of staff. Without --password-stdin a password is made and shown once.

    Example: mrc user add shabnam.gul --name "Shabnam Gul" --role counsellor --centre ISB
    """
    given = sys.stdin.readline().rstrip("\n") if password_stdin else None
    if not centres and role is not Role.admin:
        refuse("Say at which centre this person works.", "For example --centre ISB; say it several times for several.", code=2)
    codes = tuple(CentreCode(code.upper()) for code in centres or ())
    added = in_house(lambda house: house.usecases.staff.add(HOUSE_ACTOR, None, username, name, role, codes, given))
    say(f"{added.username} is added: {added.role}, {', '.join(added.centres) or 'the house'}.")
    if added.one_time_password:
        say(f"Password, shown this once, to be changed at the first sign-in within {HOURS} hours: {added.one_time_password}")


@user.command()
def reset(
    username: Username,
    what: Annotated[Reset, typer.Argument(help="password, or factors: the second factor and the passkeys")],
    reason: Annotated[str, typer.Option(help="Why; for factors it is needed, and stands in the trail")] = "",
) -> None:
    """For somebody locked out, also the only administrator. Every session of theirs ends.

    Example: mrc user reset shabnam.gul factors --reason "lost her telephone"
    """
    made = in_house(lambda house: _reset(house, username, what, reason))
    if made.one_time_password:
        say(f"Password, shown this once, to be changed at the first sign-in within {HOURS} hours: {made.one_time_password}")
    else:
        say(f"{made.username} signs in by password alone now.")


async def _reset(house: House, username: str, what: Reset, reason: str) -> StaffDetail:
    desk, found = await _named(house, username)
    return await desk.reset(HOUSE_ACTOR, found.id, found.version, what, reason)


@user.command(name="list")
def people(
    text: Annotated[str, typer.Argument(help="Part of a name, a role, a centre's code, a partner's key")] = "",
) -> None:
    """Everybody who signs in here: the house's own people with their centres, those of partners with the partner's key.

    Example: mrc user list fia
    """
    found = [line for line in map(_line, *zip(*in_house(_everybody), strict=True)) if text.casefold() in line.casefold()]
    for line in found or ["Nobody here fits."]:
        say(line)


async def _everybody(house: House) -> tuple[tuple[StaffLine, str], ...]:
    return await house.usecases.partner_staff.everybody(HOUSE_ACTOR)


def _line(it: StaffLine, partner: str) -> str:
    where = f"partner {partner}" if partner else ", ".join(it.centres) or "the house"
    return f"{it.username}: {it.name}, {it.role}, {where}{'' if it.active else ', let go'}"


@user.command(name="end-sessions")
def end_sessions(username: Username) -> None:
    """Ends every session of somebody, here and now: a lost telephone, somebody leaving.

    Example: mrc user end-sessions shabnam.gul
    """
    in_house(lambda house: _end(house, username))
    say(f"Every session of {username} has ended.")


async def _end(house: House, username: str) -> None:
    desk, found = await _named(house, username)
    await desk.end_sessions(HOUSE_ACTOR, found.id)


async def _named(house: House, username: str) -> tuple[StaffDesk, StaffLine]:
    """Whoever it is, with the desk that runs them: people of partners have one of their own."""
    use = house.usecases
    for one, partner in await _everybody(house):
        if one.username == username:
            return (use.partner_staff if partner else use.staff), one
    raise NotFound("Nobody here signs in by this name.", next="Check the spelling: it is the name they type to sign in.")


@centre.command(name="add")
def open_centre(
    code: Annotated[str, typer.Argument(help="Three letters, part of every number the centre gives: ISB")],
    name: Annotated[str, typer.Option(help="The name people know it by")],
    phone: Annotated[str, typer.Option(help="Where partners ring")] = "",
) -> None:
    """Opens a centre. A new house in production has none.

    Example: mrc centre add ISB --name "Migrant Resource Centre Islamabad"
    """
    opened = in_house(lambda house: house.usecases.keeping.founding.open(HOUSE_ACTOR, code, name, phone))
    say(f"{opened.code} is open: {opened.name}.")


@centre.command(name="hours")
def set_hours(
    code: Annotated[str, typer.Argument(help="The centre's code: ISB")],
    hours: Annotated[
        list[str] | None, typer.Argument(help='Each stretch of the week: "monday 09:00-17:00"; none for around the clock')
    ] = None,
) -> None:
    """Sets when a centre's desk is open. Its time to answer what partners send runs in these hours, holidays left out.

    Example: mrc centre hours ISB "monday 09:00-17:00" "tuesday 09:00-17:00"
    """
    week = tuple(map(Opening.parse, hours or ()))
    in_house(lambda house: house.usecases.keeping.founding.set_hours(HOUSE_ACTOR, code, week))
    say(f"{code.upper()}: {', '.join(map(str, week)) or 'around the clock'}.")
