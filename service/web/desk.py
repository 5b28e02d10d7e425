"""All the pages together, for the application to take in."""

from fastapi import FastAPI

from service.web import audit, cases, clients, consent, contacts, counselling, identity, referrals, reporting

ROUTERS = (
    identity.router,
    cases.router,
    clients.router,
    contacts.router,
    consent.router,
    counselling.router,
    referrals.router,
    reporting.router,
    audit.router,
)


def install(app: FastAPI) -> None:
    for router in ROUTERS:
        app.include_router(router)
