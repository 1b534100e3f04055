"""Strategies: their items to read, two of them compared, two editions of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from roadmapfit.app import address, resources, state
from roadmapfit.app.widgets import notices, reading, relation
from roadmapfit.app.words import label, name_document, say
from roadmapfit.generation import Generation
from roadmapfit.records import DocumentKind
from roadmapfit.series import list_series

VIEWS = ("read", "relate", "changes")


def draw() -> None:
    """Draw the page."""
    st.title(say("app.roadmaps.title"), anchor=False)
    with st.spinner(say("app.loading")):
        workspace = resources.get_workspace()
        generation = workspace.generation
    if not generation.documents:
        st.info(say("app.coverage.no_documents"))
        address.publish({})
        return
    _follow_linked_item(generation)
    view = _draw_view_switch()
    if view == "read":
        document_id = _draw_document_choice(generation, _list_documents(generation), with_all=True)
        reading.draw_reading(workspace, document_id)
        address.publish({"document": document_id, "item": st.session_state[state.ROADMAPS_ITEM]})
        return
    first, second = st.columns(2)
    with first:
        document_id = _draw_document_choice(generation, _list_options(generation, view))
    with second:
        other_id = _draw_other_choice(generation, document_id, view)
    address.publish({"read": view, "document": document_id, "with": other_id})
    if other_id is None:
        st.info(say(f"app.roadmaps.no_other_{view}"))
    elif view == "relate":
        relation.draw_relation(workspace, document_id, other_id)
        notices.draw_reading_note(workspace, has_scales=False)
    else:
        # From the older to the newer, whichever was named first.
        older, newer = sorted((document_id, other_id), key=_list_documents(generation).index)[::-1]
        relation.draw_changes(workspace, older, newer)


def _follow_linked_item(generation: Generation) -> None:
    """Show the document of the item that a link names; forget an item that there is not."""
    item = generation.strategy_items.get(str(st.session_state[state.ROADMAPS_ITEM]))
    if item is None:
        st.session_state[state.ROADMAPS_ITEM] = None
    elif st.session_state[state.ROADMAPS_DOCUMENT] is None:
        st.session_state[state.ROADMAPS_DOCUMENT] = item.document_id


def _draw_view_switch() -> str:
    state.keep_within(state.ROADMAPS_VIEW, VIEWS)
    st.segmented_control(
        say("app.coverage.view"),
        VIEWS,
        format_func=label(VIEWS, lambda view: say(f"app.roadmaps.view_{view}")),
        key=state.ROADMAPS_VIEW,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    return str(st.session_state[state.ROADMAPS_VIEW])


def _list_documents(generation: Generation) -> list[str]:
    """List roadmaps by series, newest edition first, then programmes."""
    documents = generation.documents.values()
    return [
        edition.id
        for kind in DocumentKind
        for editions in list_series(documents, kind).values()
        for edition in editions
    ]


def _list_options(generation: Generation, view: str) -> list[str]:
    """List what can be compared: two editions only where there are two, and the one in sight."""
    every = _list_documents(generation)
    if view != "changes":
        return every
    documents = generation.documents
    n_editions = Counter(documents[each].series or each for each in every)
    chosen = st.session_state[state.ROADMAPS_DOCUMENT]
    kept = [
        each for each in every if each == chosen or n_editions[documents[each].series or each] > 1
    ]
    return kept or every


def _draw_document_choice(
    generation: Generation, every: Sequence[str], *, with_all: bool = False
) -> str:
    options = ["", *every] if with_all else every
    asked = st.session_state[state.ROADMAPS_DOCUMENT]
    if asked not in options:
        if asked:  # a link may name one that was removed since
            st.info(say("app.roadmaps.unknown_document"))
        st.session_state[state.ROADMAPS_DOCUMENT] = every[0]
    return str(_draw_choice(generation, options, key=state.ROADMAPS_DOCUMENT, name="document"))


def _draw_other_choice(generation: Generation, document_id: str, view: str) -> str | None:
    """Let the reader choose the other document: any, or another edition of the same roadmap."""
    documents = generation.documents
    own = documents[document_id]
    others = [each for each in _list_documents(generation) if each != document_id]
    if view == "changes":
        editions = list_series(documents.values(), own.kind)[own.series or own.id]
        place = [each.id for each in editions].index(document_id)
        # The edition just before comes first, then the older ones, then the newer.
        others = [each.id for each in (*editions[place + 1 :], *editions[:place])]
    else:
        # What a roadmap is held against first is a programme, and the other way round.
        others.sort(key=lambda each: documents[each].kind is own.kind)
    if not others:
        return None
    state.keep_within(state.ROADMAPS_OTHER, others)
    return str(_draw_choice(generation, others, key=state.ROADMAPS_OTHER, name=f"with_{view}"))


def _draw_choice(generation: Generation, options: Sequence[str], *, key: str, name: str) -> str:
    documents = generation.documents
    return str(
        st.selectbox(
            say(f"app.roadmaps.{name}"),
            options,
            format_func=label(
                options,
                lambda each: (
                    name_document(documents[each]) if each else say("app.roadmaps.all_documents")
                ),
            ),
            key=key,
            filter_mode="contains",
            persist_state="session",
        )
    )


draw()
