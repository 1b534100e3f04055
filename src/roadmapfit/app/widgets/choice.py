"""Choosing what is stored: a project, an item, an organisation, a roadmap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from roadmapfit.app import state
from roadmapfit.app.widgets import notices
from roadmapfit.app.words import (
    label,
    name_document,
    name_organisation,
    name_project,
    say,
    say_count,
    shorten,
)
from roadmapfit.errors import WorkspaceError
from roadmapfit.generation import Generation
from roadmapfit.records import DocumentKind, Project, StrategyItem

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
    names = {each: f"{each} {heads[each].acronym} {heads[each].title}" for each in options}
    known = [each for each in kept if each in heads]
    return _search(names, field=say("app.project.search"), key=key, noun="project", kept=known)


def draw_item_choice(generation: Generation) -> str | None:
    """Let the reader choose an item of a document that is chosen first."""
    documents = generation.documents
    by_document: dict[str, list[StrategyItem]] = {each: [] for each in documents}
    for item in generation.strategy_items.values():
        if not item.is_heading:
            by_document[item.document_id].append(item)
    linked = generation.strategy_items.get(str(st.session_state[state.PARTNERS_ITEM]))
    if linked is not None and st.session_state[state.PARTNERS_ITEM_DOCUMENT] is None:
        st.session_state[state.PARTNERS_ITEM_DOCUMENT] = linked.document_id
    first, second = st.columns(2)
    with first:
        document_id = _draw_document(
            generation,
            [each for each, items in by_document.items() if items],
            key=state.PARTNERS_ITEM_DOCUMENT,
            name=say("app.column.document"),
        )
    with second:
        own = {item.id: item for item in by_document.get(document_id or "", [])}
        if st.session_state[state.PARTNERS_ITEM] not in own:
            st.session_state[state.PARTNERS_ITEM] = None
        picked: str | None = st.selectbox(
            say("app.partners.choose_item"),
            own,
            index=None,
            format_func=label(own, lambda each: own[each].title),
            key=state.PARTNERS_ITEM,
            placeholder=say("app.partners.choose_hint"),
            persist_state="session",
        )
    return picked


def draw_roadmap_choice(generation: Generation) -> str | None:
    """Let the reader choose a roadmap; where there is none, any document."""
    documents = generation.documents
    roadmaps = [each.id for each in documents.values() if each.kind is DocumentKind.ROADMAP]
    return _draw_document(
        generation,
        roadmaps or list(documents),
        key=state.PARTNERS_DOCUMENT,
        name=say("app.partners.choose_document"),
    )


def draw_organisation_choice(generation: Generation) -> str | None:
    """Let the reader choose an organisation; a long list is searched first."""
    known = generation.organisations
    options = sorted(known, key=lambda each: known[each].name.casefold())
    chosen = st.session_state[state.PARTNERS_ORGANISATION]
    if chosen is not None and chosen not in known:
        notices.draw_error(WorkspaceError("organisation_unknown", found=shorten(str(chosen), 60)))
        st.session_state[state.PARTNERS_ORGANISATION] = chosen = None
    if len(options) > MAX_OPTIONS:
        names = {each: f"{each} {known[each].name} {known[each].short_name}" for each in options}
        options = _search(
            names,
            field=say("app.partners.search_organisation"),
            key=state.PARTNERS_SEARCH,
            noun="organisation",
            kept=[chosen] if chosen else [],
        )
    picked: str | None = st.selectbox(
        say("app.partners.choose_organisation"),
        options,
        index=None,
        format_func=label(options, lambda each: name_organisation(known[each])),
        key=state.PARTNERS_ORGANISATION,
        placeholder=say("app.partners.choose_hint"),
        filter_mode="contains",
        persist_state="session",
    )
    return picked


def _draw_document(
    generation: Generation, options: Sequence[str], *, key: str, name: str
) -> str | None:
    documents = generation.documents
    if st.session_state[key] not in options:
        st.session_state[key] = None
    ordered = sorted(options, key=lambda each: documents[each].title.casefold())
    picked: str | None = st.selectbox(
        name,
        ordered,
        index=None,
        format_func=label(ordered, lambda each: name_document(documents[each])),
        key=key,
        placeholder=say("app.partners.choose_hint"),
        persist_state="session",
    )
    return picked


def _search(
    names: Mapping[str, str], *, field: str, key: str, noun: str, kept: Sequence[str]
) -> list[str]:
    """Let the reader type words; give those kept, then the first whose names hold all words."""
    wanted = st.text_input(field, key=key, persist_state="session")
    words = (wanted or "").casefold().split()
    found = [each for each, name in names.items() if all(word in name.casefold() for word in words)]
    shown = found[:MAX_OPTIONS]
    n = say_count(noun, len(found))
    cut = say("app.project.found_first", n=n, first=MAX_OPTIONS)
    st.caption(cut if len(found) > len(shown) else say("app.project.found", n=n))
    return list(dict.fromkeys((*kept, *shown)))
