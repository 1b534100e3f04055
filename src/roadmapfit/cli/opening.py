"""Workspaces by path, with the encoder and model that the command line runs.

``load_parts`` is the one place where they are chosen: tests put others there.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from roadmapfit.alignment_model import AlignmentModel
    from roadmapfit.encoder import Encoder
    from roadmapfit.workspace import Workspace


def load_parts() -> tuple[Encoder, AlignmentModel | None]:
    """Load the encoder; no model stands for the one that its fingerprint finds."""
    from roadmapfit.encoder import load_encoder

    return load_encoder(), None


def open_at(directory: Path) -> Workspace:
    """Open a workspace; one that is not there is a ``WorkspaceError``."""
    from roadmapfit.workspace import open_workspace

    check_exists(directory)
    encoder, model = load_parts()
    return open_workspace(directory, encoder=encoder, model=model)


def create_at(directory: Path) -> Workspace:
    """Create a workspace; a directory that holds something is a ``WorkspaceError``."""
    from roadmapfit.workspace import create_workspace

    encoder, model = load_parts()
    return create_workspace(directory, encoder=encoder, model=model)


def open_or_create(directory: Path) -> tuple[Workspace, bool]:
    """Open a workspace, made first if there is none; say whether it was made."""
    if is_workspace(directory):
        return open_at(directory), False
    return create_at(directory), True


def is_workspace(directory: Path) -> bool:
    """Tell whether a directory is a workspace."""
    return (directory / "workspace.json").exists()


def check_exists(directory: Path) -> None:
    """Refuse a directory that is no workspace, before the encoder takes seconds to prepare.

    Raises
    ------
    WorkspaceError
        Naming the directory.
    """
    from roadmapfit.errors import WorkspaceError

    if not is_workspace(directory):
        raise WorkspaceError("workspace_missing", name=str(directory))
