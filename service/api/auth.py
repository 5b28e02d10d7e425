"""Signing in and out, and who one is."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from domain.errors import Invalid
from domain.identity import Act, Role
from domain.values import CentreCode
from service.api.bodies import SecondFactorBody, StaffBody
from service.api.edge import Ask, Page, acts, answer, listed, made
from service.usecases import UseCases
from service.usecases.identity import Issued, Me, SecondFactor, StaffView

router = APIRouter(tags=["identity"])
Text = Annotated[str | None, Form(max_length=2000)]


@router.post("/api/v1/auth/token", response_model=Issued, **acts(None))
async def token(
    request: Request,
    grant_type: Annotated[Literal["password", "refresh_token", "client_credentials"], Form()],
    username: Text = None,
    password: Text = None,
    totp: Text = None,
    refresh_token: Text = None,
    client_id: Text = None,
    client_secret: Text = None,
    scope: Text = None,
) -> Response:
    """OAuth 2 token route: a member of staff by password (and `totp`), a session by its refresh token, a partner by client credentials."""
    use: UseCases = request.app.state.use
    match grant_type:
        case "password" if username and password:
            return answer(await use.identity.sign_in(username, password, totp))
        case "refresh_token" if refresh_token:
            return answer(await use.identity.refresh(refresh_token))
        case "client_credentials" if client_id and client_secret:
            return answer(await use.identity.partner_in(client_id, client_secret))
    raise Invalid("This grant needs its fields.", field="grant_type", next="See the OpenAPI document.")


@router.post("/api/v1/auth/logout", status_code=204, **acts(Act.see_self))
async def logout(ask: Ask) -> Response:
    await ask.use.identity.sign_out(ask.actor)
    return Response(status_code=204)


@router.get("/api/v1/me", response_model=Me, **acts(Act.see_self))
async def me(ask: Ask) -> Response:
    return answer(await ask.use.account.me(ask.actor))


@router.post("/api/v1/me/second-factor", response_model=SecondFactor, **acts(Act.see_colleagues))
async def begin_second_factor(ask: Ask) -> Response:
    return answer(await ask.use.account.begin_second_factor(ask.actor))


@router.put("/api/v1/me/second-factor", status_code=204, **acts(Act.see_colleagues))
async def take_second_factor(ask: Ask, body: SecondFactorBody) -> Response:
    await ask.use.account.take_second_factor(ask.actor, body.secret, body.code, body.current_code)
    return Response(status_code=204)


@router.get("/api/v1/staff", response_model=Page[StaffView], **acts(Act.see_colleagues))
async def colleagues(ask: Ask, request: Request) -> Response:
    return listed(await ask.use.identity.colleagues(ask.actor), request)


@router.post("/api/v1/staff", status_code=201, response_model=StaffView, **acts(Act.run_staff))
async def add_staff(ask: Ask, body: StaffBody) -> Response:
    centres = tuple(CentreCode(code) for code in body.centres)
    view = await ask.use.staff.add(ask.actor, body.username, body.name, Role(body.role), centres, body.password)
    return made(view, "/api/v1/staff")
