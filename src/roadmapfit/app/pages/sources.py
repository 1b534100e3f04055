"""What was added, what was refused and why, and the state of the index."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.uploads import hash_content
from roadmapfit.app.widgets import (
    build,
    decisions,
    incoming,
    index_card,
    links,
    markup,
    notices,
    problems,
)
from roadmapfit.app.words import parse_moment, plain, say, say_count, say_moment, say_number
from roadmapfit.errors import RoadmapFitError
from roadmapfit.store import Source
from roadmapfit.workspace import Workspace


def draw() -> None:
    """Draw the page."""
    st.title(say("app.sources.title"), anchor=False)
    with st.spinner(say("app.loading")):
        workspace = resources.get_workspace()
    build.draw_build(workspace)
    _draw_done(workspace)
    _draw_sources(workspace)
    _draw_removed(workspace)
    incoming.draw_upload(workspace)
    links.draw_links(workspace)
    decisions.draw_decisions(workspace)
    st.subheader(say("app.sources.index"), anchor=False)
    index_card.draw_index(workspace)
    state.publish({"import": st.session_state[state.SOURCES_IMPORT]})


def _draw_done(workspace: Workspace) -> None:
    """Say once how the last change ended, beside what takes it back."""
    done = st.session_state[state.SOURCES_DONE]
    st.session_state[state.SOURCES_DONE] = None
    if isinstance(done, RoadmapFitError):
        notices.draw_error(done)
    elif done is not None:
        key, values = done
        shown = {name: plain(str(value)) for name, value in values.items()}
        st.success(say(key, **shown))
        if key == "app.sources.removed":
            st.button(
                say("app.sources.undo_removal"),
                key=state.key("sources.undo_removal"),
                on_click=_restore,
                args=(workspace, values["name"]),
                icon=":material/undo:",
            )


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


def _draw_removed(workspace: Workspace) -> None:
    """Draw the sources that were removed and can be put back, whatever happened since."""
    removed = workspace.load_removed()
    if not removed:
        return
    with st.expander(
        say("app.sources.removed_list", n=say_count("source", len(removed))),
        key=state.key("sources.removed_list"),
    ):
        st.caption(say("app.sources.removed_note"))
        for each in removed:
            with st.container(horizontal=True, vertical_alignment="center"):
                moment = say_moment(parse_moment(each.removed_at))
                st.markdown(say("app.sources.removed_line", name=plain(each.name), moment=moment))
                _draw_change("restore", workspace, each.name, icon=":material/undo:")
                _draw_change("forget", workspace, each.name, icon=":material/delete_forever:")


def _draw_change(name: str, workspace: Workspace, source_name: str, *, icon: str) -> None:
    st.button(
        say(f"app.sources.{name}"),
        key=state.key("sources", name, source_name),
        on_click=_CHANGES[name],
        args=(workspace, source_name),
        type="secondary" if name == "restore" else "tertiary",
        icon=icon,
    )


def _remove(workspace: Workspace, name: str) -> None:
    _change("removed", name, lambda: workspace.remove_source(name))


def _restore(workspace: Workspace, name: str) -> None:
    _change("restored", name, lambda: workspace.restore_source(name))


def _forget(workspace: Workspace, name: str) -> None:
    _change("forgotten", name, lambda: workspace.forget_source(name))


def _change(done: str, name: str, change: Callable[[], int | None]) -> None:
    """Change the sources, and have it said how that ended."""
    try:
        n_records = change()
    except RoadmapFitError as error:
        st.session_state[state.SOURCES_DONE] = error
    else:
        values = {"name": name} | ({} if n_records is None else {"n": say_number(n_records)})
        st.session_state[state.SOURCES_DONE] = (f"app.sources.{done}", values)


_CHANGES = {"restore": _restore, "forget": _forget}

draw()
