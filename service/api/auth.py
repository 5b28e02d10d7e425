"""Signing in and out, who one is, and one's own account."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from pydantic import Field
from starlette.responses import Response

from domain.errors import Invalid
from domain.identity import Act
from domain.reporting import Notice
from domain.values import Language
from service.api.bodies import Body
from service.api.edge import Ask, Page, acts, answer, listed
from service.usecases import UseCases
from service.usecases.identity import Issued, Me, PasskeyView, SecondFactor, SessionView
from service.usecases.notices import MOST

router = APIRouter(tags=["identity"])
Text = Annotated[str | None, Form(max_length=2000)]
Secret = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class SecondFactorBody(Body):
    secret: Annotated[str, Field(min_length=16, max_length=64, pattern=r"^[A-Z2-7]+$")]
    code: Code
    current_code: Annotated[str, Field(pattern=r"^([0-9]{6})?$")] = ""


class FactorRemovalBody(Body):
    password: Secret
    code: Code


class PasswordBody(Body):
    present: Secret
    password: Secret


class LanguageBody(Body):
    language: Language


class ReadBody(Body):
    ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST)]


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


@router.post("/api/v1/auth/logout", status_code=204, **acts(Act.sign_out))
async def logout(ask: Ask) -> Response:
    await ask.use.identity.sign_out(ask.actor)
    return Response(status_code=204)


@router.get("/api/v1/me", response_model=Me, **acts(Act.see_self))
async def me(ask: Ask) -> Response:
    return answer(await ask.use.account.me(ask.actor))


@router.put("/api/v1/me/language", status_code=204, **acts(Act.set_language))
async def set_language(ask: Ask, body: LanguageBody) -> Response:
    await ask.use.account.set_language(ask.actor, body.language)
    return Response(status_code=204)


@router.get("/api/v1/me/notices", response_model=Page[Notice], **acts(Act.keep_account))
async def notices(ask: Ask, request: Request, read: bool = False, limit: Annotated[int, Query(ge=1, le=MOST)] = MOST) -> Response:
    """What one was told and has not read, the latest first; with `read`, what one has read."""
    found = await (ask.use.news.read_by if read else ask.use.news.of)(ask.actor, limit)
    return listed(found, request)


@router.post("/api/v1/me/notices/reading", status_code=204, **acts(Act.keep_account))
async def read_notices(ask: Ask, body: ReadBody) -> Response:
    """These are read: they leave `GET /api/v1/my-day`. Those of others and those read before change nothing."""
    await ask.use.news.read(ask.actor, body.ids)
    return Response(status_code=204)


@router.put("/api/v1/me/password", status_code=204, **acts(Act.set_password))
async def set_password(ask: Ask, body: PasswordBody) -> Response:
    """Every other session of one's own ends. Until a password that was handed over is changed here, every other route is refused."""
    await ask.use.account.set_password(ask.actor, body.present, body.password)
    return Response(status_code=204)


@router.post("/api/v1/me/second-factor", response_model=SecondFactor, **acts(Act.keep_account))
async def begin_second_factor(ask: Ask) -> Response:
    return answer(await ask.use.account.begin_second_factor(ask.actor))


@router.put("/api/v1/me/second-factor", status_code=204, **acts(Act.keep_account))
async def take_second_factor(ask: Ask, body: SecondFactorBody) -> Response:
    await ask.use.account.take_second_factor(ask.actor, body.secret, body.code, body.current_code)
    return Response(status_code=204)


@router.post("/api/v1/me/second-factor/removal", status_code=204, **acts(Act.keep_account))
async def drop_second_factor(ask: Ask, body: FactorRemovalBody) -> Response:
    await ask.use.account.drop_second_factor(ask.actor, body.password, body.code)
    return Response(status_code=204)


@router.get("/api/v1/me/passkeys", response_model=Page[PasskeyView], **acts(Act.keep_account))
async def passkeys(ask: Ask, request: Request) -> Response:
    """They are added and used in a browser, on the pages."""
    return listed((await ask.use.account.of(ask.actor)).passkeys, request)


@router.delete("/api/v1/me/passkeys/{id}", status_code=204, **acts(Act.keep_account))
async def remove_passkey(ask: Ask, id: UUID) -> Response:
    await ask.use.passkeys.remove(ask.actor, id)
    return Response(status_code=204)


@router.get("/api/v1/me/sessions", response_model=Page[SessionView], **acts(Act.keep_account))
async def sessions(ask: Ask, request: Request) -> Response:
    return listed((await ask.use.account.of(ask.actor)).sessions, request)


@router.delete("/api/v1/me/sessions", status_code=204, **acts(Act.keep_account))
async def end_other_sessions(ask: Ask) -> Response:
    """All but the one that asks."""
    await ask.use.account.end_other_sessions(ask.actor)
    return Response(status_code=204)


@router.delete("/api/v1/me/sessions/{id}", status_code=204, **acts(Act.keep_account))
async def end_session(ask: Ask, id: UUID) -> Response:
    await ask.use.account.end_session(ask.actor, id)
    return Response(status_code=204)
