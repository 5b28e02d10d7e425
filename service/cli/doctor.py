"""`mrc doctor`: looks at settings, keys, database, trail, figures and adapters, and says what to do about what is wrong."""

import os
import re
import stat
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError

from domain.errors import Refusal
from domain.partners.channels import ChannelKind
from service.cli.audit import LATE
from service.cli.console import refuse, say
from service.cli.keeping import in_house
from service.settings import Settings
from service.usecases.identity import HOUSE_ACTOR
from service.wiring import House

QUEUE_LATE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Finding:
    well: bool
    what: str
    next: str = ""


Findings = list[Finding]
commands = typer.Typer()


@commands.command()
def doctor() -> None:
    """Looks at everything and says what is missing or wrong; exit code 1 when something is. Example: mrc doctor"""
    settings = Settings()
    for name in Settings.model_fields:
        say(f"   MRC_{name.upper():<26} {_shown(getattr(settings, name))}")
    findings = [*_keys(settings), *_heads(settings), *_place(settings), *_way(settings)]
    if all(finding.well for finding in findings):
        try:
            findings += in_house(_house, settings)
        except Refusal as refusal:
            findings.append(Finding(False, str(refusal), refusal.next))
    for finding in findings:
        say(f"{'ok ' if finding.well else 'NOT'} {finding.what}" + ("" if finding.well else f"  {finding.next}"))
    say("    Reminder: the key file is in no backup. Keep a sealed copy of it apart, under two people's care.")
    if wrong := sum(not finding.well for finding in findings):
        refuse(f"{wrong} of {len(findings)} things are not as they should be.", "Each says above what to do.")


def explained(error: ValidationError | SettingsError) -> Iterator[str]:
    """What is wrong with the settings, without quoting them: they may hold passwords."""
    if isinstance(error, SettingsError):
        name = next(iter(re.findall(r'field "(\w+)"', str(error))), "")
        yield f'MRC_{name.upper()} cannot be read: a list is written as JSON, for example ["standard", "fia"].'
        return
    for one in error.errors(include_input=False, include_url=False, include_context=False):
        name = f"MRC_{'_'.join(map(str, one['loc'])).upper()}: " if one["loc"] else ""
        yield f"{name}{one['msg'].removeprefix('Value error, ')}."


def _shown(value: object) -> str:
    """A setting on the screen, the password of a URL left out."""
    return re.sub(r"(://[^:/@]*):[^@/]*@", r"\1:…@", str(value)) if value not in (None, "", []) else "(not set)"


def _keys(settings: Settings) -> Iterator[Finding]:
    path = settings.keys
    if not path.exists():
        yield Finding(False, f"There is no key file at {path}.", "Restore its sealed copy; for a new house run `mrc keys new`.")
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    yield Finding(mode & 0o077 == 0, f"The key file has mode {mode:04o}.", f"chmod 600 {path}")


def _heads(settings: Settings) -> Iterator[Finding]:
    folder = next(parent for parent in (settings.heads, *settings.heads.absolute().parents) if parent.exists())
    yield Finding(os.access(folder, os.W_OK), f"The heads of the trail go to {settings.heads}.", "Make this folder writable.")
    if settings.production and settings.heads_dir is None:
        yield Finding(
            False, "The heads are kept beside the data.", "Set MRC_HEADS_DIR to another machine's disk: beside the data they prove little."
        )


def _place(settings: Settings) -> Iterator[Finding]:
    if settings.database_url.startswith("sqlite") and not Path(settings.database_url.split("///", 1)[1]).exists():
        yield Finding(False, "There is no database yet.", "Run `mrc migrate`.")


def _way(settings: Settings) -> Iterator[Finding]:
    """In production, a PostgreSQL on another machine has to prove that it is ours before it is told a password."""
    if not settings.production:
        return
    for name, url in (("MRC_DATABASE_URL", settings.database_url), ("MRC_MIGRATE_URL", settings.migrate_url)):
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
        host, mode = asked.get("host", [parts.hostname or ""])[-1], asked.get("sslmode", [os.environ.get("PGSSLMODE", "")])[-1]
        if parts.scheme.startswith("postgresql") and _elsewhere(host):
            checks = mode in ("verify-ca", "verify-full")
            what = f"{name} goes to {host} " + ("and checks its certificate." if checks else "without checking its certificate.")
            yield Finding(checks, what, "End it with ?sslmode=verify-full&sslrootcert=FILE, the authority of that server.")


