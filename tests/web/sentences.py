"""Every sentence that a page may say, gathered from where it stands: templates, pages, refusals, doubts, the seven questions."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from domain import reference
from domain.errors import Refusal
from domain.reports.built_in import REPORTS
from domain.reports.measures import MEASURES
from tests.architecture.source import ROOT

TEMPLATES = ROOT / "service" / "web" / "templates"
SAID = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
COUNTED = re.compile(r"""\bmany\(\s*"([^"]*)",\s*"([^"]*)\"""")
WHY = re.compile(r"(Same|Client|Name|Year|Father)[A-Za-z' ]*")
SAYERS = {"mark", "words"}
# Modules whose refusals reach a page: not the commands, the partner's side or the registers, which speak to programmes in English.
REFUSING = (
    "domain/errors.py",
    "domain/values.py",
    "domain/identity.py",
    "domain/sessions.py",
    "domain/account.py",
    "domain/passkeys.py",
    "domain/clients.py",
    "domain/contacts.py",
    "domain/attachments.py",
    "domain/consent.py",
    "domain/cases.py",
    "domain/counselling.py",
    "domain/disclosures.py",
    "domain/periods.py",
    "domain/figures/use.py",
    "domain/evidence/differencing.py",
    "domain/evidence/release.py",
    "domain/evidence/request.py",
    "domain/evidence/synthetic.py",
    "domain/evidence/tables.py",
    "domain/exports/record.py",
    "domain/incoming/record.py",
    "domain/policy/figure.py",
    "domain/policy/impersonal.py",
    "domain/policy/note.py",
    "domain/reports/made.py",
    "domain/reports/period.py",
    "domain/reports/question.py",
    "domain/reports/saved.py",
    "domain/reports/schedule.py",
    "domain/plans/content.py",
    "domain/plans/record.py",
    "domain/projects.py",
    "domain/countries.py",
    "domain/recruitment.py",
    "domain/reintegration/reviews.py",
    "domain/outreach.py",
    "domain/audit.py",
    "domain/secrecy.py",
    "domain/delivery.py",
    "domain/partners/agreements.py",
    "domain/partners/channels.py",
    "domain/partners/declining.py",
    "domain/partners/directory.py",
    "domain/partners/hours.py",
    "domain/partners/places.py",
    "domain/referrals/links.py",
    "domain/partners/holidays.py",
    "domain/partners/times.py",
    "domain/referrals/allowed.py",
    "domain/referrals/appointments.py",
    "domain/referrals/feedback.py",
    "domain/referrals/group.py",
    "domain/referrals/record.py",
    "domain/referrals/queue.py",
    "domain/transfers/record.py",
    "domain/papers.py",
    "domain/reports/sheet.py",
    "domain/screening/engine.py",
    "domain/screening/record.py",
    "adapters/files/images.py",
    "adapters/files/pdf.py",
    "service/files.py",
    "service/usecases/cases.py",
    "service/usecases/clients.py",
    "service/usecases/counselling.py",
    "service/usecases/links.py",
    "service/usecases/partner_desk.py",
    "service/usecases/disclosures.py",
    "service/usecases/plans.py",
    "service/usecases/referrals.py",
    "service/usecases/reporting.py",
    "service/usecases/reports/schedule.py",
    "service/web/edge.py",
    "service/web/guard.py",
    "service/web/forms.py",
)


def of_templates() -> Iterator[str]:
    for path in sorted(TEMPLATES.glob("*.html")):
        for double, single in SAID.findall(path.read_text(encoding="utf-8")):
            yield double or single
        for forms in COUNTED.findall(path.read_text(encoding="utf-8")):
            yield from forms


def of_pages() -> Iterator[str]:
    for path in sorted((ROOT / "service" / "web").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from _said_by(node)


def _said_by(call: ast.Call) -> Iterator[str]:
    """`mark(text)`, `words(text)`, `words.many(one, other, n)`."""
    counted = isinstance(call.func, ast.Attribute) and call.func.attr == "many"
    if counted or (isinstance(call.func, ast.Name) and call.func.id in SAYERS):
        for given in call.args[: 2 if counted else 1]:
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                yield given.value


def _text(node: ast.expr | None) -> str | None:
    """A text as it stands, or with `{}` where something is filled in; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def _of_module(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            given = [*node.exc.args[:1], *(keyword.value for keyword in node.exc.keywords if keyword.arg == "next")]
            yield from (text for one in given if (text := _text(one)))


def _kinds(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    yield kind
    for one in kind.__subclasses__():
        yield from _kinds(one)


def of_refusals() -> Iterator[str]:
    modules = {path.removesuffix(".py").replace("/", ".") for path in REFUSING}
    for kind in _kinds(Refusal):
        if kind.__module__ in modules:
            yield kind.next
            if kind is not Refusal:
                yield (kind.__doc__ or "").strip().split("\n")[0]
    for path in REFUSING:
        yield from _of_module(ROOT / path)


def of_screening() -> Iterator[str]:
    """Every instrument that is shipped, and what its rules and the engine say of the answers."""
    for one in reference.instruments().values():
        yield from (one.title, one.for_whom, one.mark.caveat, *one.dimensions.values(), *(question.text for question in one.questions))
        yield from (row["text"] for row in one.rules["outcomes"])
        yield from (one.rules[name] for name in ("text", "consent") if name in one.rules)
        yield from (f"{{}} ({question.weight})" for question in one.questions if question.weight)
    yield from ("So far: {}", "Some questions are still open. Answered with yes, they could make it: {}", "Yes: {}", "Yes, and grave: {}")
    yield from ("{}, enough signs: {}.", "{}, too few signs by themselves: {}.")
    yield from ("No indication so far, but too few answers are known to rule it out.", "A checklist: no indication is computed from it.")
    yield from ("Yes: {} of {}.", "Not known: {} of {}; declined: {}. None of these counts as a no.")


def of_search() -> Iterator[str]:
    """Why somebody was found, and doubts about a number."""
    path = ROOT / "service" / "usecases" / "clients.py"
    texts = (node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant))
    yield from (text for text in texts if isinstance(text, str) and WHY.fullmatch(text))
    yield "The first digit names no province we know; check it on the card."
    yield "The last digit does not fit the gender recorded; check both."


def of_places() -> Iterator[str]:
    yield from (province.name for province in reference.provinces().values())


def of_measures() -> Iterator[str]:
    """What can be counted, and the definition of each."""
    yield from (text for its in MEASURES.values() for text in (its.name, its.means))


def of_reports() -> Iterator[str]:
    """The built-in reports, what each is for, and their sections."""
    for its in REPORTS.values():
        yield from (its.title, its.whom, *((its.note,) if its.note else ()), *(section.title for section in its.sections))


def everything() -> set[str]:
    return {*of_reports(), *of_measures(), *of_places(), *of_templates(), *of_pages(), *of_refusals(), *of_screening(), *of_search()}
