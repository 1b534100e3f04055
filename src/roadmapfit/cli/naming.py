"""Ids that a person typed against those of the index, and ids to titles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from roadmapfit.cli.terminal import Terminal
from roadmapfit.errors import WorkspaceError

if TYPE_CHECKING:
    from roadmapfit.generation import Generation


def check_documents(generation: Generation, document_ids: Sequence[str]) -> None:
    """Refuse a document that is not in the index.

    Raises
    ------
    WorkspaceError
        Naming those that are.
    """
    for each in document_ids:
        if each not in generation.documents:
            known = ", ".join(generation.documents) or "–"
            raise WorkspaceError("document_unknown", found=each, expected=known)


def check_projects(generation: Generation, project_ids: Iterable[str]) -> None:
    """Refuse a project that is not in the index.

    Raises
    ------
    WorkspaceError
        Naming it.
    """
    for each in project_ids:
        if each not in generation.project_heads:
            raise WorkspaceError("project_unknown", found=each)


def check_organisations(generation: Generation, organisation_ids: Sequence[str]) -> None:
    """Refuse an organisation that is not in the index.

    Raises
    ------
    WorkspaceError
        Naming it.
    """
    for each in organisation_ids:
        if each not in generation.organisations:
            raise WorkspaceError("organisation_unknown", found=each)


def title_document(terminal: Terminal, generation: Generation, item_id: str) -> str:
    """Return the title of the document that an item is of, marked when it is invented."""
    return name_document(terminal, generation, generation.strategy_items[item_id].document_id)


def name_document(terminal: Terminal, generation: Generation, document_id: str) -> str:
    """Return the title of a document, marked when it is invented."""
    document = generation.documents[document_id]
    return terminal.mark_invented(document.title, is_invented=document.is_invented)
