"""The plan as a form: rows of needs, goals, actions and money that grow by buttons, read into its content, and set beside the record's.

The hidden `row`s say in order which rows the form has (`need:<key>`, `goal:<key>`, …). The key of a row that the record has is its id, of
a new one `n1`, `n2`, … A row that stays empty is none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from domain.consent import ConsentForm
from domain.plans.content import MOST_RUPEES, NEW, Action, Agreed, BudgetLine, Content, Goal, Need, NeedKind, Owner
from service.web.catalogue import mark
from service.web.forms import Form, uuid_of
from service.web.merging import Theirs, apart

NAMES = {
    "need": ("kind", "words"),
    "goal": ("title",),
    "action": ("title", "owner", "due_on"),
    "line": ("purpose", "rupees", "source"),
}
"""The fields of each sort of row, as `title-<key>`."""
BELOW = {"need": "goal", "goal": "action"}
JOINT = " · "


@dataclass
class Row:
    """`values` as they are typed; `rows` are those that stand under it."""

    sort: str
    key: str
    values: dict[str, str]
    rows: list["Row"] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.sort}-{self.key}"

    @property
    def said(self) -> str:
        """In one line, as the other version of it is compared with this one."""
        return JOINT.join(" ".join(self.values[name].split()) for name in NAMES[self.sort])

    @property
    def empty(self) -> bool:
        return not any(self.values.values()) and all(row.empty for row in self.rows)


@dataclass
class Tree:
    """The whole form: needs with what stands under them, and the lines of the budget."""

    needs: list[Row]
    lines: list[Row]
    agreed_on: str = ""
    agreed_how: str = ""

    def every(self) -> Iterable[tuple[list[Row], Row]]:
        """Each row with the list it stands in."""
        waiting = [self.needs, self.lines]
        for rows in waiting:
            for row in rows:
                yield rows, row
                waiting.append(row.rows)

    def row(self, name: str) -> Row | None:
        return next((row for _, row in self.every() if row.name == name), None)

    def said(self) -> dict[str, str]:
        agreed = JOINT.join(one for one in (self.agreed_on, self.agreed_how) if one)
        return {row.name: row.said for _, row in self.every()} | {"agreed": agreed}


def typed(form: Form) -> Tree:
    """The rows as the form has them; one that belongs nowhere is left out."""
    tree = Tree([], [], form.raw("agreed_on"), form.raw("agreed_how"))
    within: dict[str, list[Row]] = {"need": tree.needs, "line": tree.lines}
    for named in dict.fromkeys(form.fields.get("row", ())):
        sort, _, key = named.partition(":")
        if sort in NAMES and sort in within and 0 < len(key) <= 36:
            row = Row(sort, key, {name: form.raw(f"{name}-{key}") for name in NAMES[sort]})
            within[sort].append(row)
            if below := BELOW.get(sort):
                within[below] = row.rows
            if sort == "need":
                within.pop("action", None)
    return tree


def of_content(content: Content) -> Tree:
    """What the record says, as the form would have it typed."""
    needs = [
        Row("need", str(need.id), {"kind": need.kind.value, "words": need.words}, [_goal(goal) for goal in need.goals])
        for need in content.needs
    ]
    lines = [Row("line", str(one.id), {"purpose": one.purpose, "rupees": str(one.rupees), "source": one.source}) for one in content.budget]
    agreed = content.agreed
    return Tree(needs, lines, agreed.on.isoformat() if agreed else "", agreed.how.value if agreed else "")


def _goal(goal: Goal) -> Row:
    actions = [
        Row("action", str(one.id), {"title": one.title, "owner": owner_of(one), "due_on": one.due_on.isoformat()}) for one in goal.actions
    ]
    return Row("goal", str(goal.id), {"title": goal.title}, actions)


def owner_of(action: Action) -> str:
    """The value of the one list that client, colleagues and partners stand in."""
    return f"{action.owner}:{action.who}" if action.who else action.owner.value


def grown(tree: Tree, more: str) -> Tree:
    """With one more empty row of a sort, and of what belongs under it: `need`, `goal:<key of its need>`, `action:<key>`, `line`."""
    sort, _, parent = more.partition(":")
    above = {"goal": "need", "action": "goal"}.get(sort)
    rows = {"need": tree.needs, "line": tree.lines}.get(sort)
    if above and (found := tree.row(f"{above}-{parent}")):
        rows = found.rows
    if rows is not None:
        rows.append(_empty(sort, _free(tree)))
    return tree


def _free(tree: Tree) -> int:
    taken = [int(row.key[1:]) for _, row in tree.every() if row.key[:1] == "n" and row.key[1:].isdecimal() and row.key.isascii()]
    return max(taken, default=0) + 1


def _empty(sort: str, number: int) -> Row:
    below = [_empty(BELOW[sort], number + 1)] if sort in BELOW else []
    return Row(sort, f"n{number}", dict.fromkeys(NAMES[sort], ""), below)


def without(tree: Tree, name: str) -> Tree:
    """Less this row and what stands under it."""
    for rows, row in list(tree.every()):
        if row.name == name and row in rows:
            rows.remove(row)
    return tree


KIND, GOAL, TITLE = mark("Choose the kind of the need."), mark("Write what is to be reached."), mark("Write what is to be done.")
OWNER, DUE = mark("Choose who does it."), mark("Write the day by which it is done.")
PURPOSE, RUPEES, SOURCE = mark("Write what the money is for."), mark("Write the sum in whole rupees."), mark("Write who pays it.")
HOW = mark("Write both the day on which the client agreed, and how.")


def as_form(tree: Tree, form: Form) -> Form:
    """The form with the rows and values of the tree."""
    typed = {f"{name}-{row.key}": (value,) for _, row in tree.every() for name, value in row.values.items()}
    rows = tuple(f"{row.sort}:{row.key}" for _, row in tree.every())
    agreed = {"agreed_on": (tree.agreed_on,), "agreed_how": (tree.agreed_how,)}
    return Form({**form.fields, **typed, **agreed, "row": rows})


def read(form: Form, tree: Tree, known: frozenset[UUID]) -> Content:
    """What is typed, every fault kept by the form. A row that the record no longer has becomes a new one."""
    reader = _Reader(form, known)
    return Content(
        tuple(reader.need(row) for row in tree.needs if not row.empty),
        tuple(reader.line(row) for row in tree.lines if not row.empty),
        _agreed(form),
    )


def _agreed(form: Form) -> Agreed | None:
    on, how = form.day("agreed_on"), form.choice("agreed_how", ConsentForm)
    if bool(form.raw("agreed_on")) != bool(form.raw("agreed_how")):
        form.wrong("agreed_how" if form.raw("agreed_on") else "agreed_on", HOW)
    return Agreed(on, how) if on and how else None


class _Reader:
    """Reads the rows that are not empty; what a row lacks is said at its field."""

    def __init__(self, form: Form, known: frozenset[UUID]) -> None:
        self._form, self._known = form, known

    def _id(self, row: Row) -> UUID:
        id = uuid_of(row.key)
        return id if id is not None and id in self._known else NEW

    def _needed(self, row: Row, name: str, says: str) -> str:
        """The name of the field; what is missing there is said."""
        if not row.values[name]:
            self._form.wrong(f"{name}-{row.key}", says)
        return f"{name}-{row.key}"

    def need(self, row: Row) -> Need:
        kind = self._form.choice(self._needed(row, "kind", KIND), NeedKind)
        goals = tuple(self._goal(below) for below in row.rows if not below.empty)
        return Need(self._id(row), kind or NeedKind.information, self._form.prose(f"words-{row.key}"), goals)

    def _goal(self, row: Row) -> Goal:
        title = self._form.line(self._needed(row, "title", GOAL))
        return Goal(self._id(row), title, tuple(self._action(below) for below in row.rows if not below.empty))

    def _action(self, row: Row) -> Action:
        title = self._form.line(self._needed(row, "title", TITLE))
        due_on = self._form.day(self._needed(row, "due_on", DUE))
        owner, _, who = self._form.raw(self._needed(row, "owner", OWNER)).partition(":")
        if owner and ((owner != Owner.client) != bool(uuid_of(who)) or owner not in list(Owner)):
            self._form.wrong(f"owner-{row.key}", OWNER)
            owner = ""
        return Action(self._id(row), title, Owner(owner or Owner.client), due_on or date.max, uuid_of(who))

    def line(self, row: Row) -> BudgetLine:
        purpose = self._form.line(self._needed(row, "purpose", PURPOSE))
        rupees = self._form.number(self._needed(row, "rupees", RUPEES), 0, MOST_RUPEES)
        return BudgetLine(self._id(row), purpose, rupees or 0, self._form.line(self._needed(row, "source", SOURCE)))


def differing(now: Tree, was: Form, record: Tree, said: Mapping[str, str]) -> dict[str, Theirs]:
    """Where form and record say a row differently, or only one of them has it. `said` is the record's rows for reading.

    What the writer took out and nobody else changed, or added where nobody was, is no difference to ask about.
    """
    typed, stands = now.said(), record.said()
    before = {name: next(iter(was.fields.get(f"was-{name}", ())), "") for name in {*typed, *stands}}
    asked = {name for name in typed if name in stands or before[name]}
    asked |= {name for name in stands if name in typed or stands[name] != before[name]}
    rows = Form({name: (typed[name],) if name in typed else () for name in asked} | {f"was-{n}": (before[n],) for n in asked if before[n]})
    meant = {name: (typed.get(name, ""),) for name in asked}
    return apart(rows, meant, {name: (stands.get(name, ""),) for name in sorted(asked)}, lambda name, _: said.get(name, ""))


def taken(now: Tree, record: Tree, names: Iterable[str]) -> Tree:
    """The form with the record's rows where these were ticked: changed, put back under what they stood under, or taken out."""
    for name in names:
        if name == "agreed":
            now.agreed_on, now.agreed_how = record.agreed_on, record.agreed_how
        elif (theirs := record.row(name)) is None:
            without(now, name)
        elif (own := now.row(name)) is not None:
            own.values = dict(theirs.values)
        else:
            _put(now, record, theirs)
    return now


def _put(now: Tree, record: Tree, theirs: Row) -> None:
    """Under the row it stands under in the record, which comes along where the form has it no more."""
    above = next((row for _, row in record.every() if theirs in row.rows), None)
    rows = now.lines if theirs.sort == "line" else now.needs
    if above is not None:
        if now.row(above.name) is None:
            _put(now, record, replace(above, rows=[]))
        found = now.row(above.name)
        rows = found.rows if found else rows
    rows.append(replace(theirs, rows=[]))
