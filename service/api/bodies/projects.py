"""What is said of a project, and of the shares in it."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt

from domain.projects import About, Basis, Share
from service.api.bodies import Body, Day, Line, Needed


class ProjectBody(Body):
    """`first` and `last` are its days; either may be open."""

    code: Annotated[str, Field(min_length=2, max_length=20)]
    name: Needed
    donor: Line = ""
    first: Day | None = None
    last: Day | None = None
    active: StrictBool = True

    def about(self) -> About:
        return About(code=self.code, name=self.name, donor=self.donor, first=self.first, last=self.last, active=self.active)


class ShareBody(Body):
    project: UUID
    percent: Annotated[StrictInt, Field(ge=1, le=100)]


class SharesBody(Body):
    """They make a hundred together, or there are none."""

    shares: Annotated[list[ShareBody], Field(max_length=20)]

    def wanted(self) -> tuple[Share, ...]:
        return tuple(Share(one.project, one.percent) for one in self.shares)


class DefaultsBody(Body):
    """Which project stands for which work; null for none. What is left out stays."""

    centre: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    stands: dict[Basis, UUID | None]
