"""Evidence by command: mrc evidence synthesize."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from domain.evidence.release import ReleaseView, Shape
from domain.evidence.synthetic import BUDGET, in_plain_words
from domain.identity import Actor
from domain.values import ReleaseId, ResearchId
from service.cli.console import refuse, say
from service.cli.keeping import in_house
from service.usecases.identity import HOUSE_ACTOR
from service.wiring import House

evidence = typer.Typer(help="What is released for research. Example: mrc evidence synthesize REQUEST --by analyst", no_args_is_help=True)


@evidence.callback()
def _group() -> None:
    """One command, named all the same."""


@evidence.command()
def synthesize(
    request: Annotated[UUID, typer.Argument(help="The approved research request, by the id in its address")],
    by: Annotated[str, typer.Option(help="The analyst who answers for it, by username; the trail names them")],
    out: Annotated[Path, typer.Option(help="Where the file is written", dir_okay=False)],
    epsilon: Annotated[int, typer.Option(help=f"How much may be given away, 1 to {BUDGET}")] = BUDGET,
) -> None:
    """Makes synthetic data under an approved request and writes them to a file; the register keeps them.

    Example: mrc evidence synthesize 0198c3a0-... --by analyst --epsilon 4 --out synthetic.csv
    """
    one, text = in_house(lambda house: made(house, ResearchId(request), by, epsilon))
    out.write_text(text, encoding="utf-8", newline="")
    said = one.utility
    say(f"{one.number}: {one.rows} lines that are nobody's, written to {out}.")
    say(f"Epsilon {one.epsilon}: {in_plain_words(epsilon)}.")
    if said is not None:
        say(f"Shares are off by {said.mean:.2%} in the mean. For the house, not to hand out:")
        for its in said.shares:
            true = "held back" if its.true is None else f"{its.true:.1%}"
            say(f"  {its.column:<16} {its.value:<20} true {true:>9}  synthetic {its.synthetic:>6.1%}")
        for fit in said.pairs:
            say(f"  {' and '.join(fit.columns):<37} off by {fit.mean:.2%} in the mean")
    else:
        say("The noise drowned every line; the epsilon is spent all the same.")


async def made(house: House, request: ResearchId, by: str, epsilon: int) -> tuple[ReleaseView, str]:
    """In the name of that analyst."""
    staff = next((one for one in await house.usecases.staff.all(HOUSE_ACTOR) if one.username == by and one.active), None)
    if staff is None:
        refuse(f"Nobody here is called {by}.", "Name the analyst by username: mrc user list.")
    actor = Actor(staff.id, staff.role, staff.centres)
    its = await house.usecases.evidence.release(actor, None, request, Shape.synthetic, epsilon=epsilon)
    _, text = await house.usecases.evidence.file(actor, ReleaseId(its.id))
    return its, text
