"""The pages and their addresses."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import streamlit as st

from roadmapfit.app.words import say

HOME, PROJECT, PORTFOLIO, COVERAGE = "home", "project", "portfolio", "coverage"
PARTNERS, ROADMAPS, SOURCES = "partners", "roadmaps", "sources"
PAGES = (HOME, PROJECT, PORTFOLIO, COVERAGE, PARTNERS, ROADMAPS, SOURCES)

_FOLDER = Path(__file__).parent / "pages"


def build_page(name: str) -> st.Page:
    """Name one page of ``PAGES`` to Streamlit; equal names give equal pages."""
    return st.Page(
        _FOLDER / f"{name}.py",
        title=say(f"app.page.{name}"),
        url_path=name,
        default=name == HOME,
    )


def list_pages() -> list[st.Page]:
    """List the pages; an address that is none of them leads to one that says so.

    Streamlit's own answer to such an address is in English, over the first page.
    """
    pages = [build_page(name) for name in PAGES]
    asked = find_unknown(st.context.url or "")
    if asked:
        unknown = _FOLDER / "unknown.py"
        title = say("app.page.unknown")
        pages.append(st.Page(unknown, title=title, url_path=asked, visibility="hidden"))
    return pages


def find_unknown(url: str) -> str:
    """Return the last part of an address if it names no page; empty where all is well.

    Examples
    --------
    >>> find_unknown("https://example.org/partners"), find_unknown("https://example.org/")
    ('', '')
    >>> find_unknown("https://example.org/a/no%20page/")
    'no page'
    """
    asked = unquote(urlsplit(url).path.strip("/").rpartition("/")[2]).strip()
    return "" if asked in PAGES else asked
