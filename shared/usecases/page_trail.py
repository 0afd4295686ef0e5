"""Whether pages go in a circle that is longer than a run: one remembered page, however many there are.

After one page, two more, four more and so on the page that was just read is remembered in place of the one
before (Brent's way of finding a cycle). A circle is seen after at most three times its length, with what
leads into it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trail:
    """The remembered page, how many were read since, and after how many another takes its place."""

    mark: str = ""
    steps: int = 0
    limit: int = 1

    def meets(self, digest: str) -> bool:
        """Return whether a page is the remembered one."""
        return digest == self.mark

    def after(self, digest: str) -> Trail:
        """Return the trail behind a page that is another one."""
        if self.steps + 1 >= self.limit:
            return Trail(digest, 0, self.limit * 2)
        return Trail(self.mark, self.steps + 1, self.limit)

    def encode(self) -> str:
        """Return it as text."""
        return f"{self.steps}/{self.limit}/{self.mark}"


def read_trail(text: str) -> Trail:
    """Read what :meth:`Trail.encode` wrote; "" is that of a window that begins."""
    if not text:
        return Trail()
    steps, limit, mark = text.split("/")
    return Trail(mark, int(steps), int(limit))
