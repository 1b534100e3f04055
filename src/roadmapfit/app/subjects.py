"""What a page is about: a stored project, or a text that is in no workspace."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from roadmapfit.analysis import PreparedText
from roadmapfit.app import resources
from roadmapfit.app.answers.project import prepare_draft, prepare_stored
from roadmapfit.app.project_files import ReadProject
from roadmapfit.carriers import prepare_item
from roadmapfit.errors import InputError, WorkspaceError
from roadmapfit.records import PageMark, Project, StrategyItem
from roadmapfit.workspace import Workspace

# Some forty pages. A box's own limit makes the browser drop a longer paste whole, and
# say nothing; a file is read beside the session, with progress and a way to stop.
MAX_PASTED_CHARS = 100_000

SUBJECTS = ("stored", "draft")
"""Where a page takes its subject from: the workspace, or the session."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A text ready for every question.

    Attributes
    ----------
    key
        Names the text in the keys of cached results: the project's id, or a hash.
    project
        The record behind it; ``None`` for a pasted text.
    page_marks
        Where the pages of its file begin, of a text that came as one.
    """

    key: str
    title: str
    abstract: str
    prepared: PreparedText
    project: Project | None = None
    page_marks: tuple[PageMark, ...] = ()


def load_subject(workspace: Workspace, project_id: str) -> Subject:
    """Take a stored project.

    Raises
    ------
    WorkspaceError
        If the workspace has no such project.
    """
    project = workspace.generation.project_heads.get(project_id)
    if project is None:
        raise WorkspaceError("project_unknown", found=project_id)
    prepared = prepare_stored(resources.get_version(), workspace, project_id)
    return Subject(f"project:{project_id}", project.title, project.abstract, prepared, project)


def revise_subject(workspace: Workspace, subject: Subject, *, title: str, abstract: str) -> Subject:
    """Prepare another wording of a subject, for the session alone.

    White space alone is an ``InputError``, and so is more than ``MAX_PASTED_CHARS``
    where the subject is not as long itself.
    """
    _check_length(abstract, limit=max(MAX_PASTED_CHARS, 2 * len(subject.abstract)))
    project_id = subject.prepared.project_id
    prepared = prepare_draft(workspace, title=title, body=abstract, project_id=project_id)
    return Subject(f"revision:{project_id}:{_hash(title, abstract)}", title, abstract, prepared)


def load_item_subject(workspace: Workspace, item: StrategyItem) -> Subject:
    """Take an item as if it were a project to be carried."""
    prepared = prepare_item(workspace, item.id)
    return Subject(f"item:{item.id}", item.title, item.text, prepared)


def make_draft(workspace: Workspace, *, title: str, abstract: str) -> Subject:
    """Prepare a text that stays in the session.

    White space alone is an ``InputError``, and so is more than ``MAX_PASTED_CHARS``.
    """
    _check_length(abstract)
    prepared = prepare_draft(workspace, title=title, body=abstract)
    return Subject(f"text:{_hash(title, abstract)}", title, abstract, prepared)


def take_file(read: ReadProject) -> Subject:
    """Take a project that was read from a file, for the session alone."""
    key = f"text:{_hash(read.title, read.abstract)}"
    return Subject(key, read.title, read.abstract, read.prepared, page_marks=read.page_marks)


def _check_length(text: str, *, limit: int = MAX_PASTED_CHARS) -> None:
    if len(text) > limit:
        raise InputError("text_too_long", found=round(len(text) / 1000), limit=limit // 1000)


def _hash(title: str, abstract: str) -> str:
    return hashlib.sha256(f"{title}\0{abstract}".encode()).hexdigest()
