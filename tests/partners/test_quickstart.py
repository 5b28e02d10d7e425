"""The samples handed to partners, run by their own interpreters against messages that our own code signed, and the guide around them."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.partners.signatures import new_secret, signed_headers, verified
from domain.partners.exchange import BadSignature
from tests.architecture.source import ROOT

SAMPLES = ROOT / "openapi" / "samples"
# Python is here, or nobody would be reading this; the others are run on machines that have them.
INTERPRETERS = {"verify.py": sys.executable, "verify.mjs": shutil.which("node"), "verify.php": shutil.which("php")}
FOUND = [(name, program) for name, program in INTERPRETERS.items() if program]
OLD, NEW, OTHER = new_secret(), new_secret(), new_secret()
BODY = '{"type":"referral.sent","timestamp":"2026-11-21T09:30:00Z","data":{"referral":"r-7Qm2","note":"زینب"}}'

Run = Callable[..., list[str]]


@pytest.fixture(params=FOUND, ids=[name for name, _ in FOUND])
def run(request: pytest.FixtureRequest) -> Run:
    name, program = request.param

    def run(*arguments: str, secrets: tuple[str, ...], given: str) -> list[str]:
        environment = {**os.environ, "MRC_SECRETS": " ".join(secrets)}
        command = [program, str(SAMPLES / name), *arguments]
        done = subprocess.run(command, input=given.encode(), env=environment, capture_output=True, timeout=30, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().splitlines()

    return run


def message(id: str, *secrets: str, age: float = 0, body: str = BODY, **spoilt: str) -> str:
    at = datetime.now(UTC) - timedelta(seconds=age)
    headers = signed_headers(BODY.encode(), message=id, at=at, secrets=secrets)
    return json.dumps({"headers": {**{name.title(): value for name, value in headers.items()}, **spoilt}, "body": body})


def test_what_we_sign_is_taken_and_nothing_else(run: Run) -> None:
    said = {
        message("good", NEW): "new good",
        message("both", NEW, OLD): "new both",
        message("old", OLD): "new old",
        message("good", NEW, age=5): "repeat good",
        message("nearly", NEW, age=290): "new nearly",
        message("ahead", NEW, age=-290): "new ahead",
        message("stale", NEW, age=310): "refused: too old, or ahead of this clock",
        message("early", NEW, age=-310): "refused: too old, or ahead of this clock",
        message("strange", OTHER): "refused: no signature fits",
        message("body", NEW, body=BODY + " "): "refused: no signature fits",
        message("id", NEW, **{"Webhook-Id": "another"}): "refused: no signature fits",
        message("empty", NEW, **{"Webhook-Signature": ""}): "refused: no signature fits",
        message("version", NEW, **{"Webhook-Signature": "v1a,AAAA v2,BBBB"}): "refused: no signature fits",
        message("time", NEW, **{"Webhook-Timestamp": "soon"}): "refused: a header is missing",
        message("none", NEW, **{"Webhook-Id": ""}): "refused: a header is missing",
    }
    assert run(secrets=(NEW, OLD), given="\n".join(said) + "\n") == list(said.values())


def test_either_secret_is_enough_while_it_is_changed_and_the_old_one_not_for_ever(run: Run) -> None:
    both, alone = message("both", NEW, OLD), message("alone", NEW)
    assert run(secrets=(OLD,), given=f"{both}\n{alone}\n") == ["new both", "refused: no signature fits"]
    assert run(secrets=(NEW,), given=f"{both}\n{alone}\n") == ["new both", "new alone"]


def test_what_the_samples_sign_we_take(run: Run) -> None:
    headers = json.loads(run("sign", "news-1", secrets=(NEW, OLD), given=BODY)[0])
    assert verified(headers, BODY.encode(), (NEW,)) == "news-1"
    with pytest.raises(BadSignature):
        verified(headers, BODY.encode() + b" ", (NEW,))


def test_each_sample_needs_its_language_alone_and_is_short() -> None:
    imports = {"verify.py": r"^(?:import|from) (\w+)", "verify.mjs": r'from "([\w:]+)"', "verify.php": r"^(?:require|include|use) (.+)"}
    for name, pattern in imports.items():
        text = (SAMPLES / name).read_text()
        assert len(text.splitlines()) < 80, name
        for taken in re.findall(pattern, text, re.MULTILINE):
            assert taken.startswith("node:") if name.endswith("mjs") else taken in sys.stdlib_module_names, (name, taken)


def test_the_guide_names_what_there_is() -> None:
    """Each route, each sample and each problem type that the guide speaks of is one that the document has."""
    guide = (ROOT / "openapi" / "quickstart.md").read_text()
    document = json.loads((ROOT / "openapi" / "openapi.json").read_text())
    routes = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    named = set(re.findall(r"`((?:GET|PUT|POST) /[^`\s?]+)", guide))
    assert named >= {"POST /partner/v1/news", "GET /partner/v1/referrals/{ref}"}
    assert named <= routes, named - routes
    assert {path.name for path in SAMPLES.iterdir() if path.suffix != ".pyc"} - {"__pycache__"} == set(
        re.findall(r"samples/(verify\.\w+)", guide)
    )
    assert set(re.findall(r"`(referral\.\w+|endpoint\.test)`", guide)) <= set(document["webhooks"])


def test_the_guide_is_found() -> None:
    assert "quickstart.md" in (ROOT / "openapi" / "README.md").read_text()
    assert isinstance(SAMPLES, Path)
