"""A project that comes as a file: read beside the session, forgotten when told to."""

from __future__ import annotations

import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.jobs import JobState
from roadmapfit.app.project_files import ProjectFile, ProjectFileBoard, ReadProject
from roadmapfit.app.subjects import Subject, take_file
from roadmapfit.app.widgets import notices, problems, running
from roadmapfit.app.words import plain, say, say_count
from roadmapfit.readers import DOCUMENT_SUFFIXES
from roadmapfit.workspace import Workspace

MAX_UPLOAD_MB = 50
UPLOAD_TYPES = ("txt", "md", *(suffix.removeprefix(".") for suffix in DOCUMENT_SUFFIXES))


def draw_file(workspace: Workspace) -> Subject | None:
    """Draw the way to bring a file or the one that was brought; return the text to be shown.

    That is the file's once it is read, or the text that was pasted on another page;
    ``None`` while a file is being read, where it could not be, and where there is none.
    """
    board = _get_board(workspace)
    held = _find_held(board)
    if held is not None and _draw_reading(board, held):
        return None
    _draw_picker(workspace, board, held)
    if held is None:
        pasted: Subject | None = st.session_state[state.DRAFT]
        return pasted
    if held.reading.result is None:
        _draw_failure(held)
        return None
    return _draw_read(board, held, held.reading.result)


def take_text(workspace: Workspace) -> Subject | None:
    """Return the text of the file that was brought, or the one that was pasted, if any.

    What hinders it is drawn: a file that is still being read, could not be, or is gone.
    """
    board = _get_board(workspace)
    held = _find_held(board)
    if held is None:
        pasted: Subject | None = st.session_state[state.DRAFT]
        return pasted
    if _draw_reading(board, held):
        return None
    if held.reading.result is None:
        _draw_failure(held)
        return None
    subject = take_file(held.reading.result)
    st.session_state[state.DRAFT] = subject
    return subject


def _get_board(workspace: Workspace) -> ProjectFileBoard:
    return resources.get_project_files(str(workspace.directory.resolve()))


def _find_held(board: ProjectFileBoard) -> ProjectFile | None:
    """Find the file that the session or the address names; say so if it is gone."""
    token = st.session_state[state.PROJECT_HELD]
    held = board.find(token) if token else None
    if token and held is None:  # the server was started anew, or too many came after it
        st.session_state[state.PROJECT_HELD] = None
        st.info(say("app.project.gone"))
    return held


def _draw_reading(board: ProjectFileBoard, held: ProjectFile) -> bool:
    """Draw how far a file is read; say whether it still is."""
    held.reading.wait(running.SOON_S)
    if held.reading.state is not JobState.RUNNING:
        return False
    running.watch(
        held.reading, area="project", name=held.name, on_stop=lambda: _forget(board, held)
    )
    return True


def _draw_failure(held: ProjectFile) -> None:
    if held.reading.error is not None:
        notices.draw_error(held.reading.error)
    else:
        st.error(say("app.project.failed"))


def _draw_picker(workspace: Workspace, board: ProjectFileBoard, held: ProjectFile | None) -> None:
    """Let a file be chosen, the first or the next; one that is held makes room for it."""
    uploaded = st.file_uploader(
        say("app.project.upload"),
        type=UPLOAD_TYPES,
        key=state.key(state.PROJECT_FILE, st.session_state[state.PROJECT_ROUND]),
        max_upload_size=MAX_UPLOAD_MB,
        help=say("app.project.upload_help", mb=MAX_UPLOAD_MB),
    )
    if uploaded is None:
        return
    if held is not None:
        board.drop(held.token)
    fresh = board.take_upload(workspace, uploaded.name, uploaded.getvalue())
    st.session_state[state.PROJECT_HELD] = fresh.token
    st.session_state[state.PROJECT_ROUND] += 1  # another key empties a file picker
    st.rerun()


def _draw_read(board: ProjectFileBoard, held: ProjectFile, read: ReadProject) -> Subject:
    subject = take_file(read)
    st.session_state[state.DRAFT] = subject
    with st.container(horizontal=True, vertical_alignment="center"):
        passages = say_count("cut", len(read.prepared.passages))
        st.caption(
            say("app.project.file_read", name=plain(held.name), passages=passages),
            width="content",
        )
        st.button(
            say("app.project.forget_file"),
            key=state.key("project.forget_file"),
            on_click=_forget,
            args=(board, held),
            type="tertiary",
            icon=":material/close:",
        )
    if read.problems:
        problems.draw_problems(read.problems, name=f"project.{held.token}")
    return subject


def _forget(board: ProjectFileBoard, held: ProjectFile) -> None:
    """Forget the file and what was read of it."""
    board.drop(held.token)
    st.session_state[state.PROJECT_HELD] = None
    st.session_state[state.DRAFT] = None
