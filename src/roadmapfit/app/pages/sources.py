"""What was added, what was refused and why, and the state of the index."""

from __future__ import annotations

import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.uploads import hash_content
from roadmapfit.app.widgets import build, decisions, incoming, index_card, markup, problems
from roadmapfit.app.words import parse_moment, plain, say, say_count, say_moment
from roadmapfit.errors import RoadmapFitError
from roadmapfit.store import Source
from roadmapfit.workspace import Workspace


def draw() -> None:
    """Draw the page."""
    st.title(say("app.sources.title"), anchor=False)
    with st.spinner(say("app.loading")):
        workspace = resources.get_workspace()
    build.draw_build(workspace)
    _draw_sources(workspace)
    decisions.draw_decisions(workspace)
    incoming.draw_upload(workspace)
    st.subheader(say("app.sources.index"), anchor=False)
    index_card.draw_index(workspace)
    state.publish({"import": st.session_state[state.SOURCES_IMPORT]})


def _draw_sources(workspace: Workspace) -> None:
    st.subheader(say("app.sources.added"), anchor=False)
    sources = workspace.load_sources()
    if not sources:
        st.caption(say("app.sources.none"))
    for source in sources:
        _draw_source(workspace, source)


def _draw_source(workspace: Workspace, source: Source) -> None:
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
            _draw_removal(workspace, source.name)
        problems.draw_problems(found, name=source.name)


def _draw_removal(workspace: Workspace, name: str) -> None:
    with st.popover(
        say("app.sources.remove"),
        type="tertiary",
        icon=":material/delete:",
        key=state.key("sources.remove", name),
    ):
        st.markdown(say("app.sources.remove_sure", name=plain(name)))
        st.button(
            say("app.sources.remove_yes"),
            key=state.key("sources.remove_yes", name),
            on_click=_remove,
            args=(workspace, name),
            type="primary",
        )


def _remove(workspace: Workspace, name: str) -> None:
    try:
        n_removed = workspace.remove_source(name)
    except RoadmapFitError as error:
        st.session_state[state.SOURCES_DONE] = error
    else:
        values = {"name": name, "n": n_removed}
        st.session_state[state.SOURCES_DONE] = ("app.sources.removed", values)


draw()
