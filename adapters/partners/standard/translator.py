"""Partners who speak our own words: the step words of the partner's API, pushed as they stand."""

from collections.abc import Mapping

from adapters.partners import words
from domain.partners.exchange import News, Package, Post, Receipt, Reply


class Translator:
    key = "standard"

    def write(self, package: Package) -> Post:
        return words.write(package)

    def read_reply(self, reply: Reply) -> Receipt:
        return words.read_reply(reply)

    def read_news(self, headers: Mapping[str, str], body: bytes) -> list[News]:
        return words.read_news(body)
