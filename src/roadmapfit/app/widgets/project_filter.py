"""The filter of the portfolio: its controls, and the filters that were given a name."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import Any

import pandas as pd
import streamlit as st

from roadmapfit.app import state
from roadmapfit.app.widgets import notices
from roadmapfit.app.words import label, name_document, say, say_number, shorten
from roadmapfit.calibrate import Verdict
from roadmapfit.errors import RoadmapFitError
from roadmapfit.generation import Generation
from roadmapfit.portfolio import FLAGS, SORTS, ProjectFilter
from roadmapfit.records import DocumentKind, OrganisationKind
from roadmapfit.workspace import Workspace

# Columns whose values are chosen from a list: the filter's field, and the table's column.
_LISTED = {
    "years": "year",
    "programmes": "programme",
    "places": "place",
    "kinds": "kind",
    "sources": "source",
}
_MAX_NAME_CHARS = 80


def draw_filter(generation: Generation, table: pd.DataFrame) -> ProjectFilter:
    """Draw the controls, set as the address or a named filter says; return what they say."""
    wanted = str(st.session_state[state.PORTFOLIO_FILTER])
    if wanted != st.session_state[state.PORTFOLIO_FILTER_SEEN]:
        _adopt(generation, ProjectFilter.decode(wanted))
    text_column, document_column, item_column = st.columns([1.1, 1, 1])
    with text_column:
        text = st.text_input(
            say("app.portfolio.text"),
            key=state.PORTFOLIO_TEXT,
            placeholder=say("app.portfolio.text_hint"),
            max_chars=200,
            persist_state="session",
        )
    with document_column:
        document_id = _draw_document_choice(generation)
    with item_column:
        item_id = _draw_item_choice(generation, document_id)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        verdicts = st.pills(
            say("app.column.verdict"),
            list(map(str, Verdict)),
            selection_mode="multi",
            format_func=label(Verdict, lambda verdict: say(f"verdict.{verdict}")),
            key=_key("verdicts"),
            persist_state="session",
        )
        flags = st.pills(
            say("app.portfolio.only"),
            FLAGS,
            selection_mode="multi",
            format_func=label(FLAGS, lambda flag: say(f"app.portfolio.flag_{flag}")),
            key=_key("flags"),
            persist_state="session",
        )
    picked = _draw_lists(table)
    return ProjectFilter(
        text=" ".join((text or "").split()),
        target=item_id or document_id,
        years=picked["years"],
        sources=picked["sources"],
        programmes=picked["programmes"],
        places=picked["places"],
        kinds=picked["kinds"],
        verdicts=tuple(each for each in map(str, Verdict) if each in verdicts),
        flags=tuple(each for each in FLAGS if each in flags),
        sort=_read_sort(),
    )


def keep_filter(chosen: ProjectFilter) -> str:
    """Note the filter as the one shown; return it as it stands in the address."""
    encoded = chosen.encode()
    st.session_state[state.PORTFOLIO_FILTER] = encoded
    st.session_state[state.PORTFOLIO_FILTER_SEEN] = encoded
    return encoded


def draw_named_filters(workspace: Workspace, encoded: str) -> None:
    """Draw the named filters of the workspace: to take one, to keep this one, to remove one."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover(say("app.views.title"), icon=":material/bookmark:", key="rf-views"):
            try:
                views = workspace.views.load_all()
            except RoadmapFitError as error:
                notices.draw_error(error)
                return
            if not views:
                st.caption(say("app.views.none"))
            for name, content in views.items():
                _draw_named(workspace, name, str(content.get("filter", "")))
            st.text_input(
                say("app.views.name"), key=state.PORTFOLIO_VIEW_NAME, max_chars=_MAX_NAME_CHARS
            )
            st.button(
                say("app.views.keep"),
                key=state.key("views.keep"),
                on_click=_keep,
                args=(workspace, encoded),
                disabled=not encoded,
                help=None if encoded else say("app.views.keep_help"),
            )
        if encoded:
            st.button(
                say("app.portfolio.reset"),
                key=state.key("portfolio.reset"),
                on_click=_reset,
                args=(encoded,),
                type="tertiary",
                icon=":material/filter_alt_off:",
            )
        _draw_undo(workspace)
    failed = st.session_state[state.PORTFOLIO_ERROR]
    if failed is not None:
        notices.draw_error(failed)


def _adopt(generation: Generation, wanted: ProjectFilter) -> None:
    """Set the controls as a filter says; what this workspace does not have is left out."""
    item = generation.strategy_items.get(wanted.target)
    document_id = item.document_id if item else wanted.target
    is_known = document_id in generation.documents
    st.session_state[state.PORTFOLIO_TEXT] = wanted.text
    st.session_state[state.PORTFOLIO_DOCUMENT] = document_id if is_known else ""
    st.session_state[state.PORTFOLIO_ITEM] = item.id if item and is_known else ""
    st.session_state[state.PORTFOLIO_SORT] = wanted.sort
    for name in (*_LISTED, "verdicts", "flags"):
        st.session_state[_key(name)] = list(getattr(wanted, name))


def _draw_document_choice(generation: Generation) -> str:
    documents = generation.documents
    options = ["", *sorted(documents, key=lambda each: _order(documents[each].kind, each))]
    state.keep_within(state.PORTFOLIO_DOCUMENT, options)
    return str(
        st.selectbox(
            say("app.portfolio.against"),
            options,
            format_func=label(
                options,
                lambda each: name_document(documents[each]) if each else say("app.portfolio.any"),
            ),
            key=state.PORTFOLIO_DOCUMENT,
            filter_mode="contains",
            persist_state="session",
        )
    )


