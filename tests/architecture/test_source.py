"""House rules that no linter knows, as functions from a file to what is wrong with it. Each has a control: a line that it must catch."""

import ast
import re
import statistics
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.source import PRODUCT, Source, files, python

HEAVY = {"weasyprint"}  # costs seconds to import, so it may be imported where a letter is printed
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:root|work|home/\w+|Users/\w+|opt/pypi[\w-]*)/")
REGISTRY = re.compile(r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host|file:|@ ")
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("uuid", "uuid1"),
    ("uuid", "uuid4"),
}

DAYS = {"date", "year", "month", "day", "weekday", "isocalendar", "strftime"}


def dotted(node: ast.expr) -> tuple[str, ...]:
    if isinstance(node, ast.Attribute):
        return (*dotted(node.value), node.attr)
    return (node.id,) if isinstance(node, ast.Name) else ()


def imports_inside(file: Source) -> Iterator[str]:
    """An import inside a function hides what a module leans on, and fails late."""
    for function in file.nodes:
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        for node in ast.walk(function):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or "."] if isinstance(node, ast.ImportFrom) else []
            yield from (f"{file.path}:{node.lineno} {name}" for name in names if name.split(".")[0] not in HEAVY)


def without_opening(file: Source) -> Iterator[str]:
    """A file opens with one sentence saying what it is for; an empty `__init__.py` has nothing to say."""
    if file.tree.body and not ast.get_docstring(file.tree):
        yield file.path


def clocks(file: Source) -> Iterator[str]:
    """Time and new names come through doors (domain/chance.py), or rules cannot be held still."""
    if file.path.startswith("adapters/system/"):
        return
    for node in file.nodes:
        if isinstance(node, ast.ImportFrom) and node.module in ("uuid", "time", "random"):
            taken = {alias.name for alias in node.names} & {"uuid1", "uuid4", "time", "time_ns", "random", "randint", "choice", "shuffle"}
            yield from (f"{file.path}:{node.lineno} {node.module}.{name}" for name in taken)
        elif isinstance(node, ast.Call):
            name = dotted(node.func)
            loose_dice = name[:1] == ("random",) and len(name) == 2 and not (name[1] == "Random" and node.args)
            if name[-2:] in CLOCKS or loose_dice:
                yield f"{file.path}:{node.lineno} {'.'.join(name)}"


