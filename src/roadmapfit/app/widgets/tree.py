"""The tree that a document was understood as, before it is saved, and its correction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from roadmapfit.app import state
from roadmapfit.app.widgets import markup
from roadmapfit.app.words import label, plain, say, say_count
from roadmapfit.readers import READ_AS
from roadmapfit.records import Batch, OwnerKind, Project, StrategyItem

EDITOR_HEIGHT_PX = 420


def draw_read_as(*, on_change: Callable[..., None], args: tuple[Any, ...]) -> None:
    """Ask what a document is; ``on_change`` is called with ``args`` when the answer is new."""
    st.segmented_control(
        say("app.tree.read_as"),
        READ_AS,
        format_func=label(READ_AS, lambda kind: say(f"app.tree.kind.{kind}")),
        key=state.SOURCES_READ_AS,
        required=True,
        on_change=on_change,
        args=args,
    )


def draw_tree(batch: Batch) -> None:
    """Draw what a document's items or project are, with pages and length."""
    pages = {(mark.owner_kind, mark.owner_id): mark for mark in reversed(batch.page_marks)}
    for document in batch.documents:
        markup.draw_heading(document.title)
        if document.summary:
            markup.draw_text(document.summary, summary=say("app.tree.opening"))
    levels: dict[str | None, int] = {None: 0}
    branches = []
    for item in batch.items:
        levels[item.id] = levels.get(item.parent_id, 0) + 1
        mark = pages.get((OwnerKind.ITEM, item.id))
        note = _note(item, "" if mark is None else _say_page(mark.page, is_ocr=mark.is_ocr))
        branches.append(markup.Branch(levels[item.id], item.title, note, item.text))
    if branches:
        markup.draw_tree(branches)
    for project in batch.projects:
        _draw_project(project)


def draw_editor(key: str, markdown: str) -> str:
    """Let the tree be corrected as Markdown; return the text as it stands."""
    with st.expander(say("app.tree.correct"), key=state.key("sources.correct", key)):
        st.markdown(say("app.tree.correct_help"))
        text = st.text_area(
            say("app.tree.markdown"),
            value=markdown,
            height=EDITOR_HEIGHT_PX,
            key=_name_editor(key),
        )
    return text or markdown


def set_editor(key: str, markdown: str) -> None:
    """Put another text into the editor; only before it is drawn."""
    st.session_state[_name_editor(key)] = markdown


def _name_editor(key: str) -> str:
    return state.key("sources.tree", key)


def _note(item: StrategyItem, page: str) -> str:
    n_words = len(item.text.split())
    words = say_count("word", n_words) if n_words else ""
    return " · ".join(part for part in (page, words) if part)


def _say_page(page: int, *, is_ocr: bool) -> str:
    return say("app.tree.page_ocr" if is_ocr else "app.tree.page", page=page)


def _draw_project(project: Project) -> None:
    markup.draw_heading(project.title)
    st.caption(plain(say_count("word", len(project.abstract.split()))))
    markup.draw_text(project.abstract, summary=say("app.project.read_text"))
