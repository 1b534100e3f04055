"""Choosing a stored project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from roadmapfit.app import state
from roadmapfit.app.widgets import notices
from roadmapfit.app.words import label, name_project, say, say_count, shorten
from roadmapfit.errors import WorkspaceError
from roadmapfit.generation import Generation
from roadmapfit.records import Project

# More than this is too long a list to look through, and to send to the browser.
MAX_OPTIONS = 300


def draw_project_choice(generation: Generation) -> str | None:
    """Let the reader choose a stored project; a long list is searched first."""
    heads = generation.project_heads
    options = sorted(heads, key=lambda each: heads[each].label.casefold())
    chosen = st.session_state[state.PROJECT_ID]
    if chosen is not None and chosen not in heads:
        notices.draw_error(WorkspaceError("project_unknown", found=shorten(str(chosen), 60)))
        st.session_state[state.PROJECT_ID] = None
        chosen = None
    if len(options) > MAX_OPTIONS:
        options = draw_search(
            heads, options, key=state.PROJECT_SEARCH, kept=[chosen] if chosen else []
        )
    picked: str | None = st.selectbox(
        say("app.project.choose"),
        options,
        index=None,
        format_func=label(options, lambda each: name_project(heads[each])),
        key=state.PROJECT_ID,
        placeholder=say("app.project.choose_hint"),
        filter_mode="contains",
        persist_state="session",
    )
    return picked


def draw_search(
    heads: Mapping[str, Project], options: Sequence[str], *, key: str, kept: Sequence[str]
) -> list[str]:
    """Let the reader search a long list of projects; return the first that are found.

    ``kept`` are chosen already, and stay in the list whatever is searched for.
    """
    wanted = st.text_input(say("app.project.search"), key=key, persist_state="session")
    words = (wanted or "").casefold().split()
    names = {
        each: f"{each} {heads[each].acronym} {heads[each].title}".casefold() for each in options
    }
    found = [each for each, name in names.items() if all(word in name for word in words)]
    shown = found[:MAX_OPTIONS]
    n = say_count("project", len(found))
    cut = say("app.project.found_first", n=n, first=MAX_OPTIONS)
    st.caption(cut if len(found) > len(shown) else say("app.project.found", n=n))
    return list(dict.fromkeys((*(each for each in kept if each in heads), *shown)))
