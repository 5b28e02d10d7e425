"""The dated facts this service leans on (places, languages, occupations, partners, instruments, law), each with its source and mark.

The JSON in `data/` is ours to edit; `data/README.md` says whose work stands behind it. A row may be presented as a fact only where
`verified` is true.
"""

from domain.reference.directory import Helpline, LegalNote, PartnerSeed, ServiceSeed, helplines, legal_notes, partners, services
from domain.reference.indicators import Instrument, Question, described, hxl_tag, instrument, instruments
from domain.reference.people import Occupation, SpokenLanguage, languages, name_variants, occupations
from domain.reference.places import Country, District, NewerDistrict, Province, countries, districts, newer_districts, provinces
from domain.reference.store import Mark, load

__all__ = [
    "Country",
    "District",
    "Helpline",
    "Instrument",
    "LegalNote",
    "Mark",
    "NewerDistrict",
    "Occupation",
    "PartnerSeed",
    "Province",
    "Question",
    "ServiceSeed",
    "SpokenLanguage",
    "countries",
    "described",
    "districts",
    "helplines",
    "hxl_tag",
    "instrument",
    "instruments",
    "languages",
    "legal_notes",
    "load",
    "name_variants",
    "newer_districts",
    "occupations",
    "partners",
    "provinces",
    "services",
]
