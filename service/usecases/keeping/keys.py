"""Changing the key-encryption key while the service runs, and doing away with the old one."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.errors import Conflict
from domain.keeping import KeyRing, Rewrapper


class StillNamed(Conflict):
    """Something still depends on this key."""

    next = "Run `mrc keys rotate` first; it brings everything to the newest key."


@dataclass(frozen=True, slots=True)
class Rotated:
    """`resumed`: an earlier rotation was not finished, and no new key was made."""

    newest: str
    rewrapped: int
    resumed: bool


class Keyring:
    def __init__(self, ring: KeyRing, rewrapper: Rewrapper) -> None:
        self._ring, self._rewrapper = ring, rewrapper

    async def held(self) -> dict[str, int]:
        """Each key, oldest first, and how much depends on it."""
        named = await self._rewrapper.named()
        return {name: named.get(name, 0) for name in self._ring.keks()}

    async def rotate(self, told: Callable[[int], None] = lambda _: None) -> Rotated:
        """A new key, and everything brought to it. Killed half way, the next run finishes instead of beginning anew."""
        before = await self.held()
        newest = self._ring.keks()[-1]
        resumed = any(count for name, count in before.items() if name != newest)
        if not resumed:
            newest = self._ring.add_kek()
        done = 0
        # A transaction that began under the old key may commit behind us: look again until a whole walk finds nothing.
        while changed := await self._walk(told):
            done += changed
        return Rotated(newest, done, resumed)

    async def _walk(self, told: Callable[[int], None]) -> int:
        changed = 0
        async for count in self._rewrapper.rewrap():
            changed += count
            told(count)
        return changed

    async def drop(self, name: str) -> None:
        """Raises NotFound, StillNamed, Conflict within an hour of the rotation. After it nothing sealed under that key opens, anywhere."""
        if count := (await self.held()).get(name, 0):
            raise StillNamed(f"{count} keys and messages still depend on it.")
        self._ring.drop_kek(name)
