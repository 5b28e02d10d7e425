"""All the pages together, for the application to take in."""

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from service.web import (
    account,
    agreements,
    attachments,
    audit,
    board,
    built_in,
    cases,
    clients,
    consent,
    contacts,
    counselling,
    device,
    disclosures,
    evidence,
    exports,
    figure_approvals,
    figure_due,
    figure_funnel,
    figure_partners,
    figure_quality,
    figure_use,
    figure_workload,
    group,
    handover,
    heard,
    holidays,
    identity,
    incoming,
    invitations,
    links,
    news,
    outreach,
    papers,
    partner_desk,
    partner_people,
    partner_post,
    partner_services,
    partners,
    passkeys,
    plans,
    policy,
    projects,
    questions,
    recruitment,
    referral_desk,
    referrals,
    reintegration,
    reporting,
    screening,
    staff,
    transfers,
)
from service.web.edge import lost_page

ROUTERS = (
    identity.router,
    cases.router,
    clients.router,
    contacts.router,
    outreach.router,
    consent.router,
    counselling.router,
    screening.router,
    attachments.router,
    plans.router,
    referral_desk.router,
    referrals.router,
    group.router,
    heard.router,
    papers.router,
    links.router,
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
    partners.router,
    agreements.router,
    partner_post.router,
    partner_desk.router,
    partner_people.router,
    partner_services.router,
    holidays.router,
    board.router,
    reporting.router,
    figure_due.router,
    figure_approvals.router,
    figure_quality.router,
    figure_use.router,
    figure_partners.router,
    figure_funnel.router,
    figure_workload.router,
    questions.router,
    built_in.router,
    handover.router,
    audit.router,
    account.router,
    news.router,
    passkeys.router,
    staff.router,
    device.router,
)


def install(app: FastAPI) -> None:
    """After the API: a person who takes a wrong turn is shown a page, a programme what the API says."""
    app.router.routes.extend(route for router in ROUTERS for route in router.routes)
    otherwise = app.exception_handlers[HTTPException]

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        if error.status_code in (404, 405) and "text/html" in request.headers.get("accept", ""):
            return lost_page(request, error.status_code)
        answer: Response = await otherwise(request, error)  # type: ignore[misc]
        return answer
