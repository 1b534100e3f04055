"""An address that leads to no page."""

from __future__ import annotations

import streamlit as st

from roadmapfit.app import navigation, state
from roadmapfit.app.words import say


def draw() -> None:
    """Draw the page."""
    st.title(say("app.page.unknown"), anchor=False)
    st.markdown(say("app.unknown.lead"))
    st.page_link(
        navigation.build_page(navigation.HOME),
        label=say("app.unknown.home"),
        query_params={"lang": state.language()},
        icon=":material/arrow_forward:",
    )


draw()
