"""Every column says how much it tells; what tells of a person is sealed, and what is not stands on a list with its reason."""

from collections.abc import Iterable

from sqlalchemy import Column, LargeBinary, MetaData, String, Table, Text

from adapters.database.schema import Sealed, Shows
from adapters.database.tables import METADATA
from domain.recruitment import PARTS

# Personal or sensitive and yet in plain sight, each with why.
PLAIN = {
    "case.number": "what people call the case by; it names nobody",
    "client.birth_year": "figures count ages",
    "client.district": "figures count districts; a code",
    "client.gender": "figures",
    "client.migration_stage": "figures",
    "client.number": "what people call the client by; it names nobody",
    "client_token.token": "keyed: without the vault it tells nothing",
    "consent.purpose": "sending is decided by it inside the transaction; one of four words",
    "imported_row.fingerprint": "keyed: it only tells whether a register's row came before",
    **{f"review.{score}": "outcomes are counted; a number" for score in ("economic", "social", "psychosocial")},
    **{f"review.{asked}": "outcomes are counted; yes, no or not known" for asked in ("in_country", "working", "safe")},
    "case.country": "cases are counted by country; a code",
    "job_abroad.country": "what recruitment costs is counted by country; a code",
    "job_abroad.year": "what recruitment costs is counted by year",
    "job_abroad.paid": "how costs were paid is counted; one of a few words",
    **{f"job_abroad.{part}": "months of earnings are counted; a sum" for part in (*PARTS, "income")},
    "transfer.number": "the case's; it names nobody",
    "case_watch.undecided": "figures count what nobody decided on; a number",
    "screening.outcome": "closing a case asks for it; one of a few words",
}
# Secrets kept as something from which they cannot be told.
HASHED = {
    "attachment.digest": "a keyed fingerprint",
    "audit_entry.mac": "a keyed mark",
    "audit_entry.seal": "a keyed mark",
    "idempotency_key.fingerprint": "a keyed fingerprint",
    "link.code": "a keyed fingerprint",
    "link.token": "a keyed fingerprint",
    "link.visit": "a keyed fingerprint",
    "partner.credential": "Argon2id",
    "sign_in.refresh": "a keyed fingerprint",
    "staff.password": "Argon2id",
    "subject_key.wrapped": "wrapped by the key-encryption key",
}
# Text of any length, in plain sight and about no client.
FREE_TEXT = {
    "agreement.field_groups": "words of a list",
    "agreement.purpose_codes": "words of a list",
    "agreement.purposes": "a contract with an agency",
    "agreement.times": "words of a list and numbers",
    "agreement.title": "a contract with an agency",
    "assignment.reason": "one of our own words",
    "attempt.detail": "the rule that stood against a delivery",
    "audit_entry.fields": "names of our own fields",
    "audit_entry.note": "states and rules in our own words",
    "centre.hours": "public",
    "centre.name": "public",
    "consent.field_groups": "words of a list",
    "disclosure.field_groups": "words of a list",
    "evidence_release.columns": "words of a list",
    "export.columns": "words of a list",
    "saved_question.bands": "numbers of a list",
    "saved_question.of_centres": "words of a list",
    "saved_question.splits": "words of a list",
    "report_file.media_type": "words of a list",
    "report_file.name": "the report's code and period",
    "report_schedule.made_for": "a period",
    "evidence_release.fingerprint": "of a file that leaves: it tells whether two are the same",
    "endpoint.url": "a partner's system",
    "group_line.next": "our own words about a rule",
    "group_line.says": "our own words about a rule",
    "holiday.name": "a day of the calendar",
    "holiday.source": "a day of the calendar",
    "idempotency_key.key": "the caller's random name for a request; it leaves after seven days",
    "idempotency_key.route": "our own path, with ids",
    "inbox.delivery": "the sender's random name for a delivery",
    "inbox.fault": "the rule that stood against it",
    "message.detail": "the rule that stood against a delivery",
    "outreach_session.place": "a hall or an institute",
    "outreach_session.title": "the topic of an event",
    "partner.channels": "words of a list",
    "partner.hours": "the directory",
    "partner.name": "the directory",
    "partner.source": "the directory",
    "project.donor": "who pays for a programme",
    "project.name": "a programme",
    "referral.field_groups": "words of a list",
    "service.city": "the directory",
    "research.columns": "words of a list",
    "service.districts": "the directory",
    "service.documents": "the directory",
    "service.eligibility": "the directory",
    "service.genders": "words of a list",
    "service.hours": "the directory",
    "service.languages": "words of a list",
    "service.name": "the directory",
    "service.offers": "the directory",
    "service.source": "the directory",
    "service.stages": "words of a list",
    "service.street": "the directory",
    "staff.centres": "codes",
    "staff.name": "a colleague",
    "staff.username": "a colleague",
}
LONG = 60


def _name(column: Column[object]) -> str:
    return f"{column.table.name}.{column.name}"


def _is_free_text(column: Column[object]) -> bool:
    kind = getattr(column.type, "impl", column.type)
    length = getattr(kind, "length", None)
    return isinstance(kind, String | Text) and (length is None or length > LONG)


def faults(tables: Iterable[Table]) -> list[str]:
    said = []
    for column in (column for table in tables for column in table.columns):
        name, shows, sealed = _name(column), column.info.get("shows"), column.info.get("sealed")
        if not isinstance(shows, Shows):
            said.append(f"{name} does not say what it shows")
        elif sealed is not None:
            if not isinstance(sealed, Sealed) or not isinstance(column.type, LargeBinary):
                said.append(f"{name} is sealed into something that is not bytes")
            if shows is Shows.public:
                said.append(f"{name} is sealed and public")
        elif shows in (Shows.personal, Shows.sensitive) and name not in PLAIN:
            said.append(f"{name} is {shows} and in plain sight")
        elif shows is Shows.secret and name not in HASHED:
            said.append(f"{name} is a secret in plain sight")
        elif shows in (Shows.public, Shows.internal) and _is_free_text(column) and name not in FREE_TEXT:
            said.append(f"{name} takes any text in plain sight")
    return said


def test_every_column_is_classified_and_kept_accordingly() -> None:
    found = faults(METADATA.tables.values())
    assert not found, "\n".join(found)


def test_the_lists_hold_nothing_that_is_not_there() -> None:
    names = {_name(column) for table in METADATA.tables.values() for column in table.columns}
    assert (PLAIN.keys() | HASHED.keys() | FREE_TEXT.keys()) - names == set()


def test_a_careless_column_would_be_seen() -> None:
    """The control: each kind of carelessness by itself."""
    for column in (
        Column("x", String(20)),
        Column("x", String(20), info={"shows": Shows.personal, "sealed": None}),
        Column("x", Text(), info={"shows": Shows.sensitive, "sealed": None}),
        Column("x", LargeBinary(), info={"shows": Shows.secret, "sealed": None}),
        Column("x", String(20), info={"shows": Shows.personal, "sealed": Sealed.subject}),
        Column("x", Text(), info={"shows": Shows.internal, "sealed": None}),
    ):
        assert faults([Table("careless", MetaData(), column)]), str(column.info)
    fine = Column("x", LargeBinary(), info={"shows": Shows.personal, "sealed": Sealed.subject})
    assert faults([Table("careful", MetaData(), fine)]) == []
