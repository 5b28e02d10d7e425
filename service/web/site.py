"""The address of these pages as passkeys know it."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request

from domain.passkeys import Site
from service.settings import Settings
from service.web import guard


@dataclass(frozen=True, slots=True)
class Here:
    site: Site

    @property
    def named(self) -> bool:
        try:
            ip_address(self.site.host)
        except ValueError:
            return bool(self.site.host)
        return False


def site_of(request: Request, settings: Settings) -> Here:
    """What operators set in production, whatever Host a request claims; where it was sent to in development."""
    origin = guard.own_origin(request, settings)
    return Here(Site(urlsplit(origin).hostname or "", origin))
