"""Files that readers handed over, held beside the sessions while they are worked on.

Each has a token, which stands in the address: a reload finds the file again, and
nobody else does.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
import weakref
from collections import OrderedDict
from pathlib import Path
from typing import Generic, TypeVar

from roadmapfit.app.uploads import clean_name

# Files held at once; the oldest is forgotten, for its reader has gone without a word.
MAX_HELD = 20


class HeldFile:
    """One file or folder, and where it lies."""

    def __init__(self, path: Path, *, folder: Path | None) -> None:
        """Hold the file; ``folder`` is removed with it, and is ``None`` for what is not ours."""
        self.token = secrets.token_urlsafe(12)
        self.path = path
        # Removed when it is forgotten, in whatever way, and when the server stops.
        self._remove = (
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True) if folder else None
        )

    @property
    def name(self) -> str:
        """The name of the file or folder, without where it lies."""
        return self.path.name

    def close(self) -> None:
        """Forget what was laid down."""
        if self._remove is not None:
            self._remove()


H = TypeVar("H", bound=HeldFile)


class FileBoard(Generic[H]):
    """The files of one kind that are held, by their tokens."""

    def __init__(self) -> None:
        """Nothing is held yet."""
        self._held: OrderedDict[str, H] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, token: str) -> H | None:
        """Find a file by its token."""
        return self._held.get(token)

    def drop(self, token: str) -> None:
        """Forget a file; what works on it is stopped."""
        with self._lock:
            held = self._held.pop(token, None)
        if held is not None:
            held.close()

    def hold(self, held: H) -> H:
        """Hold one file more; of too many the oldest is forgotten."""
        with self._lock:
            self._held[held.token] = held
            oldest = [self._held.popitem(last=False)[1] for _ in range(len(self._held) - MAX_HELD)]
        for each in oldest:
            each.close()
        return held


def keep_upload(name: str, content: bytes) -> tuple[Path, Path]:
    """Lay an upload down in a folder of its own; return the file and the folder."""
    folder = Path(tempfile.mkdtemp(prefix="roadmapfit-"))
    path = folder / clean_name(name)
    path.write_bytes(content)
    return path, folder
