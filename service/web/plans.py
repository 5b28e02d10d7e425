"""The plan of a case: its page with approval and versions, writing it with as many rows as it needs, and each action as it comes along."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from domain.clients import MigrationStage
from domain.consent import ConsentForm
from domain.counselling import COUNSELS
from domain.errors import NotFound, Refusal, Stale
from domain.identity import Act
from domain.plans.content import ActionStep, Content, NeedKind, changes
from domain.plans.record import PlanState, PlanStep, PlanView
from domain.reporting import CaseSheet, Known
from domain.values import CaseId, PlanId
from service.usecases.identity import StaffView
from service.web.catalogue import mark
from service.web.edge import PageRoute, Visit, Visiting, acts, status_of
from service.web.forms import NOTHING, Again, Form, uuid_of
from service.web.merging import TAKEN, Theirs
from service.web.people import Names, names
from service.web.plan_form import Tree, as_form, differing, grown, of_content, owner_of, read, taken, typed, without
from service.web.planned import Chapter, Told, chapters, chosen, known_rows, numbered, rows_said, told

router = APIRouter(route_class=PageRoute)
DONE = {PlanStep.submit: "submitted", PlanStep.approve: "plan-approved", PlanStep.send_back: "plan-sent-back"}


@dataclass(frozen=True, slots=True)
class Version:
    plan: PlanView
    changes: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class PlanPage:
    """`plan` is the version shown, none where nothing is written yet; `under_way` the one that will take its place."""

    sheet: CaseSheet
    names: Names
    plan: PlanView | None
    under_way: PlanView | None
    chapters: tuple[Chapter, ...]
    versions: tuple[Version, ...]
    steps: tuple[PlanStep, ...]
    writes: bool
    acts: bool
    refers: bool


def _versions(visit: Visit, plans: tuple[PlanView, ...], known: Names) -> tuple[Version, ...]:
    """Newest first, each with what it says otherwise than the one before it."""
    words = visit.frame.words
    before = (*(one.content for one in plans[1:]), Content())
    return tuple(
        Version(plan, tuple(told(words, one, known) for one in changes(old, plan.content)) if old.needs else ())
        for plan, old in zip(plans, before, strict=False)
    )


async def _plan_page(visit: Visit, id: CaseId, number: int | None = None, again: Again = NOTHING, status: int = 200) -> Response:
    plans = await visit.use.plans.of_case(visit.actor, id)
    sheet, known = await visit.use.cases.sheet(visit.actor, id), await names(visit)
    may = await visit.use.cases.may(visit.actor, id, Act.write_plan, Act.approve_plan, Act.write_in_case, Act.make_referral)
    plan = chosen(plans, number)
    latest = next(iter(plans), None)
    needed = {PlanStep.submit: Act.write_plan}
    view = PlanPage(
        sheet=sheet,
        names=known,
        plan=plan,
        under_way=latest if latest is not None and plan is not None and latest.number > plan.number else None,
        chapters=chapters(plan, known) if plan else (),
        versions=_versions(visit, plans, known),
        steps=tuple(step for step in plan.steps if needed.get(step, Act.approve_plan) in may) if plan else (),
        writes=Act.write_plan in may and (latest is None or latest.state in (PlanState.draft, PlanState.approved)),
        acts=Act.write_in_case in may,
        refers=Act.make_referral in may,
    )
    return visit.show("plan", view, again=again, status=status)


@router.get("/cases/{id}/plan", **acts(Act.see_case))
async def plan(visit: Visiting, id: UUID, version: str = "") -> Response:
    return await _plan_page(visit, CaseId(id), numbered(version))


@router.post("/cases/{id}/plan/steps", **acts(Act.write_plan))
async def step(visit: Visiting, id: UUID) -> Response:
    """A supervisor's `approve` and `send_back` come here too; the use case asks for the right that each step needs."""
    form = visit.form
    wanted, comment = form.chosen("step", PlanStep), form.prose("comment")
    which, seen = uuid_of(form.raw("plan")), form.number("version", 1, 10**9)
    try:
        form.check()
        await visit.use.plans.step(visit.actor, visit.once(), PlanId(which or id), wanted, comment=comment, seen=seen)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _plan_page(visit, CaseId(id), None, form.again(f"step-{wanted}", refusal), status_of(refusal))
    return visit.go(f"/cases/{id}/plan", DONE[wanted])


@router.post("/cases/{id}/plan/actions/{action}", **acts(Act.write_in_case))
async def act(visit: Visiting, id: UUID, action: UUID) -> Response:
    form = visit.form
    wanted, reason, which = form.chosen("step", ActionStep), form.line("reason"), uuid_of(form.raw("plan"))
    try:
        form.check()
        moved = await visit.use.plans.act(visit.actor, visit.once(), PlanId(which or id), action, wanted, reason)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _plan_page(visit, CaseId(id), None, form.again(f"{wanted}-{action}", refusal), status_of(refusal))
    return visit.go(f"/cases/{id}/plan?version={moved.number}", place=f"action-{action}")


@dataclass(frozen=True, slots=True)
class PlanEdit:
    """`tree` is the form as it stands, `was` what its fields said when it was opened; `plan` the draft that it changes, none for a new
    version. Where somebody else changed that meanwhile, `stale` says that both versions are shown and `theirs` where they differ."""

    sheet: CaseSheet
    tree: Tree
    was: Mapping[str, tuple[str, ...]]
    plan: str
    version: str
    number: int
    colleagues: tuple[StaffView, ...]
    partners: tuple[Known, ...]
    left: tuple[tuple[str, str], ...]
    """Who stands in an action and is in neither list any more, by the value of the form and by name."""
    budget: bool
    unsaved: bool
    stale: bool
    theirs: Mapping[str, Theirs]
    apart: tuple[str, ...]
    """Rows that only the record has."""
    kinds: tuple[NeedKind, ...] = tuple(NeedKind)
    hows: tuple[ConsentForm, ...] = tuple(ConsentForm)


