"""The items of strategy documents, to be read and searched."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from roadmapfit.app import navigation, resources, state
from roadmapfit.app.answers.portfolio import load_judged_projects
from roadmapfit.app.widgets import markup
from roadmapfit.app.widgets.pager import take_page
from roadmapfit.app.words import name_document, plain, say, say_count
from roadmapfit.calibrate import Verdict
from roadmapfit.portfolio import ProjectFilter, fold
from roadmapfit.records import StrategyDocument, StrategyItem
from roadmapfit.workspace import Workspace

PAGE_SIZE = 25


def draw_reading(workspace: Workspace, document_id: str) -> None:
    """Draw a document's items, or those of all documents that hold the words looked for."""
    generation = workspace.generation
    words = fold(
        st.text_input(
            say("app.roadmaps.search"),
            key=state.ROADMAPS_SEARCH,
            placeholder=say("app.roadmaps.search_hint"),
            persist_state="session",
        )
        or ""
    ).split()
    document = generation.documents.get(document_id)
    if document is None and not words:
        st.caption(say("app.roadmaps.search_all"))
        return
    if document is not None:
        _draw_head(document)
    found = [
        item
        for item in generation.strategy_items.values()
        if (document is None or item.document_id == document.id) and _holds(item, words)
    ]
    n_items = say_count("item", sum(not item.is_heading for item in found))
    if words:
        st.caption(say("app.roadmaps.found", n=n_items))
    if not found:
        return
    shown = take_page(
        _start_at_linked(found), size=PAGE_SIZE, key=state.key("roadmaps", document_id, *words)
    )
    for item in shown:
        _draw_item(workspace, item, with_document=document is None)


def _draw_head(document: StrategyDocument) -> None:
    years = " – ".join(str(year) for year in (document.start_year, document.end_year) if year)
    territory = ", ".join(each.strip() for each in document.territory.split(";"))
    facts = (document.owner, document.edition or years, territory)
    markup.draw_heading(
        document.title,
        place=" · ".join(fact for fact in facts if fact),
        invented=say("app.invented") if document.is_invented else "",
    )
    if document.summary:
        markup.draw_text(document.summary)


def _holds(item: StrategyItem, words: Iterable[str]) -> bool:
    if not words:
        return True
    text = fold(f"{item.title} {item.text}")
    return not item.is_heading and all(word in text for word in words)


def _start_at_linked(found: list[StrategyItem]) -> list[StrategyItem]:
    """Put the item that a link names first, where a page of many would hide it."""
    linked = st.session_state[state.ROADMAPS_ITEM]
    if len(found) <= PAGE_SIZE or linked is None:
        return found
    return sorted(found, key=lambda item: item.id != linked)


def _draw_item(workspace: Workspace, item: StrategyItem, *, with_document: bool) -> None:
    generation = workspace.generation
    if item.is_heading:
        st.subheader(plain(item.title), anchor=False)
        if item.text:
            markup.draw_text(item.text)
        return
    title = f"**{plain(item.title)}**"
    if with_document:
        title = f"{title} – {plain(name_document(generation.documents[item.document_id]))}"
    opened = st.expander(
        title,
        expanded=item.id == st.session_state[state.ROADMAPS_ITEM],
        key=state.key("roadmaps.item", item.id),
        on_change="rerun",
    )
    if opened.open:
        with opened:
            _draw_open_item(workspace, item)


def _draw_open_item(workspace: Workspace, item: StrategyItem) -> None:
    generation = workspace.generation
    document = generation.documents[item.document_id]
    if item.text:
        markup.draw_text(item.text)
    else:
        st.caption(say("app.roadmaps.no_text"))
    named = [each for each in document.references if each.id in item.reference_ids]
    if named:
        markup.draw_references(
            say("app.evidence.references"), [(each.title, each.location) for each in named]
        )
    judged = load_judged_projects(resources.get_judged_version(), workspace, item.id)
    counts = judged["verdict"].value_counts()
    aligned, examine = (int(counts.get(each, 0)) for each in (Verdict.ALIGNED, Verdict.EXAMINE))
    st.caption(
        say(
            "app.roadmaps.projects",
            aligned=say_count("aligned", aligned),
            examine=say_count("examine", examine),
        )
    )
    wanted = ProjectFilter(target=item.id, verdicts=(str(Verdict.ALIGNED), str(Verdict.EXAMINE)))
    with st.container(horizontal=True):
        if aligned or examine:
            st.page_link(
                navigation.build_page(navigation.PORTFOLIO),
                label=say("app.roadmaps.see_projects"),
                query_params={"filter": wanted.encode(), "lang": state.language()},
                icon=":material/arrow_forward:",
            )
        st.page_link(
            navigation.build_page(navigation.ROADMAPS),
            label=say("app.roadmaps.link"),
            query_params={"document": document.id, "item": item.id, "lang": state.language()},
            icon=":material/link:",
        )
