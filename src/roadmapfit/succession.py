"""Builds one after the other: a current one, the one before it, never one half written.

::

    generations/000007/              a finished build
    generations/000008.unfinished/   one that is being written, or was killed
    CURRENT                          the name of the one that readers open
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from roadmapfit.durable import remove_all, write_whole
from roadmapfit.errors import WorkspaceError
from roadmapfit.manifest import sync

T = TypeVar("T")

_CURRENT, _HOME = "CURRENT", "generations"
# The generation before the current one stays: readers that opened it go on.
_N_KEPT = 2


class Succession:
    """The numbered builds of one directory, and the pointer to the current one."""

    def __init__(self, directory: Path) -> None:
        """Name the directory; nothing is read yet."""
        self._pointer = directory / _CURRENT
        self._home = directory / _HOME

    @property
    def has_current(self) -> bool:
        """Whether there is a build to read."""
        return self._pointer.exists()

    def begin(self) -> None:
        """Make room for builds."""
        self._home.mkdir()

    def read_current(self) -> str:
        """Read the current build's name; empty before the first one.

        Raises
        ------
        WorkspaceError
            If what is written there is no build's name.
        """
        try:
            name = self._pointer.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""
        except (OSError, ValueError) as error:
            raise WorkspaceError("index_damaged", name=_CURRENT, reason=str(error)) from error
        if not name.isdecimal():
            raise WorkspaceError("index_damaged", name=_CURRENT, reason=name[:20])
        return name

    def read_version(self) -> str:
        """Name the current build and the moment it became so; empty before the first.

        A directory that was made anew starts with the same number again.
        """
        moment = self.find_moment()
        return "" if moment is None else f"{self.read_current()}@{moment.isoformat()}"

    def find_moment(self) -> datetime | None:
        """Say when the current build became so; ``None`` before the first."""
        try:
            return datetime.fromtimestamp(self._pointer.stat().st_mtime, tz=UTC)
        except OSError:
            return None

    def find(self, name: str) -> Path:
        """Say where the build of that name is."""
        return self._home / name

    def advance(self, write: Callable[[Path], T]) -> T:
        """Write a build beside the current one and point to it.

        What killed builds left is removed first, and afterwards every build but the
        current one and the one before.

        Parameters
        ----------
        write
            Fills the directory it is given. If it raises, nothing has changed.
        """
        self._home.mkdir(exist_ok=True)
        current = self._find_last()
        remove_all(
            # Nothing after the current one was ever read.
            path
            for path in self._home.iterdir()
            if path.suffix == ".unfinished" or (path.name.isdecimal() and path.name > current)
        )
        name = f"{int(current or 0) + 1:06d}"
        unfinished, finished = self._home / f"{name}.unfinished", self._home / name
        unfinished.mkdir()
        try:
            written = write(unfinished)
            unfinished.rename(finished)
            sync(self._home)
            write_whole(self._pointer, name + "\n")
        except BaseException:
            leftovers = [unfinished] if self._find_last() == name else [unfinished, finished]
            remove_all(leftovers)
            raise
        kept = sorted(path for path in self._home.iterdir() if path.name.isdecimal())
        remove_all(kept[:-_N_KEPT])
        return written

    def _find_last(self) -> str:
        """Name the current build; the last one there is where the pointer is damaged."""
        try:
            return self.read_current()
        except WorkspaceError:
            names = [path.name for path in self._home.iterdir()]
            return max((name for name in names if name.isdecimal()), default="")
