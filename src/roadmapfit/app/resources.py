"""What the server holds open: the workspace by build, the encoder, the work beside sessions.

Nothing here draws. Errors are not kept: the next run tries again.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import streamlit as st

from roadmapfit.analysis import (
    prepare_text,
)
from roadmapfit.app.imports import ImportBoard
from roadmapfit.app.jobs import JobBoard
from roadmapfit.app.project_files import ProjectFileBoard
from roadmapfit.encoder import SentenceEncoder, load_encoder
from roadmapfit.errors import RoadmapFitError
from roadmapfit.memory import settle_memory
from roadmapfit.segment import PIPELINES, extract_key_phrases
from roadmapfit.succession import Succession
from roadmapfit.workspace import Workspace, open_workspace

INBOX_VARIABLE = "ROADMAPFIT_INBOX"
WORKSPACE_VARIABLE = "ROADMAPFIT_WORKSPACE"
DEFAULT_WORKSPACE = "workspaces/demonstration"
# How long a browser goes on fetching what it draws a page with, once it was told what to draw.
PAINT_S = 1.0


@dataclass(frozen=True, slots=True)
class Status:
    """How fresh a workspace is; ``built_at`` is ``None`` before the first build."""

    built_at: datetime | None
    is_up_to_date: bool


def workspace_directory() -> Path:
    """Say which workspace the app shows."""
    return Path(os.environ.get(WORKSPACE_VARIABLE) or DEFAULT_WORKSPACE).expanduser()


def has_workspace() -> bool:
    """Whether there is a workspace at all, built or not."""
    return (workspace_directory() / "workspace.json").exists()


def read_version(directory: Path) -> str:
    """Name the build that readers should have open; empty before the first."""
    try:
        return Succession(directory).read_version()
    except RoadmapFitError:
        return ""  # what is wrong with it is said when it is opened


@st.cache_resource(show_spinner=False)
def get_encoder() -> SentenceEncoder:
    """Find the encoder, once for all workspaces and sessions."""
    return load_encoder()


@st.cache_resource(show_spinner=False, max_entries=3, on_release=Workspace.refresh)
def _open(directory: str, version: str) -> Workspace:
    del version  # only tells builds apart
    return open_workspace(Path(directory), encoder=get_encoder())


def get_workspace() -> Workspace:
    """Open the workspace, or take the one that is open if no new build came.

    A missing or unusable workspace or model is a ``RoadmapFitError``.
    """
    directory = workspace_directory()
    return _open(str(directory.resolve()), read_version(directory))


def get_version() -> str:
    """Name the build shown, for the keys of cached results; unique across workspaces."""
    directory = workspace_directory()
    return f"{directory.resolve()}/{read_version(directory)}"


def get_judged_version() -> str:
    """Name the build together with what people decided, for results that both make."""
    directory = workspace_directory()
    stamps = [_read_stamp(directory / name) for name in ("corpus.sqlite", "calibration.json")]
    return "/".join((get_version(), *stamps))


def _read_stamp(path: Path) -> str:
    try:
        return str(path.stat().st_mtime_ns)
    except OSError:
        return ""


@st.cache_resource(show_spinner=False)
def get_jobs(directory: str) -> JobBoard:
    """Return the builds of a workspace, which outlive the session that started them."""
    return JobBoard(Path(directory))


@st.cache_resource(show_spinner=False)
def get_imports(directory: str) -> ImportBoard:
    """Return the files on their way into a workspace, which outlive a session too."""
    del directory  # only tells workspaces apart
    return ImportBoard()


@st.cache_resource(show_spinner=False)
def get_project_files(directory: str) -> ProjectFileBoard:
    """Return the projects that readers brought as files, which outlive a session too."""
    del directory  # only tells workspaces apart
    return ProjectFileBoard()


def find_inbox() -> Path | None:
    """Say which folder of the server readers may import from; ``None`` if none is set."""
    named = os.environ.get(INBOX_VARIABLE, "")
    return Path(named).expanduser() if named else None


def check_index(workspace: Workspace) -> None:
    """Open the index, if it is not open; what is wrong with it is raised here."""
    _ = workspace.generation


def load_status(workspace: Workspace) -> Status:
    """Say how fresh the index is."""
    return Status(built_at=workspace.built_at, is_up_to_date=workspace.is_up_to_date())


@st.cache_resource(show_spinner=False)
def warm_up(_workspace: Workspace) -> threading.Thread:
    """Load encoder and language models while the reader still types; once a server."""
    thread = threading.Thread(
        target=_read_once, args=(_workspace,), name="roadmapfit-warm-up", daemon=True
    )
    thread.start()
    return thread


def _read_once(workspace: Workspace) -> None:
    time.sleep(PAINT_S)
    # What fails here fails again, and is said, when the reader sends a text.
    with contextlib.suppress(RoadmapFitError):
        prepare_text(
            workspace,
            "Ce texte ne sert qu'à charger le modèle et la langue française.",
            title="This text only serves to load the model and the English language.",
        )
        # What an item speaks of and a text does not is asked with the first evidence.
        for language in PIPELINES:
            extract_key_phrases("texte, text", language)
    settle_memory()