def _order(kind: DocumentKind, document_id: str) -> tuple[int, str]:
    return list(DocumentKind).index(kind), document_id


def _draw_item_choice(generation: Generation, document_id: str) -> str:
    items = {
        item.id: item.title
        for item in generation.strategy_items.values()
        if item.document_id == document_id and not item.is_heading
    }
    options = ["", *items]
    state.keep_within(state.PORTFOLIO_ITEM, options)
    return str(
        st.selectbox(
            say("app.column.item"),
            options,
            format_func=label(
                options,
                lambda each: shorten(items[each], 90) if each else say("app.portfolio.any_item"),
            ),
            key=state.PORTFOLIO_ITEM,
            filter_mode="contains",
            persist_state="session",
        )
    )


def _draw_lists(table: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Draw the lists of values that the projects have; return those picked, by field."""
    n_picked = sum(len(st.session_state[_key(name)]) for name in _LISTED)
    title = say("app.portfolio.more_filters")
    if n_picked:
        title = f"{title} ({say_number(n_picked)})"
    picked: dict[str, tuple[str, ...]] = dict.fromkeys(_LISTED, ())
    with st.expander(title, key=state.key("portfolio.lists")):
        columns = st.columns(2)
        for number, (name, column) in enumerate(_LISTED.items()):
            values = _list_values(table[column], is_year=name == "years")
            kept = [each for each in st.session_state[_key(name)] if each in values]
            st.session_state[_key(name)] = kept
            if len(values) < 2 and not kept:
                continue
            with columns[number % 2]:
                chosen = st.multiselect(
                    say(f"app.portfolio.{name}"),
                    values,
                    format_func=label(values, partial(_name_value, name)),
                    key=_key(name),
                    placeholder=say("app.all"),
                    filter_mode="contains",
                    persist_state="session",
                )
            picked[name] = tuple(each for each in values if each in chosen)
    return picked


def _list_values(column: pd.Series[Any], *, is_year: bool) -> list[str]:
    values = {str(each) for each in column.dropna().unique() if each != ""}
    return sorted(values, reverse=is_year)


def _name_value(name: str, value: str) -> str:
    return say(f"kind.{value}") if name == "kinds" and value in set(OrganisationKind) else value


def _read_sort() -> str:
    state.keep_within(state.PORTFOLIO_SORT, SORTS)
    return str(st.session_state[state.PORTFOLIO_SORT])


def draw_sort() -> None:
    """Draw the choice of an order, beside the table that it orders."""
    st.selectbox(
        say("app.portfolio.sort"),
        SORTS,
        format_func=label(SORTS, lambda each: say(f"app.portfolio.sort_{each}")),
        key=state.PORTFOLIO_SORT,
        width=230,
        persist_state="session",
    )


def _draw_named(workspace: Workspace, name: str, encoded: str) -> None:
    digest = sha256(name.encode()).hexdigest()[:12]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            shorten(name, 60),
            key=state.key("views.take", digest),
            on_click=_take,
            args=(encoded,),
            type="tertiary",
            icon=":material/bookmark:",
            width="stretch",
        )
        st.button(
            say("app.views.remove"),
            key=state.key("views.remove", digest),
            on_click=_remove,
            args=(workspace, name, encoded),
            type="tertiary",
            icon=":material/delete:",
        )


def _draw_undo(workspace: Workspace) -> None:
    """Offer to take the last change back: a filter that was removed, replaced or reset."""
    undo = st.session_state[state.PORTFOLIO_UNDO]
    if undo is None:
        return
    what, name, encoded = undo
    st.button(
        say(f"app.undo.{what}", name=shorten(name, 40)),
        key=state.key("views.undo"),
        on_click=_undo,
        args=(workspace, what, name, encoded),
        type="tertiary",
        icon=":material/undo:",
    )


def _take(encoded: str) -> None:
    st.session_state[state.PORTFOLIO_FILTER] = encoded
    st.session_state[state.PORTFOLIO_FILTER_SEEN] = None


def _reset(encoded: str) -> None:
    st.session_state[state.PORTFOLIO_UNDO] = ("reset", "", encoded)
    _take("")


def _keep(workspace: Workspace, encoded: str) -> None:
    name = " ".join(str(st.session_state[state.PORTFOLIO_VIEW_NAME]).split())
    if not name:
        return
    before = _write(workspace, name, encoded)
    if st.session_state[state.PORTFOLIO_ERROR] is None:
        st.session_state[state.PORTFOLIO_VIEW_NAME] = ""
        st.session_state[state.PORTFOLIO_UNDO] = ("kept", name, before)


def _remove(workspace: Workspace, name: str, encoded: str) -> None:
    _write(workspace, name, None)
    st.session_state[state.PORTFOLIO_UNDO] = ("removed", name, encoded)


def _undo(workspace: Workspace, what: str, name: str, encoded: str | None) -> None:
    st.session_state[state.PORTFOLIO_UNDO] = None
    if what == "reset":
        _take(encoded or "")
    else:
        _write(workspace, name, encoded)


def _write(workspace: Workspace, name: str, encoded: str | None) -> str | None:
    """Keep a filter under a name, or remove that name; return what it stood for before."""
    st.session_state[state.PORTFOLIO_ERROR] = None
    try:
        before = workspace.views.load(name)
        if encoded is None:
            workspace.views.remove(name)
        else:
            workspace.views.keep(name, {"filter": encoded})
    except RoadmapFitError as error:
        st.session_state[state.PORTFOLIO_ERROR] = error
        return None
    return str(before["filter"]) if before and "filter" in before else None


def _key(name: str) -> str:
    return state.key("portfolio", name)
