"""The way past a closed door, and its review."""

from typing import Annotated

from pydantic import Field

from service.api.bodies import Body, Needed


class BreakGlassBody(Body):
    client_number: Annotated[str, Field(min_length=1, max_length=20)]
    reason: Needed


class ReviewBody(Body):
    finding: Needed