def _elsewhere(host: str) -> bool:
    """A name without a dot is this machine, or a neighbour in the network of its containers; a path is a socket."""
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return "." in host and not host.startswith("/")


async def _house(house: House) -> Findings:
    looks: tuple[Callable[[House], Awaitable[Findings]], ...] = (
        _schema,
        _trail,
        _behind,
        _figures,
        _erasures,
        _people,
        _papers,
        _mail,
        _old_keys,
    )
    findings = [Finding(True, f"The adapters {', '.join(house.settings.partners) or '(none)'} load and conform.")]
    for look in looks:
        findings += await look(house)
        if not findings[-1].well and look is _schema:
            break
    return findings


async def _schema(house: House) -> Findings:
    stands, expected = await house.usecases.keeping.store.revision(), house.usecases.keeping.expected_revision()
    return [Finding(stands == expected, f"The database answers and is at revision {stands}.", f"Run `mrc migrate`: this is {expected}.")]


async def _trail(house: House) -> Findings:
    heads = await house.usecases.audit.heads()
    return [Finding(True, f"The trail has {sum(head.seq for head in heads)} chained lines; `mrc audit verify` walks them.")]


async def _behind(house: House) -> Findings:
    behind = await house.usecases.keeping.store.behind()
    start = "Start a worker: `mrc work`, or `mrc serve --with-worker`."
    return [
        Finding(behind.line_waits <= LATE, f"{behind.lines} lines of the trail wait to be chained, {_long(behind.line_waits)}.", start),
        Finding(behind.message_waits <= QUEUE_LATE, f"{behind.messages} messages wait for partners, {_long(behind.message_waits)}.", start),
    ]


def _long(waits: timedelta) -> str:
    return f"the longest for {max(0, int(waits.total_seconds()))} s"


async def _figures(house: House) -> Findings:
    differing = await house.usecases.keeping.figures.differing()
    next = f"{len(differing)} differ: see `mrc figures check`, then run `mrc figures rebuild`, and report this."
    return [Finding(not differing, "The figures of the dashboards are what a fresh count gives.", next)]


async def _erasures(house: House) -> Findings:
    missing = await house.usecases.keeping.erasure.missing()
    return [Finding(not missing, "The ledger of erasures has all that the trail has.", "Run `mrc backup FILE`: it brings the ledger up.")]


async def _people(house: House) -> Findings:
    staff = await house.usecases.identity.colleagues(HOUSE_ACTOR)
    some = any(one.active for one in staff)
    return [
        Finding(some, f"{sum(one.active for one in staff)} people can sign in.", "Add the first: mrc user add NAME --name … --role admin"),
        await _factors(house),
    ]


async def _factors(house: House) -> Finding:
    """In production nobody only by oversight; who owes one is led to it, so that is no fault."""
    rule, staff = house.settings.second_factors, await house.usecases.staff.all(HOUSE_ACTOR, partners=True)
    owing = sum(rule.owed(one.role, has_one=one.second_factor or one.passkeys > 0) for one in staff if one.active)
    if not rule.roles:
        return Finding(not house.settings.production, "No role needs a second factor.", "Unset MRC_SECOND_FACTOR, or name roles that do.")
    return Finding(True, f"A second factor is needed of {', '.join(sorted(rule.roles))}; {owing} of these people have yet to set one up.")


async def _papers(house: House) -> Findings:
    if await house.usecases.papers.prints():
        return [Finding(True, "Papers are printed as PDF.")]
    return [Finding(True, "Papers are pages for the browser to print: for PDF install Debian's libpangoft2-1.0-0.")]


async def _mail(house: House) -> Findings:
    """Without asking the server: a check that sends mail is none."""
    its = house.settings
    if its.smtp_host:
        return [Finding(True, f"Mails to partners go through {its.smtp_host}:{its.smtp_port} ({its.smtp_security}).")]
    if not its.production:
        return [Finding(True, f"Mails to partners are kept as files in {its.mail_folder}.")]
    reached = [one.key for one in await house.usecases.partners.all(HOUSE_ACTOR) if ChannelKind.email in one.channels]
    return [Finding(not reached, "There is no mail server.", f"Set MRC_SMTP_HOST: by mail go {', '.join(reached)}.")]


async def _old_keys(house: House) -> Findings:
    *old, _ = (await house.usecases.keeping.keys.held()).items()
    stale = sum(count for _, count in old)
    return [Finding(stale == 0, f"{len(old)} old keys are held, {stale} things depend on them.", "Run `mrc keys rotate` to finish.")]
