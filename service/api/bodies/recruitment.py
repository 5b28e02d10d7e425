"""What is said of a job abroad."""

from typing import Annotated

from pydantic import Field, StrictInt

from domain.recruitment import MOST, MOST_RATE, PAISA, PKR, Paid, Told
from service.api.bodies import Body, Prose

Rupees = Annotated[StrictInt, Field(ge=0, le=MOST)]


class JobBody(Body):
    """Parts of the costs in whole rupees, null where not known. `income` is the first monthly one, whole, in `currency`; `rate` is what one
    of it was in paisa, and needs no saying for rupees."""

    country: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    year: StrictInt
    agent: Rupees | None = None
    visa: Rupees | None = None
    ticket: Rupees | None = None
    medical: Rupees | None = None
    other: Rupees | None = None
    paid: Paid = Paid.not_known
    income: Rupees | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = PKR
    rate: Annotated[StrictInt, Field(ge=1, le=MOST_RATE)] = PAISA
    words: Prose = ""

    def told(self) -> Told:
        return Told(**{name: getattr(self, name) for name in type(self).model_fields})
