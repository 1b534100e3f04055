"""Sets the page up, draws what all pages share, and hands over to the page."""

from __future__ import annotations

import streamlit as st

from roadmapfit.app import address, ahead, navigation, resources, state
from roadmapfit.app.widgets import markup, notices
from roadmapfit.app.words import say
from roadmapfit.errors import RoadmapFitError
from roadmapfit.text import LANGUAGES


def main() -> None:
    """Run the app once, as Streamlit does at every click."""
    st.set_page_config(page_title="RoadmapFit", page_icon=markup.LOGO, layout="wide")
    st.logo(markup.LOGO)
    state.init()
    address.take_over()
    markup.draw_style(choose=say("app.upload.choose"), drop=say("app.upload.drop"))
    page = st.navigation(navigation.list_pages(), position="top")
    address.let_go(page.url_path)
    _draw_language_switch()
    try:
        page.run()
        ahead.note_page()
    except RoadmapFitError as error:
        notices.draw_error(error)
        if resources.has_workspace() and page.url_path != navigation.SOURCES:
            st.page_link(
                navigation.build_page(navigation.SOURCES),
                label=say("app.error.sources"),
                query_params={"lang": state.language()},
                icon=":material/arrow_forward:",
            )


def _draw_language_switch() -> None:
    with st.container(key="rf-language", width="content"):
        markup.draw_language(state.language())
        st.segmented_control(
            say("app.language"),
            LANGUAGES,
            format_func=str.upper,
            key=state.LANGUAGE,
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )


if __name__ == "__main__":  # the installed command runs this file as a script
    main()
