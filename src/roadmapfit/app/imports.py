"""Files on their way into a workspace, read and saved beside the sessions.

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
from dataclasses import dataclass
from pathlib import Path

from roadmapfit.app.jobs import Job, JobBoard, JobState, Note
from roadmapfit.app.uploads import clean_name
from roadmapfit.encoder import Encoder
from roadmapfit.intake import Reading, hash_input
from roadmapfit.kept import Correction, read_correction
from roadmapfit.readers import (
    KNOWN_SUFFIXES,
    READ_AS,
    Proposal,
    is_document,
    propose_document,
    read_proposal,
)
from roadmapfit.records import Batch
from roadmapfit.workspace import Workspace

# Files held at once; the oldest is forgotten, for its reader has gone without a word.
MAX_HELD = 20


@dataclass(frozen=True, slots=True)
class Preview:
    """A file that was read and not yet saved.

    ``proposal`` is there for a document alone, ``read_as`` says what it was taken for,
    and ``correction`` is the tree as it was corrected before or is now.
    """

    name: str
    content_hash: str
    batch: Batch
    proposal: Proposal | None = None
    read_as: str = ""
    correction: Correction | None = None


class Import:
    """One file or folder: where it lies, and the work that reads or saves it.

    Attributes
    ----------
    edited
        The tree of a document as its reader left it, by what it was read as.
    """

    def __init__(self, path: Path, *, folder: Path | None) -> None:
        """Hold the file; ``folder`` is removed with it, and is ``None`` for what is not ours."""
        self.token = secrets.token_urlsafe(12)
        self.path = path
        self.read_as = READ_AS[0] if is_document(path) else ""
        self.reading: Job[Preview] | None = None
        self.saving: Job[None] | None = None
        self.edited: dict[str, str] = {}
        # Removed when it is forgotten, in whatever way, and when the server stops.
        self._remove = (
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True) if folder else None
        )

    @property
    def name(self) -> str:
        """The name of the file or folder, without where it lies."""
        return self.path.name

    def read(self, workspace: Workspace, *, read_as: str | None = None) -> Job[Preview]:
        """Start to read it, once more if it was read before; as another kind if one is given."""
        self.read_as = self.read_as if read_as is None else read_as
        kind = self.read_as
        if self.reading is not None:
            self.reading.cancel()
        self.reading = Job(
            lambda note: read_preview(workspace, self.path, read_as=kind, note=note), name="reading"
        )
        return self.reading

    def save(
        self, workspace: Workspace, preview: Preview, *, board: JobBoard, encoder: Encoder
    ) -> Job[None]:
        """Start to save what was read; a build follows. It is saved whole or not at all."""
        if self.saving is not None and self.saving.state is JobState.RUNNING:
            return self.saving
        reading = Reading(preview.batch, preview.name, preview.content_hash, preview.correction)

        def save(note: Note) -> None:
            note("save", 0, 1)
            workspace.add_reading(reading)
            board.start(encoder)

        self.saving = Job(save, name="saving")
        return self.saving

    def close(self) -> None:
        """Stop reading and forget the file."""
        if self.reading is not None:
            self.reading.cancel()
        if self._remove is not None:
            self._remove()


class ImportBoard:
    """The files that are on their way into one workspace."""

    def __init__(self) -> None:
        """Nothing is on its way yet."""
        self._held: OrderedDict[str, Import] = OrderedDict()
        self._lock = threading.Lock()

    def take_upload(self, name: str, content: bytes) -> Import:
        """Lay an upload down for as long as it is on its way."""
        folder = Path(tempfile.mkdtemp(prefix="roadmapfit-"))
        path = folder / clean_name(name)
        path.write_bytes(content)
        return self._hold(Import(path, folder=folder))

    def take_path(self, path: Path) -> Import:
        """Take a file or folder where it lies; it stays there."""
        return self._hold(Import(path, folder=None))

    def find(self, token: str) -> Import | None:
        """Find a file by its token."""
        return self._held.get(token)

    def drop(self, token: str) -> None:
        """Forget a file; what reads it is stopped."""
        with self._lock:
            held = self._held.pop(token, None)
        if held is not None:
            held.close()

    def _hold(self, held: Import) -> Import:
        with self._lock:
            self._held[held.token] = held
            oldest = [self._held.popitem(last=False)[1] for _ in range(len(self._held) - MAX_HELD)]
        for each in oldest:
            each.close()
        return held


def read_preview(workspace: Workspace, path: Path, *, read_as: str, note: Note) -> Preview:
    """Read a file or folder to be looked at before it is saved.

    Parameters
    ----------
    workspace
        What its people said of tables and corrected of documents is brought to bear.
    path
        What to read.
    read_as
        What a document is; empty for anything else.
    note
        Called as the work goes on; it raises to stop it.
    """
    note("read", 0, 0)
    if not read_as:
        reading = workspace.read(path, on_progress=lambda done, total: note("read", done, total))
        return Preview(
            reading.source_name, reading.content_hash, reading.batch, correction=reading.correction
        )
    proposal = propose_document(path, read_as=read_as)
    note("read", 1, 1)
    kept = workspace.find_tree(proposal.content_hash, read_as=read_as)
    correction = read_correction(kept) if kept is not None else None
    return Preview(
        path.name,
        proposal.content_hash or hash_input(path),
        read_proposal(proposal, markdown=correction.markdown if correction else None),
        proposal=proposal,
        read_as=read_as,
        correction=correction,
    )


def list_inbox(inbox: Path) -> list[str]:
    """Name what can be read of a folder: files of a known kind, and folders, not hidden ones.

    A link that leads out of the folder is left out.
    """
    if not inbox.is_dir():
        return []
    root = inbox.resolve()
    return sorted(
        each.name
        for each in inbox.iterdir()
        if not each.name.startswith(".")
        and each.resolve().is_relative_to(root)
        and (each.is_dir() or each.suffix.lower() in KNOWN_SUFFIXES)
    )
