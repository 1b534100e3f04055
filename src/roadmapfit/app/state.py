"""What a session remembers: every key with its default, and what stands in the address.

Streamlit forgets a widget when the reader leaves its page. Widgets whose choice
should survive that are drawn with ``persist_state="session"``; the rest of the
session is plain entries of ``st.session_state`` under the keys below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from roadmapfit.text import LANGUAGES

LANGUAGE = "language"

# A text that is in no workspace, pasted or uploaded (a `subjects.Subject`).
DRAFT = "draft"
DRAFT_ERROR = "draft.error"

HOME_TITLE = "home.title"
HOME_TEXT = "home.text"
HOME_FORM = "home.form"
HOME_SUBMIT = "home.submit"
HOME_EXAMPLE = "home.example"

FIT_KIND = "fit.kind"
FIT_LATEST = "fit.latest"
FIT_DOCUMENTS = "fit.documents"

PROJECT_ID = "project.id"
PROJECT_SOURCE = "project.source"
PROJECT_SEARCH = "project.search"
PROJECT_FILE = "project.file"
PROJECT_FILE_SEEN = "project.file_seen"

DECISION_ERROR = "decision.error"

COVERAGE_KIND = "coverage.kind"
COVERAGE_SERIES = "coverage.series"
COVERAGE_SERIES_SEEN = "coverage.series_seen"
COVERAGE_EDITIONS = "coverage.editions"
COVERAGE_COUNT = "coverage.count"
COVERAGE_FROM = "coverage.from"
COVERAGE_GROUP = "coverage.group"
COVERAGE_VIEW = "coverage.view"
COVERAGE_OTHER = "coverage.other"
COVERAGE_CLOSED = "coverage.closed"

PARTNERS_SUBJECT = "partners.subject"
PARTNERS_KINDS = "partners.kinds"
PARTNERS_TERRITORIES = "partners.territories"
PARTNERS_NEWCOMERS = "partners.newcomers"
PARTNERS_NETWORK = "partners.network"

SOURCES_FILE = "sources.file"
SOURCES_ROUND = "sources.round"
SOURCES_PREVIEW = "sources.preview"
SOURCES_DONE = "sources.done"

DEFAULTS: dict[str, Any] = {
    DRAFT: None,
    DRAFT_ERROR: None,
    HOME_TITLE: "",
    HOME_TEXT: "",
    FIT_KIND: "roadmap",
    FIT_LATEST: True,
    FIT_DOCUMENTS: [],
    PROJECT_ID: None,
    PROJECT_SOURCE: "stored",
    PROJECT_SEARCH: "",
    PROJECT_FILE_SEEN: None,
    DECISION_ERROR: None,
    COVERAGE_KIND: "roadmap",
    COVERAGE_SERIES: None,
    COVERAGE_SERIES_SEEN: None,
    COVERAGE_EDITIONS: [],
    COVERAGE_COUNT: "aligned",
    COVERAGE_FROM: 50,
    COVERAGE_GROUP: "year",
    COVERAGE_VIEW: "portfolio",
    COVERAGE_OTHER: None,
    COVERAGE_CLOSED: 0,
    PARTNERS_SUBJECT: "stored",
    PARTNERS_KINDS: [],
    PARTNERS_TERRITORIES: [],
    PARTNERS_NEWCOMERS: False,
    PARTNERS_NETWORK: True,
    SOURCES_ROUND: 0,
    SOURCES_PREVIEW: None,
    SOURCES_DONE: None,
}
"""Every entry that outlives a run, with its value in a new session.

Buttons, forms and file pickers have keys too, but Streamlit allows no value for
them; the language is not here because its default is the browser's.
"""

ADDRESS: dict[str, str] = {
    "lang": LANGUAGE,
    "project": PROJECT_ID,
    "subject": PARTNERS_SUBJECT,
    "series": COVERAGE_SERIES,
    "group": COVERAGE_GROUP,
    "view": COVERAGE_VIEW,
}
"""What a link carries: the name in the address, and the key that it sets."""

_SEEN = "address.seen"


def init() -> None:
    """Give every key its default, then take over what the address says.

    The address wins when it changed since it was last written: on arrival by a
    link, and when the reader goes back. Else the reader's last choice wins.
    """
    for key, default in DEFAULTS.items():
        st.session_state.setdefault(key, list(default) if isinstance(default, list) else default)
    st.session_state.setdefault(LANGUAGE, _browser_language())
    seen: dict[str, str] = st.session_state.setdefault(_SEEN, {})
    for name, key in ADDRESS.items():
        value = st.query_params.get(name)
        if value and value != seen.get(name):
            st.session_state[key] = value
            seen[name] = value
            if key == PROJECT_ID:  # a link to a project shows it, whatever was shown before
                st.session_state[PROJECT_SOURCE] = st.session_state[PARTNERS_SUBJECT] = "stored"
    if st.session_state[LANGUAGE] not in LANGUAGES:
        st.session_state[LANGUAGE] = _browser_language()


def language() -> str:
    """Return the session's language."""
    return str(st.session_state[LANGUAGE])


def keep_within(key: str, options: Sequence[Any]) -> None:
    """Set a choice to the first option if it is none of them: a link may say anything."""
    if st.session_state[key] not in options:
        st.session_state[key] = options[0]


def key(*parts: object) -> str:
    """Name one widget of many: ``key("why", item_id)``."""
    return ".".join(str(part) for part in parts)


def publish(values: Mapping[str, str | None]) -> None:
    """Write what the page shows into the address, with the language.

    Parameters
    ----------
    values
        By name of ``ADDRESS``; what is ``None`` or absent is left out of the address.
    """
    wanted = {"lang": language()} | {name: value for name, value in values.items() if value}
    st.session_state[_SEEN] = wanted
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def _browser_language() -> str:
    """Return English to readers whose browser asks for it, French to all others."""
    wanted = (st.context.locale or "fr").lower()
    return "en" if wanted.startswith("en") else "fr"