def _of_now(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _of_now(node.left) or _of_now(node.right)
    return isinstance(node, ast.Call) and (
        dotted(node.func)[-1:] == ("now",) or (dotted(node.func)[-1:] == ("astimezone",) and not node.args)
    )


def days_of_no_wall(file: Source) -> Iterator[str]:
    """Between midnight in Karachi and midnight in London it is two days at once: ask `day_of` and `month_of`, in tests too."""
    for node in file.nodes:
        in_text = isinstance(node, ast.FormattedValue) and node.format_spec
        if (in_text or (isinstance(node, ast.Attribute) and node.attr in DAYS)) and _of_now(node.value):
            yield f"{file.path}:{node.lineno}"


def secrets_of_its_own(file: Source) -> Iterator[str]:
    """Rules and edges ask `Ids` and the vault for chance; only adapters touch the machine's."""
    if file.path.startswith("adapters/"):
        return
    for node in file.nodes:
        named = {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
        named |= {node.module} if isinstance(node, ast.ImportFrom) else set()
        if "secrets" in named or (isinstance(node, ast.Attribute) and dotted(node) == ("os", "urandom")):
            yield f"{file.path}:{node.lineno}"


def prints(file: Source) -> Iterator[str]:
    """Only commands speak to a terminal; everything else logs, or says nothing."""
    if file.path.startswith("service/cli/"):
        return
    yield from (f"{file.path}:{node.lineno}" for node in file.nodes if isinstance(node, ast.Call) and dotted(node.func) == ("print",))


def machine_paths(file: Source) -> Iterator[str]:
    """A path of the machine something was written on works on no other."""
    for number, line in enumerate(file.text.splitlines(), 1):
        if MACHINE_PATH.search(line):
            yield f"{file.path}:{number} {line.strip()[:80]}"


def registries(file: Source) -> Iterator[str]:
    """A lock names versions and hashes; where they come from is each machine's own setting."""
    yield from (f"{file.path}:{number}" for number, line in enumerate(file.text.splitlines(), 1) if REGISTRY.search(line))


Rule = Callable[[Source], Iterator[str]]
LOCKS = [file for file in files() if file.path.startswith("requirements/")]
RULES: list[tuple[Rule, list[Source], str, str]] = [
    (imports_inside, python(*PRODUCT, "migrations", "tests"), "x.py", '"""Doc."""\ndef f():\n    import json\n'),
    (imports_inside, [], "x.py", '"""Doc."""\nasync def f():\n    from os import path\n'),
    (without_opening, python(), "x.py", "x = 1\n"),
    (clocks, python(*PRODUCT), "domain/x.py", "from datetime import datetime\nx = datetime.now()\n"),
    (clocks, [], "service/x.py", "import uuid\nx = uuid.uuid4()\n"),
    (clocks, [], "adapters/database/x.py", "from uuid import uuid4\n"),
    (clocks, [], "domain/x.py", "import random\nx = random.choice([1])\n"),
    (clocks, [], "domain/x.py", "import random\nx = random.Random()\n"),
    (days_of_no_wall, python(), "tests/x.py", "x = (datetime.now(UTC) + timedelta(days=60)).date()\n"),
    (days_of_no_wall, [], "tests/x.py", 'x = f"{datetime.now(UTC):%Y-%m}"\n'),
    (days_of_no_wall, [], "service/x.py", "x = self._clock.now().astimezone().date()\n"),
    (secrets_of_its_own, python(*PRODUCT), "service/api/x.py", "import secrets\n"),
    (secrets_of_its_own, [], "domain/x.py", "import os\nx = os.urandom(3)\n"),
    (prints, python(*PRODUCT), "service/api/x.py", "print(1)\n"),
    (machine_paths, [file for file in files() if not file.path.startswith("tests/architecture/")], "README.md", "run " + "/root" + "/x"),
    (registries, LOCKS, "requirements/run.txt", "--index-url https://packages.example/simple"),
    (registries, [], "requirements/run.txt", "six @ file:///tmp/six.whl"),
]


@pytest.mark.parametrize(
    "rule,found", [(rule, found) for rule, found, _, _ in RULES if found], ids=lambda given: getattr(given, "__name__", "")
)
def test_the_repository_keeps(rule: Rule, found: list[Source]) -> None:
    assert [wrong for file in found for wrong in rule(file)] == []


@pytest.mark.parametrize("rule,path,text", [(rule, path, text) for rule, _, path, text in RULES])
def test_the_rule_catches(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text)))


def test_seeded_dice_and_the_system_clock_are_fine() -> None:
    assert list(clocks(Source("service/cli/demo.py", "import random\nx = random.Random(7)\n"))) == []
    assert list(clocks(Source("adapters/system/clock.py", "from datetime import datetime\nx = datetime.now()\n"))) == []


def test_files_stay_short() -> None:
    """The calm codebases measured: median 60-140 lines, 95th percentile 300; a tenth of grace."""
    lengths = sorted(file.lines for file in python(*PRODUCT) if file.tree.body)
    assert statistics.median(lengths) <= 140
    assert lengths[int(len(lengths) * 0.95)] <= 330, [file.path for file in python(*PRODUCT) if file.lines > 330]
    assert lengths[-1] <= 450, [file.path for file in python(*PRODUCT) if file.lines > 450]


def test_functions_stay_short() -> None:
    """Median 9 lines, 95th percentile 30, measured over the same codebases."""
    lengths = sorted(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for file in python(*PRODUCT)
        for node in file.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert statistics.median(lengths) <= 12
    assert lengths[int(len(lengths) * 0.95)] <= 32
