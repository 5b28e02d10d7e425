"""Commands about the trail: audit verify, audit heads."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from domain.audit import Behind, Head, Verdict
from domain.errors import Invalid
from domain.values import CentreCode
from service.cli.console import refuse, say
from service.cli.keeping import in_house
from service.settings import Settings
from service.wiring import House

LATE = timedelta(minutes=1)
"""A worker chains a line within a second; one that has waited this long says that no worker runs."""

audit = typer.Typer(help="The trail of every reading and change. Example: mrc audit verify", no_args_is_help=True)


@audit.command()
def verify(
    head: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Heads kept outside, one JSON object a line")] = None,
) -> None:
    """Walks every chain of the trail and holds it against the heads kept outside (those in the heads folder unless a file is given).

    Example: mrc audit verify --head /mnt/elsewhere/heads.jsonl
    """
    kept = head or Settings().heads / "heads.jsonl"
    outside = read_heads(kept) if kept.exists() else []
    verdict, behind = in_house(lambda house: _verified(house, outside))
    say(f"{verdict.sealed} lines are chained, {verdict.waiting} wait for a worker; {len(outside)} heads from outside were compared.")
    if behind.line_waits > LATE:
        said = f"The longest has waited {int(behind.line_waits.total_seconds())} s: no worker runs. Start one with `mrc work`."
        say(f"{said} What waits is marked line by line, but not yet chained.")
    if not outside:
        say("Without heads from outside a tail that was cut off cannot be seen: keep them with `mrc audit heads`.")
    if verdict.faults:
        first = verdict.faults[0]
        place = f"line {first.seq}" if first.seq else "a waiting line"
        refuse(
            f"Centre {first.centre}, {place}: {first.what}. {len(verdict.faults)} faults in all.",
            "Stop the service, keep the database as it is, and tell the data-protection officer.",
        )
    say("The trail is whole.")


async def _verified(house: House, outside: list[Head]) -> tuple[Verdict, Behind]:
    return await house.usecases.audit.verify(outside), await house.usecases.keeping.store.behind()


def read_heads(path: Path) -> list[Head]:
    """Raises Invalid for a line that is no head, but for the last, which a power cut may have torn."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    heads = []
    for number, line in enumerate(lines, start=1):
        try:
            one = json.loads(line)
            heads.append(Head(CentreCode(one["centre"]), int(one["seq"]), str(one["seal"]), datetime.fromisoformat(one["at"])))
        except (ValueError, KeyError, TypeError):
            if number < len(lines):
                raise Invalid(
                    f"Line {number} of the heads file is no head.", field="head", next="Give a file of `mrc audit heads`."
                ) from None
    return heads


@audit.command()
def heads() -> None:
    """Prints the end of each centre's chain, to be kept where this server cannot change it.

    Example: mrc audit heads >> /mnt/elsewhere/heads.jsonl
    """
    for head in in_house(lambda house: house.usecases.audit.heads()):
        say(json.dumps({"centre": head.centre, "seq": head.seq, "seal": head.seal, "at": head.at.isoformat()}))
