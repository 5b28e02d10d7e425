"""What ships and how it is installed: locks, image, compose file, CI. No engine runs here, so their shape is what is tested."""

import ast
import os
import re
import tomllib

import pytest
import yaml

from tests.architecture.source import ROOT, read

PROJECT = tomllib.loads(read("pyproject.toml"))["project"]
COMPOSE = yaml.safe_load(read("compose.yaml"))
OURS = ("migrate", "app", "worker")


def locked(name: str) -> dict[str, str]:
    """Package to version, with the hashes checked to be there."""
    text = read(f"requirements/{name}.txt")
    entries = re.findall(r"^([\w.-]+(?:\[[\w,-]+\])?)==(\S+)(.*?)(?=^\S|\Z)", text, re.M | re.S)
    assert all("--hash=sha256:" in rest for _, _, rest in entries)
    return {normal(package): version for package, version, _ in entries}


def normal(requirement: str) -> str:
    name = re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock,extras", [("run", ["build"]), ("dev", ["build", "dev"])])
def test_the_lock_holds_all_that_is_asked_for(lock: str, extras: list[str]) -> None:
    asked = [*PROJECT["dependencies"], *(each for extra in extras for each in PROJECT["optional-dependencies"][extra])]
    assert {normal(requirement) for requirement in asked} - locked(lock).keys() == set()


def test_what_is_tested_is_what_runs() -> None:
    assert locked("run").items() <= locked("dev").items()


def test_the_image_runs_as_nobody_in_particular_and_says_how_it_is() -> None:
    text = read("Dockerfile")
    final = text[text.rindex("\nFROM ") :]
    assert re.search(r"^USER 10001:10001$", final, re.M)
    assert 'ENTRYPOINT ["mrc"]' in final
    assert "HEALTHCHECK" in final
    assert "/healthz" in final
    assert "--require-hashes" in text
    assert all(tag not in ("", "latest") for tag in re.findall(r"^FROM [\w./-]+:?([\w.-]*)", text, re.M))
    assert not re.search(r"(?i)(password|secret|token|key)\w*=\S", text)


def test_the_image_takes_only_what_it_needs() -> None:
    first, *let_in = read(".dockerignore").split()
    assert first == "*"
    needed = {"requirements/run.txt", "pyproject.toml", "README.md", "LICENSE"}
    needed |= set(tomllib.loads(read("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert {entry[1:] for entry in let_in if entry.startswith("!")} == needed


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_every_service_is_shut_in(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    spoken = [f"{key}={value}" for key, value in service.get("environment", {}).items() if not key.endswith("_FILE")]
    assert not [entry for entry in spoken if re.search(r"(?i)password|secret|token|://[^/]*:", entry)]


def test_only_the_migration_has_the_owners_key() -> None:
    urls = {name: [secret["source"] for secret in COMPOSE["services"][name]["secrets"]] for name in OURS}
    assert urls == {"migrate": ["owner_url"], "app": ["app_url"], "worker": ["app_url"]}
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert COMPOSE["services"]["database"]["networks"] == ["inside"]


def test_every_setting_is_explained_to_operators() -> None:
    """The settings class (once it stands) and the compose file name nothing that docs/operations.md does not."""
    named = {key for name in OURS for key in COMPOSE["services"][name]["environment"] if key.startswith("MRC_")}
    settings = ROOT / "service" / "settings.py"
    if settings.exists():
        classes = [node for node in ast.parse(settings.read_text()).body if isinstance(node, ast.ClassDef) and node.name == "Settings"]
        fields = [
            line.target.id
            for node in classes
            for line in node.body
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
        ]
        named |= {f"MRC_{field.upper()}" for field in fields if field != "model_config"}
    explained = set(re.findall(r"`(MRC_[A-Z_]+)`", read("docs/operations.md")))
    assert named - explained == set()


def test_ci_leaves_nothing_out() -> None:
    script = read(".ci/run")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "set -euo pipefail" in script
    assert {"MRC_REQUIRE_BROWSER=1", "MRC_REQUIRE_POSTGRES=1"} <= set(script.split())
    assert script.index("make --keep-going check") < script.index("make test") < script.index("skipped")


NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def unknown(text: str) -> list[str]:
    """Tests that a document names and that are not there."""
    return [f"{path}::{name}" for path, name in NAMED.findall(text) if f"def {name}(" not in (read(path) if (ROOT / path).exists() else "")]


def test_every_test_that_a_document_names_is_there() -> None:
    pages = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))]
    assert [one for page in pages for one in unknown(page)] == []
    assert sum(len(NAMED.findall(page)) for page in pages) > 15
    assert unknown("`tests/architecture/test_delivery.py::test_that_nobody_wrote`"), "the control"
