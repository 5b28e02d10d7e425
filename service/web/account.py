"""One's own account: language, password, second factor, sessions. Passkeys have a file of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import segno
from fastapi import APIRouter
from starlette.responses import Response

from domain.account import WrongCode
from domain.errors import NotFound, Refusal
from domain.identity import Act
from domain.values import Language
from service.usecases.identity import AccountView, SecondFactor
from service.web import door, guard
from service.web.catalogue import LANGUAGES, mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again
from service.web.news import Unread, news
from service.web.site import site_of

router = APIRouter(route_class=PageRoute)
ENROL_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Account:
    """`named` tells whether this address has a name: browsers keep no passkeys for a bare number."""

    its: AccountView
    languages: tuple[Language, ...]
    named: bool
    news: Unread


@dataclass(frozen=True, slots=True)
class Password:
    """`handed` when somebody else knows the present one."""

    handed: bool


@dataclass(frozen=True, slots=True)
class Factor:
    """`ticket` is the secret sealed, so that a wrong code leads back to the same one."""

    picture: str
    groups: tuple[str, ...]
    ticket: str
    changing: bool


async def account_page(visit: Visit, again: Again = NOTHING, status: int = 200) -> Response:
    its = await visit.use.account.of(visit.actor)
    view = Account(its, tuple(LANGUAGES), site_of(visit.request, visit.settings).named, await news(visit, "/me"))
    return visit.show("me", view, again=again, status=status)


@router.get("/me", **acts(Act.keep_account))
async def me(visit: Visiting) -> Response:
    return await account_page(visit)


@router.post("/me/language", **acts(Act.set_language))
async def language(visit: Visiting) -> Response:
    """Kept with the person, for every desk; and in this browser, for its sign-in page."""
    wanted = visit.form.raw("language")
    if wanted not in [one.value for one in LANGUAGES]:
        raise NotFound()
    await visit.use.account.set_language(visit.actor, Language(wanted))
    response = visit.go(guard.own_path(visit.form.raw("back") or "/me"))
    guard.give(response, visit.settings, guard.TONGUE, wanted, guard.YEAR)
    return response


@router.get("/me/password", **acts(Act.set_password))
async def password_page(visit: Visiting) -> Response:
    return visit.show("password", _password(visit))


def _password(visit: Visit) -> Password:
    return Password(visit.actor.must_change_password)


@router.post("/me/password", **acts(Act.set_password))
async def set_password(visit: Visiting) -> Response:
    form = visit.form
    present, new = form.secret("present"), form.secret("password")
    if new != form.secret("password_again"):
        form.wrong("password_again", mark("This is not the same as above."))
    try:
        form.check()
        await visit.use.account.set_password(visit.actor, present, new)
    except Refusal as refusal:
        return visit.refused("password", _password(visit), form.again("password", refusal), refusal)
    return visit.go("/start") if visit.actor.must_change_password else visit.go("/me", "password")


def _factor(visit: Visit, its: SecondFactor, changing: bool) -> Factor:
    """A picture inside the page: the secret must not travel in an address of its own."""
    picture = segno.make(its.uri, error="m").svg_data_uri(scale=5, border=3, light="#fff")
    ticket = door.seal(visit.vault, "factor", visit.use.identity.now(), {"secret": its.secret, "subject": visit.actor.id.hex})
    groups = tuple(its.secret[at : at + 4] for at in range(0, len(its.secret), 4))
    return Factor(picture, groups, ticket, changing)


async def _has_factor(visit: Visit) -> bool:
    return (await visit.use.account.of(visit.actor)).second_factor


@router.get("/me/second-factor", **acts(Act.keep_account))
async def factor_page(visit: Visiting) -> Response:
    offered = await visit.use.account.begin_second_factor(visit.actor)
    return visit.show("second_factor", _factor(visit, offered, await _has_factor(visit)))


@router.post("/me/second-factor", **acts(Act.keep_account))
async def take_factor(visit: Visiting) -> Response:
    form = visit.form
    sealed: Mapping[str, str] = door.unseal(visit.vault, "factor", form.raw("ticket"), visit.use.identity.now(), ENROL_WITHIN)
    secret = sealed.get("secret", "") if sealed.get("subject") == visit.actor.id.hex else ""
    try:
        if not secret:
            raise WrongCode(field="code")
        await visit.use.account.take_second_factor(visit.actor, secret, form.raw("code"), form.raw("current_code"))
    except Refusal as refusal:
        account = visit.use.account
        offered = await (account.offered(visit.actor, secret) if secret else account.begin_second_factor(visit.actor))
        view = _factor(visit, offered, await _has_factor(visit))
        return visit.refused("second_factor", view, form.again("factor", refusal), refusal)
    return visit.go("/start") if visit.actor.must_take_factor else visit.go("/me", "factor", "second-factor")


@router.post("/me/second-factor/removal", **acts(Act.keep_account))
async def drop_factor(visit: Visiting) -> Response:
    form = visit.form
    try:
        await visit.use.account.drop_second_factor(visit.actor, form.secret("present"), form.raw("code"))
    except Refusal as refusal:
        return await account_page(visit, form.again("drop", refusal), status_of(refusal))
    return visit.go("/me", "no-factor", "second-factor")


@router.post("/me/sessions/end", **acts(Act.keep_account))
async def end_others(visit: Visiting) -> Response:
    await visit.use.account.end_other_sessions(visit.actor)
    return visit.go("/me", "ended", "sessions")


@router.post("/me/sessions/{session}/end", **acts(Act.keep_account))
async def end_one(visit: Visiting, session: UUID) -> Response:
    await visit.use.account.end_session(visit.actor, session)
    return visit.go("/me", "ended", "sessions")
