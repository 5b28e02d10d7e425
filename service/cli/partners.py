"""Commands about partner agencies: partners, and the sample partner to try the service with."""

from pathlib import Path
from typing import Annotated

import typer

from service import receiver as sample
from service.cli.console import refuse, say
from service.cli.keeping import in_house
from service.usecases.identity import HOUSE_ACTOR
from service.usecases.partners import EndpointState, PartnerView
from service.wiring import House, adapters_installed

commands = typer.Typer()


@commands.command()
def partners() -> None:
    """Lists the partner adapters (installed, switched on) and the partners with where they can be reached. Example: mrc partners"""
    on, listed = in_house(_listed)
    for name in adapters_installed():
        say(f"adapter  {name:<24} {'on' if name in on else 'installed; switch it on in MRC_PARTNERS'}")
    for partner, endpoint in listed:
        say(f"partner  {partner.key:<24} {partner.adapter:<24} {endpoint:<16} {partner.name}")


async def _listed(house: House) -> tuple[list[str], list[tuple[PartnerView, str]]]:
    use = house.usecases.partners
    rows = [(one, _state(one, await use.endpoint_of(HOUSE_ACTOR, one.id))) for one in await use.all(HOUSE_ACTOR)]
    return house.settings.partners, rows


def _state(partner: PartnerView, endpoint: EndpointState | None) -> str:
    if not partner.active:
        return "not active"
    if endpoint is None:
        return "no endpoint"
    return "endpoint off" if endpoint.disabled else "endpoint paused" if endpoint.paused else "endpoint on"


@commands.command()
def receiver(
    secret: Annotated[str, typer.Option(help="The whsec_… secret that `PUT /partner/v1/endpoint` answered with")],
    port: Annotated[int, typer.Option(help="Port to listen on; webhooks come to /webhook")] = 9000,
    keep: Annotated[Path, typer.Option(dir_okay=False, help="The book of what came, shown at /seen")] = Path("var/receiver.jsonl"),
    api: Annotated[str, typer.Option(help="The service to fetch packets from and to answer")] = "http://127.0.0.1:8000",
    client_id: Annotated[str, typer.Option(help="The partner's key")] = "fia",
    client_secret: Annotated[str, typer.Option(help="The partner's password for the API")] = "demo-fia-2026",
) -> None:
    """Runs a sample partner: verifies webhooks, fetches the packet, answers step by step. Stop it with Ctrl-C.

    Example: mrc receiver --port 9000 --secret whsec_…
    """
    if not secret.startswith("whsec_"):
        refuse("A webhook secret begins with whsec_.", "PUT /partner/v1/endpoint answers with it, once.", code=2)
    keep.parent.mkdir(parents=True, exist_ok=True)
    say(f"The sample partner {client_id} listens on http://127.0.0.1:{port}/webhook; what came: http://127.0.0.1:{port}/seen")
    sample.run(port, secret=secret, keep=keep, api_base=api, client_id=client_id, client_secret=client_secret)
