"""Choosing what is stored: a project, an item, an organisation, a roadmap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from roadmapfit.app import resources, state
from roadmapfit.app.answers.portfolio import load_organisation_names, load_project_names
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
from roadmapfit.records import DocumentKind, StrategyItem
from roadmapfit.workspace import Workspace

# More than this is too long a list to look through, and to send to the browser.
MAX_OPTIONS = 300


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which records a reader chooses from, where the answer is kept, and what is said."""

    key: str
    search_key: str
    noun: str
    search: str
    choose: str
    hint: str
    unknown: str


_PROJECT = _Choice(
    key=state.PROJECT_ID,
    search_key=state.PROJECT_SEARCH,
    noun="project",
    search="app.project.search",
    choose="app.project.choose",
    hint="app.project.choose_hint",
    unknown="project_unknown",
)
_ORGANISATION = _Choice(
    key=state.PARTNERS_ORGANISATION,
    search_key=state.PARTNERS_SEARCH,
    noun="organisation",
    search="app.partners.search_organisation",
    choose="app.partners.choose_organisation",
    hint="app.partners.choose_hint",
    unknown="organisation_unknown",
)


def draw_project_choice(workspace: Workspace) -> str | None:
    """Let the reader choose a stored project; a long list is searched first."""
    heads = workspace.generation.project_heads
    names = load_project_names(resources.get_version(), workspace)
    return _draw_choice(_PROJECT, names, lambda each: name_project(heads[each]))


def draw_organisation_choice(workspace: Workspace) -> str | None:
    """Let the reader choose an organisation; a long list is searched first."""
    known = workspace.generation.organisations
    names = load_organisation_names(resources.get_version(), workspace)
    return _draw_choice(_ORGANISATION, names, lambda each: name_organisation(known[each]))


def list_project_options(workspace: Workspace, *, key: str, kept: Sequence[str]) -> list[str]:
    """List the projects to choose from; a long list is searched first.

    ``kept`` are chosen already, and stay in the list whatever is searched for.
    """
    names = load_project_names(resources.get_version(), workspace)
    return _list_options(_PROJECT, names, key=key, kept=kept)


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


def _draw_choice(
    choice: _Choice, names: Mapping[str, str], name: Callable[[str], str]
) -> str | None:
    chosen = st.session_state[choice.key]
    if chosen is not None and chosen not in names:
        notices.draw_error(WorkspaceError(choice.unknown, found=shorten(str(chosen), 60)))
        st.session_state[choice.key] = chosen = None
    kept = [chosen] if chosen else []
    options = _list_options(choice, names, key=choice.search_key, kept=kept)
    picked: str | None = st.selectbox(
        say(choice.choose),
        options,
        index=None,
        format_func=label(options, name),
        key=choice.key,
        placeholder=say(choice.hint),
        filter_mode="contains",
        persist_state="session",
    )
    return picked


def _list_options(
    choice: _Choice, names: Mapping[str, str], *, key: str, kept: Sequence[str]
) -> list[str]:
    """List those kept, then the first whose folded names hold all words that are typed."""
    if len(names) <= MAX_OPTIONS:
        return list(names)
    wanted = st.text_input(say(choice.search), key=key, persist_state="session")
    words = (wanted or "").casefold().split()
    found = list(names)
    if words:
        found = [each for each in found if all(word in names[each] for word in words)]
    shown = found[:MAX_OPTIONS]
    n = say_count(choice.noun, len(found))
    cut = say("app.project.found_first", n=n, first=MAX_OPTIONS)
    st.caption(cut if len(found) > len(shown) else say("app.project.found", n=n))
    return list(dict.fromkeys((*(each for each in kept if each in names), *shown)))
