"""The key file is nobody else's to read, is never half written, and never quietly replaced."""

import json
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from adapters.identity.tokens import JoseTokens
from adapters.system import keyfile
from adapters.system.clock import FixedClock
from adapters.system.keyfile import KeyFileRefused
from adapters.system.vault import FileVault

CLOCK = FixedClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "keys.json"


@pytest.fixture
def vault(path: Path) -> FileVault:
    return FileVault(path, CLOCK, may_create=True)


def test_production_refuses_to_start_without_it(path: Path) -> None:
    with pytest.raises(KeyFileRefused):
        FileVault(path, CLOCK)
    assert not path.exists()


def test_development_makes_it_once(path: Path) -> None:
    first, again = FileVault(path, CLOCK, may_create=True), FileVault(path, CLOCK, may_create=True)
    assert first.token("name", "a") == again.token("name", "a")
    assert first.keks() == again.keks()


def test_several_processes_starting_at_once_share_it(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        vaults = list(pool.map(lambda _: FileVault(path, CLOCK, may_create=True), range(8)))
    assert len({vault.token("name", "a") for vault in vaults}) == 1


def test_only_the_owner_may_read_it(vault: FileVault, path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    vault.add_kek()
    vault.add_signing_key()
    assert path.stat().st_mode & 0o777 == 0o600


def test_mode_does_not_depend_on_the_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        FileVault(path, CLOCK, may_create=True)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o610])
def test_a_file_open_to_others_is_refused(vault: FileVault, path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(KeyFileRefused):
        FileVault(path, CLOCK)


def change(shape: dict[str, Any], edit: Callable[[dict[str, Any]], object]) -> bytes:
    edit(shape)
    return json.dumps(shape).encode()


@pytest.mark.parametrize(
    "edit",
    [
        lambda shape: shape.update(format=2),
        lambda shape: shape.update(current="k-00000000"),
        lambda shape: shape.update(current=None),
        lambda shape: shape.update(keks={}),
        lambda shape: shape.update(keks=[]),
        lambda shape: shape.update(index=""),
        lambda shape: shape.update(index="AAAA"),
        lambda shape: shape.update(index="no base 64!"),
        lambda shape: shape.update(audit=shape["index"]),
        lambda shape: shape.update(audit=shape["signing"][0]["key"]),
        lambda shape: shape.update(signing=[]),
        lambda shape: shape.update(signing=[{"id": "s"}]),
        lambda shape: shape.update(signing=["s"]),
        lambda shape: shape["keks"][shape["current"]].pop("key"),
        lambda shape: shape["keks"][shape["current"]].update(born="yesterday"),
        lambda shape: shape["keks"].update({"k" * 64: {"key": "A" * 43 + "=", "born": "2026-11-02T09:00:00+00:00"}}),
        lambda shape: shape.pop("audit"),
    ],
)
def test_a_damaged_file_is_refused_without_being_quoted(vault: FileVault, path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    path.write_bytes(change(json.loads(path.read_bytes()), edit))
    with pytest.raises(KeyFileRefused) as refused:
        FileVault(path, CLOCK, may_create=True)
    assert not any(word in str(refused.value) for word in ("AAAA", "k-", "yesterday"))


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"\xff\xfe"])
def test_a_torn_file_is_refused_and_kept(vault: FileVault, path: Path, text: bytes) -> None:
    path.write_bytes(text)
    with pytest.raises(KeyFileRefused):
        FileVault(path, CLOCK, may_create=True)
    assert path.read_bytes() == text


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failing_disk_leaves_the_old_file(vault: FileVault, path: Path, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(OSError, match="No space"):
        vault.add_kek()
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.part"))


def test_rotations_at_once_lose_no_key(vault: FileVault, path: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: FileVault(path, CLOCK).add_kek(), range(12)))
    assert set(made) < set(vault.keks())
    assert len(vault.keks()) == 13


def test_killed_while_rotating_it_is_whole(vault: FileVault, path: Path) -> None:
    wrapped = vault.new_key()
    sealed = vault.seal(wrapped, b"kept", at="a")
    for turn in range(8):
        before = path.stat().st_mtime_ns
        child = os.fork()
        if child == 0:
            while True:
                vault.add_kek()
        ends = time.monotonic() + 20
        while path.stat().st_mtime_ns == before and time.monotonic() < ends:  # a busy machine starts it late
            time.sleep(0.001)
        time.sleep(turn / 500)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert FileVault(path, CLOCK).open(wrapped, sealed, at="a") == b"kept"
    vault.add_kek()
    assert not list(path.parent.glob("*.part")), "what a killed process left is swept away by the next change"
    assert len(vault.keks()) > 9


def test_signing_keys_rotate_and_two_are_kept(vault: FileVault) -> None:
    first = list(vault.signing)
    second = vault.add_signing_key()
    assert list(vault.signing) == [*first, second]
    third = vault.add_signing_key()
    assert list(vault.signing) == [second, third]
    JoseTokens(vault.signing, CLOCK.now)


def test_no_key_shows_when_printed(vault: FileVault, path: Path) -> None:
    ring = keyfile.read(path)
    shown = f"{ring!r}{ring}{vault!r}{vault}{vault._live!r}"
    assert str(ring.index) not in shown
    assert "bytes" not in shown
    assert "\\x" not in shown


def test_control_a_plain_write_would_be_torn(vault: FileVault, path: Path) -> None:
    """What the part file and the rename are for: the same change written in place and cut short is refused."""
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(KeyFileRefused):
        keyfile.read(path)
