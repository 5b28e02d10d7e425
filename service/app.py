"""The one application: API and pages over the same use cases."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from service.api import (
    attachments,
    auth,
    built_in,
    cases,
    clients,
    dashboards,
    disclosures,
    endpoints,
    evidence,
    exports,
    holidays,
    house,
    hsds,
    incoming,
    invitations,
    outreach,
    papers,
    partner_desk,
    partner_side,
    partners,
    plans,
    policy,
    problems,
    projects,
    recruitment,
    referrals,
    reintegration,
    reports,
    sandbox,
    staff,
    transfers,
    watching,
)
from service.api.middleware import Frame
from service.finding import Finder
from service.web import desk
from service.wiring import House
from service.worker import Worker

# The most asked first: routes are tried in order.
ROUTERS = (
    cases.router,
    clients.router,
    auth.router,
    referrals.router,
    partners.router,
    holidays.router,
    dashboards.router,
    watching.router,
    partner_side.router,
    partner_desk.router,
    endpoints.router,
    sandbox.router,
    attachments.router,
    plans.router,
    disclosures.router,
    evidence.router,
    policy.router,
    exports.router,
    projects.router,
    reintegration.router,
    recruitment.router,
    incoming.router,
    transfers.router,
    invitations.router,
    outreach.router,
    reports.router,
    built_in.router,
    hsds.router,
    papers.router,
    staff.router,
    house.router,
)


def make_app(wired: House, *, with_worker: bool = False) -> FastAPI:
    """`with_worker` runs the worker in this process, for a small centre or a laptop."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        working = asyncio.create_task(Worker(wired).run()) if with_worker else None
        yield
        if working is not None:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
        await wired.close()

    app = FastAPI(
        title="MRC Casework",
        version="1",
        summary="Counselling case management of Pakistan's Migrant Resource Centres",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.use, app.state.vault, app.state.settings = wired.usecases, wired.vault, wired.settings
    app.add_middleware(Frame, fresh=wired.ids.reference)
    problems.install(app)
    # One flat list in this order: a router inside the router would be searched anew for each request.
    app.router.routes.extend(route for router in ROUTERS for route in router.routes)
    desk.install(app)
    app.router.routes.insert(0, Finder(app.router.routes))
    return app
