"""Keeps every socket of the tests on this machine. An audit hook sees them whichever library opens them (not uvloop, which is C)."""

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

# Reserved for examples and tests (RFC 2606, RFC 6761): they resolve nowhere, so looking them up is refused without ado.
RESERVED = (".invalid", ".test", ".example", ".localhost", "example.com", "example.org", "example.net")
CONNECTS = ("socket.connect", "socket.sendto", "socket.sendmsg")
LOOKS_UP = ("socket.getaddrinfo", "socket.gethostbyname")
OURS = frozenset(CONNECTS + LOOKS_UP)


def name(host: object) -> str:
    return host.decode() if isinstance(host, bytes) else str(host or "")


def is_here(host: object) -> bool:
    text = name(host)
    if text in ("", "localhost", urlsplit(os.environ.get("MRC_TEST_POSTGRES_URL", "")).hostname):
        return True
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def is_address(host: object) -> bool:
    try:
        ipaddress.ip_address(name(host))
    except ValueError:
        return False
    return True


class Guard:
    """`left` lists every try to leave, also those whose refusal the code under test took in its stride."""

    def __init__(self) -> None:
        self.left: list[str] = []
        self._on = False
        sys.addaudithook(self._see)

    @contextmanager
    def watching(self) -> Iterator[list[str]]:
        self.left.clear()
        self._on = True
        try:
            yield self.left
        finally:
            self._on = False

    def _see(self, event: str, args: tuple[Any, ...]) -> None:
        """Python tells of whatever it does: what is none of ours must cost least."""
        if event not in OURS or not self._on:
            return
        if event in CONNECTS:
            self._connect(event, *args)
        else:
            self._look_up(event, args[0])

    def _connect(self, event: str, opened: socket.socket, address: Any) -> None:
        if address is None or opened.family not in (socket.AF_INET, socket.AF_INET6) or is_here(address[0]):
            return
        self.left.append(f"{event} {address[0]}")
        raise ConnectionRefusedError(f"tests stay on this machine: {event} {address[0]}")

    def _look_up(self, event: str, host: object) -> None:
        if is_here(host) or is_address(host):
            return
        if not name(host).endswith(RESERVED):
            self.left.append(f"{event} {name(host)}")
        raise socket.gaierror(socket.EAI_NONAME, "tests resolve no names")


GUARD = Guard()
