"""Files that hold one project, read and encoded beside the sessions, and saved nowhere."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from roadmapfit.analysis import PreparedText, prepare_text
from roadmapfit.app.held import FileBoard, HeldFile, keep_upload
from roadmapfit.app.jobs import Job, Note
from roadmapfit.errors import InputError
from roadmapfit.readers import read_project_path
from roadmapfit.records import OwnerKind, PageMark, Problem
from roadmapfit.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ReadProject:
    """A project as it was read from a file, ready for every question.

    ``page_marks`` tell where the pages of its file begin in the abstract, in order;
    ``problems`` what was refused or repaired of the file.
    """

    title: str
    abstract: str
    prepared: PreparedText
    page_marks: tuple[PageMark, ...] = ()
    problems: tuple[Problem, ...] = ()


class ProjectFile(HeldFile):
    """One file with a project in it, and the work that reads it."""

    def __init__(self, path: Path, *, folder: Path, workspace: Workspace) -> None:
        """Start to read it; what was laid down is removed as soon as it is read."""
        super().__init__(path, folder=folder)
        self.reading: Job[ReadProject] = Job(
            lambda note: self._read(workspace, note), name="project"
        )

    def close(self) -> None:
        """Stop reading and forget the file."""
        self.reading.cancel()
        super().close()

    def _read(self, workspace: Workspace, note: Note) -> ReadProject:
        try:
            return read_project(workspace, self.path, note=note)
        finally:
            super().close()  # a file under review lies on the server no longer than it must


class ProjectFileBoard(FileBoard[ProjectFile]):
    """The projects that readers of one workspace brought as files."""

    def take_upload(self, workspace: Workspace, name: str, content: bytes) -> ProjectFile:
        """Lay an upload down and start to read it."""
        path, folder = keep_upload(name, content)
        return self.hold(ProjectFile(path, folder=folder, workspace=workspace))


def read_project(workspace: Workspace, path: Path, *, note: Note) -> ReadProject:
    """Read one project from a corpus file, a document or a plain text, and encode it.

    Parameters
    ----------
    workspace
        Whose encoder and statistics to take.
    path
        The file.
    note
        Called as the work goes on; it raises to stop it.

    Raises
    ------
    InputError
        If there is no project in it, or it is no text.
    """
    is_paged = path.suffix.lower() == ".pdf"
    stage = "pages" if is_paged else "read"
    note(stage, 0, 0)
    batch = read_project_path(path, on_progress=lambda done, total: note(stage, done, total))
    if not batch.projects:
        raise InputError("no_project", file=path.name)
    project = batch.projects[0]
    note("encode", 0, 0)
    prepared = prepare_text(
        workspace,
        project.abstract,
        title=project.title,
        on_progress=lambda done, total: note("encode", done, total),
    )
    # Places in a text whose accents stood apart are not those in the text that was cut.
    is_same = unicodedata.is_normalized("NFC", project.abstract)
    marks = [
        mark
        for mark in batch.page_marks
        if is_same and (mark.owner_kind, mark.owner_id) == (OwnerKind.PROJECT, project.id)
    ]
    return ReadProject(
        project.title, project.abstract, prepared, tuple(marks), tuple(batch.problems)
    )
