"""What was asked of strategies: coverage, comparison, editions."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from roadmapfit.analysis import (
    DocumentComparison,
    PreparedText,
    compare_documents,
    measure_portfolio,
)
from roadmapfit.app.answers.turns import HOUR_S, in_turn
from roadmapfit.calibrate import Thresholds
from roadmapfit.coverage import PortfolioCoverage
from roadmapfit.editions import EditionChanges, compare_editions
from roadmapfit.workspace import Workspace


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
@in_turn
def load_coverage(
    version: str,
    _workspace: Workspace,
    document_ids: tuple[str, ...],
    *,
    examine: float,
    aligned: float,
    without: tuple[str, ...] = (),
    added: tuple[tuple[str, float | None], ...] = (),
    _added: Sequence[PreparedText] = (),
) -> PortfolioCoverage:
    """Measure what the projects cover of some documents; ``version`` is the judged one.

    ``without`` names projects that do not count, ``added`` the texts that do besides, by
    their keys, with the euros that they bring.
    """
    left_out = set(without)
    return measure_portfolio(
        _workspace,
        document_ids,
        keep=lambda project: project.id not in left_out,
        added=_added,
        added_eur=[euros for _key, euros in added],
        thresholds=Thresholds(examine=examine, aligned=aligned),
    )


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
@in_turn
def load_comparison(
    version: str, _workspace: Workspace, document_id: str, other_id: str
) -> DocumentComparison:
    """Relate two strategy documents item by item; ``version`` is the judged one."""
    return compare_documents(_workspace, document_id, other_id)


@st.cache_data(show_spinner=False, max_entries=50, ttl=HOUR_S)
@in_turn
def load_edition_changes(
    version: str, _workspace: Workspace, old_id: str, new_id: str
) -> EditionChanges:
    """Say what changed from one strategy document to another."""
    return compare_editions(_workspace, old_id, new_id)
