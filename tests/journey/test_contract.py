"""The OpenAPI document: valid, complete in examples, and its examples are bodies that the service takes."""

from pathlib import Path

import pytest
from openapi_spec_validator import validate

from service.api.bodies import cases, clients, evidence, exports, glass, partners, plans, referrals
from service.api.contract import WEBHOOKS, document
from service.api.examples import EXAMPLES
from service.app import make_app
from service.settings import Settings
from service.wiring import wire


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_is_a_body_that_is_taken(name: str) -> None:
    body = next(
        getattr(noun, name) for noun in (cases, clients, evidence, exports, glass, partners, plans, referrals) if hasattr(noun, name)
    )
    body.model_validate(EXAMPLES[name])


def test_the_document_is_valid_and_tells_of_every_webhook(tmp_path: Path) -> None:
    said = document(make_app(wire(Settings(data_dir=tmp_path))))
    validate(said)
    assert set(said["webhooks"]) == set(WEBHOOKS)
    assert said["openapi"].startswith("3.1")
    unsecured = [path for path, methods in said["paths"].items() for one in methods.values() if "security" not in one]
    others = {path for path in unsecured if not path.startswith("/hsds/")}
    assert len(others) < len(unsecured), "the public directory asks for no sign-in"
    assert others == {"/api/v1/auth/token", "/partner/v1/news", "/healthz", "/readyz", "/metrics", "/.well-known/security.txt"}


def test_bodies_of_the_main_job_have_an_example() -> None:
    written = {"ContactBody", "ConsentBody", "CaseBody", "SessionBody", "NoteBody", "ScreeningBody", "ReferralBody", "AnswerBody"}
    assert written <= set(EXAMPLES)
