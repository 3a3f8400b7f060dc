"""The line before the officials' pages: a few are made at a time, the others wait."""

import asyncio
from collections.abc import Hashable


class Line:
    """Visitors in the order in which they came; the first few of them are served.

    Parameters
    ----------
    at_once : int
        How many are served at a time.
    waiting : int
        How many more may wait.
    """

    def __init__(self, at_once: int, waiting: int):
        self.at_once, self.waiting = at_once, waiting
        self._visitors: list[Hashable] = []
        self._stirred = asyncio.Event()

    def join(self, visitor: Hashable) -> bool:
        """Stand at the end; False, and nothing done, where the line is full."""
        if len(self._visitors) >= self.at_once + self.waiting:
            return False
        self._visitors.append(visitor)
        return True

    def before(self, visitor: Hashable) -> int:
        """How many are before a visitor who waits, those being served included.

        0 for one who is served, and for one who does not stand in the line.
        """
        if visitor not in self._visitors:
            return 0
        place = self._visitors.index(visitor)
        return place if place >= self.at_once else 0

    def leave(self, visitor: Hashable) -> None:
        """Go, served or not; who has gone already is no error."""
        if visitor in self._visitors:
            self._visitors.remove(visitor)
            self._stirred.set()
            self._stirred = asyncio.Event()

    async def moved(self) -> None:
        """Wait until somebody has left."""
        await self._stirred.wait()
