"""Long lists a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from roadmapfit.app import state

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
        number = st.pagination(n_pages, key=state.key("pager", key, n_pages))
    return values[(number - 1) * size : number * size]
