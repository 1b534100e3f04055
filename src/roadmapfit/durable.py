"""Files that are written whole or not at all, and a shelf of small named ones."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from roadmapfit.errors import WorkspaceError
from roadmapfit.manifest import sync


@contextmanager
def name_refusals(directory: Path) -> Iterator[None]:
    """Say what the system refuses in one line, as a ``WorkspaceError``."""
    try:
        yield
    except OSError as error:
        name = directory.name
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise WorkspaceError("disk_full", name=name) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise WorkspaceError("not_writable", name=name) from error
        reason = error.strerror or str(error)
        raise WorkspaceError("file_refused", name=name, reason=reason) from error


def write_whole(path: Path, text: str) -> None:
    """Replace a small file so that a reader sees the old text or the new, never half."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text, encoding="utf-8")
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)


def remove_all(paths: Iterable[Path]) -> None:
    """Remove files and folders, those that are gone already included."""
    for path in list(paths):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


class Shelf:
    """Small objects kept by name in a folder, one JSON file each.

    They stand apart from the corpus: keeping one needs no lock, for each file is
    replaced in one step. A shelf that was never written to is empty.
    """

    def __init__(self, directory: Path) -> None:
        """Name the folder; it is made when something is first kept."""
        self._directory = directory

    def keep(self, name: str, content: Mapping[str, Any]) -> None:
        """Keep an object that JSON can hold, in the place of any other of that name."""
        text = json.dumps({"name": name, "content": dict(content)}, ensure_ascii=False)
        with name_refusals(self._directory.parent):
            self._directory.mkdir(exist_ok=True)
            write_whole(self._path(name), text + "\n")

    def load(self, name: str) -> dict[str, Any] | None:
        """Read what is kept under a name; ``None`` if that is nothing.

        Raises
        ------
        WorkspaceError
            If it is damaged.
        """
        path = self._path(name)
        return _read(path)[1] if path.exists() else None

    def load_all(self) -> dict[str, dict[str, Any]]:
        """Read all that is kept, by name in alphabetical order; a damaged one is an error."""
        if not self._directory.is_dir():
            return {}
        kept = dict(_read(path) for path in sorted(self._directory.glob("*.json")))
        return dict(sorted(kept.items(), key=lambda pair: pair[0].casefold()))

    @property
    def stamp(self) -> str:
        """What changes with every change on the shelf; empty before the first."""
        try:
            return str(self._directory.stat().st_mtime_ns)
        except OSError:
            return ""

    def remove(self, name: str) -> None:
        """Remove what is kept under a name, if anything is."""
        with name_refusals(self._directory.parent):
            self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        # A name may hold any sign; a file's name may not.
        return self._directory / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return str(held["name"]), dict(held["content"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorkspaceError("kept_damaged", name=path.name, reason=str(error)) from error
