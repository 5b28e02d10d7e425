"""Made-up people for demonstration and load tests: the same seed gives the same people, whatever machine it is thrown on."""

from domain.demo.cast import Cast, Colleagues, Partnered
from domain.demo.dossier import Dossier
from domain.demo.people import cases_before, client, dossier, numbers

__all__ = ["Cast", "Colleagues", "Dossier", "Partnered", "cases_before", "client", "dossier", "numbers"]