@dataclass(frozen=True, slots=True)
class Desk:
    """What writing a plan needs to know: the case and its client, the draft that is changed, and what it begins from."""

    sheet: CaseSheet
    names: Names
    draft: PlanView | None
    begins: Content

    @property
    def budget(self) -> bool:
        return self.sheet.client.migration_stage is MigrationStage.returnee


async def _desk(visit: Visit, id: CaseId) -> Desk:
    """Raises NotFound for whoever could not save what they write here."""
    if not await visit.use.cases.may(visit.actor, id, Act.write_plan):
        raise NotFound()
    sheet, known = await visit.use.cases.sheet(visit.actor, id), await names(visit)
    latest = sheet.plan
    draft = latest if latest is not None and latest.state is not PlanState.approved else None
    begins = draft.content if draft else replace(latest.content, agreed=None) if latest else Content()
    return Desk(sheet, known, draft, begins)


async def _edit_page(
    visit: Visit, desk: Desk, tree: Tree, form: Form, again: Again = NOTHING, status: int = 200, *, stale: bool = False
) -> Response:
    """The form as it was typed, or as the record is where nothing was typed; a stale one beside the record as it is now."""
    record, first = of_content(desk.begins), not form.fields
    theirs = differing(tree, form, record, rows_said(visit.frame.words, desk.begins, desk.names)) if stale else {}
    was = {name: values for name, values in form.fields.items() if name.startswith("was-")}
    near = await visit.use.identity.colleagues(visit.actor)
    draft, case = desk.draft, desk.sheet.case
    colleagues = tuple(one for one in near if one.active and one.role in COUNSELS and case.centre in one.centres)
    partners = tuple(sorted((one for one in desk.names.partners.values() if one.active), key=lambda one: one.name))
    listed = {one.id for one in colleagues} | {one.id for one in partners}
    anew = first or stale
    view = PlanEdit(
        sheet=desk.sheet,
        tree=tree,
        was={f"was-{name}": (said,) for name, said in record.said().items()} if anew else was,
        plan=(str(draft.id) if draft else "") if anew else form.raw("plan"),
        version=(str(draft.version) if draft else "") if anew else form.raw("version"),
        number=draft.number if draft else desk.sheet.plan.number + 1 if desk.sheet.plan else 1,
        colleagues=colleagues,
        partners=partners,
        left=tuple(
            dict.fromkeys(
                (owner_of(one), desk.names.of_anybody(one.who)) for one in desk.begins.actions() if one.who and one.who not in listed
            )
        ),
        budget=desk.budget,
        unsaved=not first,
        stale=stale,
        theirs=theirs,
        apart=tuple(name for name in theirs if name != "agreed" and tree.row(name) is None),
    )
    return visit.show("plan_edit", view, again=again, status=status)


@router.get("/cases/{id}/plan/edit", **acts(Act.write_plan))
async def edit(visit: Visiting, id: UUID) -> Response:
    """A version that waits for approval is looked at, not changed."""
    desk = await _desk(visit, CaseId(id))
    if desk.draft is not None and desk.draft.state is not PlanState.draft:
        return await _plan_page(visit, CaseId(id))
    tree = of_content(desk.begins)
    return await _edit_page(visit, desk, tree if tree.needs else grown(tree, "need"), Form({}))


@router.post("/cases/{id}/plan/edit", **acts(Act.write_plan))
async def change(visit: Visiting, id: UUID) -> Response:
    """One more row, one less, or saving; the first two change nothing in the record."""
    desk, sent = await _desk(visit, CaseId(id)), visit.form
    stale = bool(sent.raw("stale"))
    tree = taken(typed(sent), of_content(desk.begins), sent.fields.get(TAKEN, ()))
    more, less = sent.raw("more"), sent.raw("less")
    if more or less:
        tree = grown(tree, more) if more else without(tree, less)
        return await _edit_page(visit, desk, tree, sent, stale=stale)
    form = as_form(tree, sent)
    if not any(not row.empty for row in (*tree.needs, *tree.lines)):
        form.wrong("", mark("Write at least one need."))
    content, seen = read(form, tree, known_rows(desk.begins)), form.number("version", 1, 10**9) or 0
    try:
        form.check()
        await _save(visit, desk, form, content, seen)
    except Refusal as refusal:
        stale = stale or isinstance(refusal, Stale)
        present = await _desk(visit, CaseId(id)) if isinstance(refusal, Stale) else desk
        return await _edit_page(visit, present, tree, form, form.again("plan", refusal), status_of(refusal), stale=stale)
    return visit.go(f"/cases/{id}/plan", "changed")


async def _save(visit: Visit, desk: Desk, form: Form, content: Content, seen: int) -> None:
    fields: dict[str, object] = {"needs": content.needs, "agreed": content.agreed}
    if desk.budget:
        fields["budget"] = content.budget
    if which := uuid_of(form.raw("plan")):
        await visit.use.plans.change(visit.actor, PlanId(which), seen, fields)
    else:
        await visit.use.plans.write(visit.actor, visit.once(), desk.sheet.case.id, fields)
