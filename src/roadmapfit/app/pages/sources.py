"""What was added, what was refused and why, and the state of the index."""

from __future__ import annotations

import streamlit as st

from roadmapfit.app import address, resources, state
from roadmapfit.app.uploads import hash_content
from roadmapfit.app.widgets import (
    build,
    changes,
    decisions,
    incoming,
    index_card,
    links,
    markup,
    problems,
)
from roadmapfit.app.words import parse_moment, plain, say, say_count, say_moment
from roadmapfit.store import Source
from roadmapfit.workspace import Workspace


def draw() -> None:
    """Draw the page."""
    st.title(say("app.sources.title"), anchor=False)
    with st.spinner(say("app.loading")):
        workspace = resources.get_workspace()
    is_busy = changes.draw_change(workspace)  # first: it may be what makes a build due
    build.draw_build(workspace)
    _draw_saved()
    _draw_sources(workspace, is_busy=is_busy)
    changes.draw_removed(workspace, is_busy=is_busy)
    incoming.draw_upload(workspace)
    links.draw_links(workspace)
    decisions.draw_decisions(workspace)
    st.subheader(say("app.sources.index"), anchor=False)
    index_card.draw_index(workspace)
    address.publish({"import": st.session_state[state.SOURCES_IMPORT]})


def _draw_saved() -> None:
    """Say once what was saved."""
    name: str | None = st.session_state[state.SOURCES_DONE]
    st.session_state[state.SOURCES_DONE] = None
    if name is not None:
        st.success(say("app.sources.saved", name=plain(name)))


def _draw_sources(workspace: Workspace, *, is_busy: bool) -> None:
    st.subheader(say("app.sources.added"), anchor=False)
    sources = workspace.load_sources()
    if not sources:
        st.caption(say("app.sources.none"))
    for source in sources:
        _draw_source(workspace, source, is_busy=is_busy)


def _draw_source(workspace: Workspace, source: Source, *, is_busy: bool) -> None:
    found = workspace.load_problems(source_name=source.name)
    counts = ", ".join(
        say_count(name.removesuffix("s"), source.counts[name])
        for name in incoming.BROUGHT
        if source.counts.get(name)
    )
    with st.container(border=True, key=state.key("rf-source", hash_content(source.name.encode()))):
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(width="stretch"):
                markup.draw_heading(
                    source.name,
                    place=say(
                        "app.sources.line",
                        counts=counts or say("app.sources.nothing"),
                        moment=say_moment(parse_moment(source.added_at)),
                    ),
                )
            changes.draw_removal(workspace, source.name, is_busy=is_busy)
        problems.draw_problems(found, name=source.name)


draw()
