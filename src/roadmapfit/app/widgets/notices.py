"""Lines that tell the reader how to take a figure, and what went wrong."""

from __future__ import annotations

import streamlit as st

from roadmapfit.analysis import PreparedText
from roadmapfit.app.words import (
    capitalise,
    end_sentence,
    plain,
    say,
    say_error,
    say_number,
    say_recalibration,
)
from roadmapfit.errors import RoadmapFitError
from roadmapfit.workspace import Workspace

# A file's abstract has more words than this; below it the interval is mostly
# the shortness of the text.
SHORT_TEXT_WORDS = 80
# A project cannot answer one item in ten of so many.
MANY_ITEMS = 1000


def draw_error(error: RoadmapFitError) -> None:
    """Say what was found, what was expected and what to do."""
    st.warning(plain(say_error(error)), icon=":material/info:")


def draw_obstacle(prepared: PreparedText) -> None:
    """Say why no verdict can be given."""
    st.warning(
        f"**{capitalise(say('verdict.cannot_tell'))}** – "
        f"{plain(end_sentence(say(prepared.obstacle)))}",
        icon=":material/help:",
    )


def draw_length_note(prepared: PreparedText) -> None:
    """Say that the intervals of a short text are wide because it is short."""
    if prepared.n_words < SHORT_TEXT_WORDS:
        st.caption(say("app.fit.short_text", n=say_number(prepared.n_words)))


def draw_count_note(workspace: Workspace) -> None:
    """Say that counts are too high where projects meet thousands of items.

    Probabilities stand for a population where one pair in ten is aligned
    (docs/method.md); a workspace that was recalibrated on its own decisions does not.
    """
    n_items = workspace.generation.manifest.counts["items"]
    if n_items > MANY_ITEMS and workspace.recalibration is None:
        st.info(say("app.fit.many_items", n=say_number(n_items)), icon=":material/info:")


def draw_reading_note(workspace: Workspace, *, has_scales: bool = True) -> None:
    """Say where probabilities come from and what they are not.

    Without ``has_scales`` no scale is in sight, and nothing is said of its marks.
    """
    st.caption(say("app.fit.note" if has_scales else "app.fit.note_counted"))
    recalibration = workspace.recalibration
    if recalibration is not None:
        st.caption(say_recalibration(recalibration))
