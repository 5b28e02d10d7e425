"""What the codes are called of what reports stand on."""

from collections.abc import Mapping
from enum import StrEnum

from domain.projects import Basis
from service.web.catalogue import mark

OF_PROJECTS: Mapping[type[StrEnum], Mapping[str, str]] = {
    Basis: {
        "pre_departure": mark("Before departure"),
        "return_reintegration": mark("Return and reintegration"),
        "protection": mark("Protection"),
        "outreach": mark("Outreach"),
    },
}
