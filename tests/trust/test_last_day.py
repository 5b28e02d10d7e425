"""What is valid to a day ends at midnight on the wall of the centre, not when the day ends in Greenwich."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from domain.consent import Consent, ConsentForm, Purpose
from domain.partners.agreements import Agreement, agreed
from domain.values import CentreCode, ClientId, ConsentId, FieldGroup, Language, PartnerId, StaffId, day_of

NOBODY = UUID(int=1)
MIDNIGHT = datetime(2026, 11, 21, 19, tzinfo=UTC)
"""In Karachi the 22nd begins."""


def test_a_consent_is_over_at_midnight() -> None:
    consent = Consent(
        id=ConsentId(NOBODY),
        centre=CentreCode("ISB"),
        client_id=ClientId(NOBODY),
        purpose=Purpose.share,
        partner_id=PartnerId(NOBODY),
        field_groups=(FieldGroup.identity,),
        form=ConsentForm.written,
        language=Language.urdu,
        text_version="1",
        taken_by=StaffId(NOBODY),
        given_at=MIDNIGHT - timedelta(days=9),
        valid_to=date(2026, 11, 21),
    )
    assert consent.live(MIDNIGHT - timedelta(seconds=1))
    assert not consent.live(MIDNIGHT)


def test_an_agreement_too() -> None:
    agreement = Agreement(NOBODY, PartnerId(NOBODY), "Sample", (FieldGroup.identity,), date(2024, 1, 1), valid_to=date(2026, 11, 21))
    assert agreed([agreement], day_of(MIDNIGHT - timedelta(seconds=1)))
    assert not agreed([agreement], day_of(MIDNIGHT))
