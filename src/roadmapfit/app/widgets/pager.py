"""Long lists, a page at a time or some more rows at a click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from roadmapfit.app import state
from roadmapfit.app.words import say, say_number

T = TypeVar("T")


def take_page(values: Sequence[T], *, size: int, key: str, name: str = "") -> Sequence[T]:
    """Draw page numbers if there is more than one page; return the values of this one.

    ``name`` says what is leafed through, where that is not plain.
    """
    n_pages = -(-len(values) // size)
    if n_pages < 2:
        return values
    # The number of pages is part of the key: a shorter list starts at its first page.
    with st.container(horizontal=True, vertical_alignment="center"):
        if name:
            st.caption(name, width="content")
        number = st.pagination(n_pages, width="stretch", key=state.key("pager", key, n_pages))
    return values[(number - 1) * size : number * size]


def count_shown(key: str, *, first: int, n: int) -> int:
    """Say how many rows of a list are shown, which grows as the reader asks for more."""
    return min(int(st.session_state.get(key, first)), n)


def draw_more(key: str, *, n_shown: int, n: int, step: int, words: str = "app.fit.more") -> None:
    """Offer the next rows of a list, if there are any; ``key`` is that of ``count_shown``.

    ``words`` is the message that says how many more there are of what.
    """
    n_left = n - n_shown
    if n_left > 0:
        st.button(
            say(words, n=say_number(min(step, n_left))),
            key=state.key(key, "more"),
            on_click=_show_more,
            args=(key, n_shown + step),
            type="tertiary",
            icon=":material/expand_more:",
        )


def _show_more(key: str, n_shown: int) -> None:
    st.session_state[key] = n_shown
