"""One question for all who ask it at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Together(Generic[T]):
    """Whoever asks while nobody's question is under way begins one; whoever asks before it has begun is answered by it; whoever asks
    later waits for the next. So nobody is told of a moment before they asked."""

    def __init__(self, ask: Callable[[], Awaitable[T]]) -> None:
        self._ask = ask
        self._round: asyncio.Task[T] | None = None

    async def answer(self) -> T:
        if self._round is None:
            self._round = asyncio.create_task(self._begin())
        return await asyncio.shield(self._round)

    async def _begin(self) -> T:
        self._round = None
        return await self._ask()
