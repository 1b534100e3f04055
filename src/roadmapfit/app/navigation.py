"""The pages and their addresses."""

from __future__ import annotations

from pathlib import Path

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
