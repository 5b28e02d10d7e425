"""The direction of every arrow: the import contracts of pyproject.toml hold, and each of them is able to break."""

import sys
from copy import deepcopy

import grimp
import pytest
from importlinter import Contract, api
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.independence import IndependenceContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract

from tests.architecture.source import ROOT

CONFIG = api.read_configuration(str(ROOT / "pyproject.toml"))
PACKAGES = CONFIG["session_options"]["root_packages"]

KINDS: dict[str, type[Contract]] = {
    kind.type_name: kind for kind in (AcyclicSiblingsContract, ForbiddenContract, IndependenceContract, LayersContract, ProtectedContract)
}
NAMES = [options["name"] for options in CONFIG["contracts_options"]]

# One wrong arrow for each contract, drawn into a copy of the import graph: the contract must see it.
WRONG = {
    "One way: service, then adapters, then domain": ("domain.values", "adapters.system.clock"),
    "Only the wiring names an adapter": ("service.usecases", "adapters.system.clock"),
    "Inside the service: entry points, wiring, edges, use cases, settings": ("service.usecases", "service.api"),
    "The domain reads in the order of a client's journey": ("domain.values", "domain.identity"),
    "The domain knows no framework": ("domain.values", "sqlalchemy"),
    "Use cases know only the domain": ("service.usecases", "fastapi"),
    "Use cases do not call one another": ("service.usecases.one", "service.usecases.two"),
    "Edges know no database and no outside": ("service.web", "httpx"),
    "Adapter families do not know one another": ("adapters.database", "adapters.system.clock"),
    "A partner adapter is a translator: no network, no database": ("adapters.partners.fia.translator", "httpx"),
    "Partner adapters do not know one another": ("adapters.partners.fia.translator", "adapters.partners.standard.translator"),
    "Tables have one home": ("service.api", "sqlmodel"),
    "No circles among siblings": ("domain.errors", "domain.values"),
}

# What the domain may lean on beside the standard library, and why.
PURE = {
    "phonenumbers": "the numbering plans of every country, as data and arithmetic",
    "rapidfuzz": "how alike two spellings of a name are, a pure calculation",
}
# Standard library, but not pure: a rule that opens a file or a socket is no rule. (domain.reference reads the package's own data.)
OUTSIDE = set("asyncio http logging multiprocessing os pathlib random socket sqlite3 ssl subprocess threading urllib".split())


def contract(name: str) -> Contract:
    options = next(options for options in CONFIG["contracts_options"] if options["name"] == name)
    return KINDS[options["type"]](name=name, session_options=CONFIG["session_options"], contract_options=options)


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


@pytest.fixture
def draw(graph: grimp.ImportGraph) -> grimp.ImportGraph:
    """A copy to draw into, which contracts may change too."""
    return deepcopy(graph)


@pytest.mark.parametrize("name", NAMES)
def test_contract_holds(draw: grimp.ImportGraph, name: str) -> None:
    check = contract(name).check(draw, verbose=False)
    assert check.kept, check.metadata


@pytest.mark.parametrize("name", NAMES)
def test_contract_sees_a_wrong_arrow(draw: grimp.ImportGraph, name: str) -> None:
    importer, imported = WRONG[name]
    draw.add_module("service.usecases.one")
    draw.add_module("service.usecases.two")
    draw.add_import(importer=importer, imported=imported, line_number=1, line_contents="import")
    assert not contract(name).check(draw, verbose=False).kept


def leans_on(graph: grimp.ImportGraph, package: str) -> dict[str, str]:
    """Top-level names imported from anywhere inside `package`, each with one place that does."""
    inside = {package} | graph.find_descendants(package)
    return {imported.split(".")[0]: module for module in inside for imported in graph.find_modules_directly_imported_by(module)}


def test_the_domain_leans_on_pure_things_only(graph: grimp.ImportGraph) -> None:
    allowed = (sys.stdlib_module_names - OUTSIDE) | set(PURE) | {"domain"}
    assert {name: place for name, place in leans_on(graph, "domain").items() if name not in allowed} == {}


def test_use_cases_lean_on_the_domain_and_the_standard_library(graph: grimp.ImportGraph) -> None:
    inside = {"service.usecases"} | graph.find_descendants("service.usecases")
    wrong = {
        (module, imported)
        for module in inside
        for imported in graph.find_modules_directly_imported_by(module)
        if imported.split(".")[0] not in sys.stdlib_module_names | {"domain", "structlog"} and imported not in inside
    }
    assert wrong == set()
