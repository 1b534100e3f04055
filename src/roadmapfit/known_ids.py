"""Ids that somebody typed against those of the index: a wrong one is refused, not passed over.

An organisation that is to be left out and has a slip in its id would otherwise be ranked,
and a portfolio measured against a document that is not there would have no fit at all.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from roadmapfit.arguments import check_ids
from roadmapfit.errors import WorkspaceError

if TYPE_CHECKING:
    from roadmapfit.generation import Generation


def check_documents(
    generation: Generation, ids: Collection[str], *, name: str = "document_ids"
) -> None:
    """Refuse a document that is not in the index.

    Raises
    ------
    WorkspaceError
        ``document_unknown``, naming those that are.
    ArgumentError
        ``ids_type``, for one text in the place of several ids; ``name`` is what the
        caller calls them.
    """
    check_ids(ids, name=name)
    for each in ids:
        if each not in generation.documents:
            known = ", ".join(sorted(generation.documents)) or "–"
            raise WorkspaceError("document_unknown", found=each, expected=known)


def check_projects(
    generation: Generation, ids: Collection[str], *, name: str = "project_ids"
) -> None:
    """Refuse a project that is not in the index.

    Raises
    ------
    WorkspaceError
        ``project_unknown``, naming it.
    ArgumentError
        As for ``check_documents``.
    """
    check_ids(ids, name=name)
    for each in ids:
        if each not in generation.project_heads:
            raise WorkspaceError("project_unknown", found=each)


def check_organisations(
    generation: Generation, ids: Collection[str], *, name: str = "organisation_ids"
) -> None:
    """Refuse an organisation that is not in the index.

    Raises
    ------
    WorkspaceError
        ``organisation_unknown``, naming it.
    ArgumentError
        As for ``check_documents``.
    """
    check_ids(ids, name=name)
    for each in ids:
        if each not in generation.organisations:
            raise WorkspaceError("organisation_unknown", found=each)
