"""What a page shows stands in its address, so that a link opens the same view.

A page publishes its choices at the end of its run; at the beginning of the next one the
address wins where it changed since: on arrival by a link, and when the reader goes back.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from copy import copy
from urllib.parse import quote, unquote

import streamlit as st

from roadmapfit.app import state

ADDRESS: dict[str, str] = {
    "lang": state.LANGUAGE,
    "project": state.PROJECT_ID,
    "file": state.PROJECT_HELD,
    "subject": state.PARTNERS_SUBJECT,
    "carry": state.PARTNERS_ITEM,
    "organisation": state.PARTNERS_ORGANISATION,
    "roadmap": state.PARTNERS_DOCUMENT,
    "newcomers": state.PARTNERS_NEWCOMERS,
    "network": state.PARTNERS_NETWORK,
    "kinds": state.PARTNERS_KINDS,
    "places": state.PARTNERS_TERRITORIES,
    "except": state.PARTNERS_EXCLUDED,
    "fits": state.FIT_KIND,
    "latest": state.FIT_LATEST,
    "among": state.FIT_DOCUMENTS,
    "series": state.COVERAGE_SERIES,
    "group": state.COVERAGE_GROUP,
    "view": state.COVERAGE_VIEW,
    "editions": state.COVERAGE_EDITIONS,
    "count": state.COVERAGE_COUNT,
    "from": state.COVERAGE_FROM,
    "against": state.COVERAGE_OTHER,
    "without": state.SCENARIO_WITHOUT,
    "filter": state.PORTFOLIO_FILTER,
    "read": state.ROADMAPS_VIEW,
    "document": state.ROADMAPS_DOCUMENT,
    "with": state.ROADMAPS_OTHER,
    "item": state.ROADMAPS_ITEM,
    "import": state.SOURCES_IMPORT,
    "picture": state.PICTURE,
    "around": state.PICTURE_AROUND,
    "who": state.PICTURE_CHOSEN,
}
"""What a link carries: the name in the address, and the key that it sets."""

# What this session wrote into the address last, what stood there before, and when; the page.
_SEEN, _BEFORE, _WRITTEN_AT = "address.seen", "address.before", "address.written_at"
_PAGE = "address.page"
# A click so soon after may come with the address of before: the browser is busy drawing.
_SETTLE_S = 2.0


def take_over() -> None:
    """Take over what the address says and this session did not write there."""
    seen: dict[str, str] = st.session_state.setdefault(_SEEN, {})
    if _is_late():
        return
    for name, key in ADDRESS.items():
        value = st.query_params.get(name)
        if value and value != seen.get(name):
            st.session_state[key] = decode(value, like=state.DEFAULTS.get(key))
            seen[name] = value
            if key == state.PROJECT_ID:  # a link to a project shows it, whatever was shown before
                _show_project("stored")
            if key == state.PROJECT_HELD:
                _show_project("draft")
    state.keep_language()


def let_go(page: str) -> None:
    """Let go of what stood in the address of this page and stands there no more.

    So a step back from a filter, or from a chosen project, undoes it. An address without
    a language is none that was published: a click on the page's name in the menu, which
    lets go of nothing.

    Parameters
    ----------
    page
        The page about to be drawn, as it stands in the address.
    """
    is_same = st.session_state.get(_PAGE) == page
    st.session_state[_PAGE] = page
    if not is_same or "lang" not in st.query_params or _is_late():
        return
    for name in st.session_state[_SEEN]:
        key = ADDRESS[name]
        if key in state.DEFAULTS and name not in st.query_params:
            st.session_state[key] = copy(state.DEFAULTS[key])
            if key == state.PROJECT_HELD:  # the text shown was that file's
                st.session_state[state.DRAFT] = None


def _is_late() -> bool:
    """Whether the browser has not yet shown what was written into its address."""
    written_at = st.session_state.get(_WRITTEN_AT)
    return (
        written_at is not None
        and time.monotonic() - written_at < _SETTLE_S
        and st.query_params.to_dict() == st.session_state[_BEFORE]
    )


def _show_project(source: str) -> None:
    st.session_state[state.PROJECT_SOURCE] = source
    st.session_state[state.PARTNERS_SUBJECT] = source


def publish(values: Mapping[str, str | None]) -> None:
    """Write what the page shows into the address, with the language.

    Parameters
    ----------
    values
        By name of ``ADDRESS``; what is ``None`` or absent is left out of the address.
    """
    wanted = {"lang": state.language()} | {name: value for name, value in values.items() if value}
    st.session_state[_SEEN] = wanted
    shown = st.query_params.to_dict()
    if shown != wanted:
        st.session_state[_BEFORE], st.session_state[_WRITTEN_AT] = shown, time.monotonic()
        st.query_params.from_dict(wanted)


def describe(*names: str) -> dict[str, str | None]:
    """Say for ``publish`` what was chosen, by names of ``ADDRESS``.

    What is as in a new session is left out, unless the address says it already: then
    going back finds it there.
    """
    chosen = {name: st.session_state[ADDRESS[name]] for name in names}
    return {
        name: encode(value)
        for name, value in chosen.items()
        if value != state.DEFAULTS.get(ADDRESS[name]) or name in st.query_params
    }


def encode(value: object) -> str | None:
    """Write a choice: a text, a whole number, a switch or a list of texts.

    Returns
    -------
    str | None
        ``None`` where nothing is chosen.

    Examples
    --------
    >>> encode(["a, b", "c"]), encode(True), encode(45), encode([])
    ('a%2C%20b,c', '1', '45', None)
    """
    if isinstance(value, list | tuple):
        return ",".join(quote(str(each), safe="") for each in value) or None
    if isinstance(value, bool):
        return "1" if value else "0"
    return None if value is None or value == "" else str(value)


def decode(text: str, *, like: object) -> object:
    """Read a choice as what a new session has in its place is; that one, if it cannot be.

    Parameters
    ----------
    text
        As ``encode`` wrote it, or anything: a reader may write an address by hand.
    like
        A list, a switch, a whole number, or what else stands for a text.

    Examples
    --------
    >>> decode("a%2C%20b,c", like=[]), decode("1", like=False), decode("x", like=50)
    (['a, b', 'c'], True, 50)
    """
    if isinstance(like, list):
        return [unquote(each) for each in text.split(",") if each]
    if isinstance(like, bool):
        return text == "1" if text in {"0", "1"} else like
    if isinstance(like, int):
        return int(text) if text.isascii() and text.isdigit() else like
    return text
