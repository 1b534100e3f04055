"""Files on their way into a workspace, read and saved beside the sessions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from roadmapfit.app.held import FileBoard, HeldFile, keep_upload
from roadmapfit.app.jobs import Job, JobBoard, JobState, Note, note_step
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


class Import(HeldFile):
    """One file or folder, and the work that reads or saves it.

    Attributes
    ----------
    edited
        The tree of a document as its reader left it, by what it was read as.
    """

    def __init__(self, path: Path, *, folder: Path | None) -> None:
        """Hold the file; ``folder`` is removed with it, and is ``None`` for what is not ours."""
        super().__init__(path, folder=folder)
        self.read_as = READ_AS[0] if is_document(path) else ""
        self.reading: Job[Preview] | None = None
        self.saving: Job[None] | None = None
        self.edited: dict[str, str] = {}

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
        """Start to save what was read; a build follows. It is saved whole or not at all.

        It can be stopped until the records are made durable (stage ``commit``). While a
        build holds the workspace it waits.
        """
        if self.saving is not None and self.saving.state is JobState.RUNNING:
            return self.saving
        reading = Reading(preview.batch, preview.name, preview.content_hash, preview.correction)

        def save(note: Note) -> None:
            note("save", 0, 0)
            board.await_build(note)
            workspace.add_reading(reading, on_step=lambda *done: note_step(note, "save", *done))
            board.start(encoder)

        self.saving = Job(save, name="saving")
        return self.saving

    def close(self) -> None:
        """Stop reading and forget the file."""
        if self.reading is not None:
            self.reading.cancel()
        super().close()


class ImportBoard(FileBoard[Import]):
    """The files that are on their way into one workspace."""

    def take_upload(self, name: str, content: bytes) -> Import:
        """Lay an upload down for as long as it is on its way."""
        path, folder = keep_upload(name, content)
        return self.hold(Import(path, folder=folder))

    def take_path(self, path: Path) -> Import:
        """Take a file or folder where it lies; it stays there."""
        return self.hold(Import(path, folder=None))


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
    stage = "pages" if path.suffix.lower() == ".pdf" else "read"
    note(stage, 0, 0)
    if not read_as:
        reading = workspace.read(path, on_progress=lambda *done: note(stage, *done))
        return Preview(
            reading.source_name, reading.content_hash, reading.batch, correction=reading.correction
        )
    proposal = propose_document(path, read_as=read_as, on_progress=lambda *done: note(stage, *done))
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
