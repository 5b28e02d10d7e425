"""An extract in which everybody stands among at least k who look alike, and no such group shares one sensitive value.

Decision. Context: IOM's CTDC, the reference of this trade, releases no combination of fewer than eleven. Choice: k = 11 over all that a
neighbour may know, and at least two values of each sensitive column in a group (l = 2). A group that falls short grows coarser by itself,
one step of one ladder at a time, always the step that saves most lines; what no step saves is suppressed. Price: lines of one extract are
coarse to different degrees, and its reader counts with that.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.evidence.columns import ANY, Column, up

K, L = 11, 2
LEAST_LOSS = (Column.registered, Column.age, Column.province, Column.migration_stage, Column.gender)
"""Where two steps save as many lines, the earlier of these is taken."""
ORDER = {column: place for place, column in enumerate(LEAST_LOSS)}

Nodes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    k: int = K
    diversity: int = L


RULE = Rule()


@dataclass(frozen=True, slots=True)
class Line:
    """One person as released: `known` over the columns a neighbour may know, `told` over the sensitive ones."""

    known: Nodes
    told: Nodes


@dataclass(frozen=True, slots=True)
class Anonymous:
    lines: tuple[Line, ...]
    suppressed: int


def _stands(told: Sequence[Nodes], rule: Rule) -> bool:
    return len(told) >= rule.k and all(len(set(values)) >= rule.diversity for values in zip(*told, strict=True))


class _Groups:
    """Lines by how they look now."""

    def __init__(self, columns: tuple[Column, ...], rule: Rule) -> None:
        self.columns, self.rule = columns, rule
        self.told: dict[Nodes, list[Nodes]] = defaultdict(list)

    def failing(self) -> list[Nodes]:
        return [known for known, told in self.told.items() if not _stands(told, self.rule)]

    def raised(self, known: Nodes, at: int) -> Nodes:
        return (*known[:at], up(self.columns[at], known[at]), *known[at + 1 :])

    def saved(self, failing: Sequence[Nodes], at: int) -> list[Nodes]:
        """Which of these would stand if all of them took this step."""
        moved: dict[Nodes, list[Nodes]] = defaultdict(list)
        for known in failing:
            moved[self.raised(known, at)] += self.told[known]
        stay = self.told.keys() - set(failing)
        stands = {to for to, told in moved.items() if _stands([*told, *(self.told[to] if to in stay else ())], self.rule)}
        return [known for known in failing if self.raised(known, at) in stands]

    def step(self, moving: Sequence[Nodes], at: int) -> None:
        gone = [(known, self.told.pop(known)) for known in moving]
        for known, told in gone:
            self.told[self.raised(known, at)] += told


def anonymous(rows: Sequence[Line], columns: tuple[Column, ...], rule: Rule = RULE) -> Anonymous:
    """`rows` as fine as they may leave; `columns` are those of `known`. What comes back holds the rule, group by group."""
    groups = _Groups(columns, rule)
    for row in rows:
        groups.told[row.known].append(row.told)
    while failing := [known for known in groups.failing() if any(node != ANY for node in known)]:
        ways = sorted((at for at in range(len(columns)) if any(known[at] != ANY for known in failing)), key=lambda at: ORDER[columns[at]])
        saved = {at: [known for known in groups.saved(failing, at) if known[at] != ANY] for at in ways}
        best = max(ways, key=lambda at: sum(len(groups.told[known]) for known in saved[at]))
        groups.step(saved[best] or [known for known in failing if known[best] != ANY], best)
    lost = groups.failing()
    suppressed = sum(len(groups.told.pop(known)) for known in lost)
    return Anonymous(tuple(Line(known, one) for known, told in groups.told.items() for one in told), suppressed)


def groups_of(lines: Sequence[Line]) -> Mapping[Nodes, list[Nodes]]:
    """What an attacker sees: who looks like whom."""
    found: dict[Nodes, list[Nodes]] = defaultdict(list)
    for line in lines:
        found[line.known].append(line.told)
    return found
