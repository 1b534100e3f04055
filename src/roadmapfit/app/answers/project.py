"""What was asked of one text: fit, reasons, close projects, its sheet."""

from __future__ import annotations

import streamlit as st

from roadmapfit.align import Alignment
from roadmapfit.analysis import (
    PreparedText,
    align_text,
    find_close_projects,
    prepare_project,
    prepare_text,
)
from roadmapfit.app.answers.turns import HOUR_S, in_turn
from roadmapfit.decided import count_past, decisions_of
from roadmapfit.reasons import Absence, Reasons, find_absence, find_reasons
from roadmapfit.records import Decision
from roadmapfit.sheet import Sheet, gather_sheet
from roadmapfit.similar import SimilarProject
from roadmapfit.workspace import Workspace


def prepare_draft(
    workspace: Workspace, *, title: str, body: str, project_id: str | None = None
) -> PreparedText:
    """Cut and encode a text that is not stored; it is kept by the session alone."""
    return prepare_text(workspace, body, title=title, project_id=project_id)


@st.cache_data(show_spinner=False, max_entries=200, ttl=HOUR_S)
def prepare_stored(version: str, _workspace: Workspace, project_id: str) -> PreparedText:
    """Take a stored project's passages."""
    return prepare_project(_workspace, project_id)


@st.cache_data(show_spinner=False, max_entries=200, ttl=HOUR_S)
@in_turn
def load_alignments(
    version: str, _workspace: Workspace, text_key: str, _prepared: PreparedText
) -> list[Alignment]:
    """Align a text with every item, best first; ``version`` is the judged one."""
    return align_text(_workspace, _prepared)


@st.cache_data(show_spinner=False, max_entries=200, ttl=HOUR_S)
def load_decisions(
    version: str, _workspace: Workspace, project_id: str
) -> tuple[dict[str, Decision], int]:
    """Read what was decided of a project, by item, and how many decisions are behind it.

    ``version`` is the judged one.
    """
    n_past = count_past(_workspace, project_id=project_id or None)
    return decisions_of(_workspace, project_id), n_past


@st.cache_data(show_spinner=False, max_entries=1000, ttl=HOUR_S)
def load_reasons(
    version: str, _workspace: Workspace, text_key: str, _prepared: PreparedText, item_id: str
) -> Reasons:
    """Say what stands behind one alignment; ``version`` is the judged one."""
    return find_reasons(_workspace, _prepared, item_id)


@st.cache_data(show_spinner=False, max_entries=200, ttl=HOUR_S)
def load_absence(
    version: str, _workspace: Workspace, text_key: str, _prepared: PreparedText, item_id: str
) -> Absence:
    """Say what an item speaks of and a text does not."""
    return find_absence(_workspace, _prepared, item_id)


@st.cache_data(show_spinner=False, max_entries=200, ttl=HOUR_S)
@in_turn
def load_close_projects(
    version: str, _workspace: Workspace, text_key: str, _prepared: PreparedText
) -> list[SimilarProject]:
    """Find the projects that are close to a text."""
    return find_close_projects(_workspace, _prepared)


@st.cache_data(show_spinner=False, max_entries=20, ttl=HOUR_S)
@in_turn
def load_sheet(
    version: str,
    _workspace: Workspace,
    text_key: str,
    _prepared: PreparedText,
    *,
    title: str,
    abstract: str,
) -> Sheet:
    """Gather a text's sheet; ``version`` is the judged one."""
    return gather_sheet(_workspace, _prepared, title=title, abstract=abstract)
