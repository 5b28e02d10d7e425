"""What the rules look at: the repository's files, read once."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("domain", "adapters", "service")


@dataclass(frozen=True, slots=True)
class Source:
    """`path` is relative to the repository's root, with slashes."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parsed(self)

    @property
    def nodes(self) -> tuple[ast.AST, ...]:
        return _walked(self)

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())


@cache
def _parsed(source: Source) -> ast.Module:
    """Once for all rules, which only look."""
    return ast.parse(source.text, source.path)


@cache
def _walked(source: Source) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(source.tree))


@cache
def files() -> tuple[Source, ...]:
    """Every text file git knows or would take in; without git, every file that is no product of a tool."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not any(part.startswith(".") or part in ("var", "dist") for part in path.parts)]
    found = []
    for path in sorted(paths):
        try:
            found.append(Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
    return tuple(found)


def python(*folders: str) -> list[Source]:
    return [file for file in files() if file.path.endswith(".py") and (not folders or file.path.split("/")[0] in folders)]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")
