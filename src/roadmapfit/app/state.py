"""What a session remembers: every key with its default.

Streamlit forgets a widget when the reader leaves its page. Widgets whose choice
should survive that are drawn with ``persist_state="session"``; the rest of the
session is plain entries of ``st.session_state`` under the keys below.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from copy import copy
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
PROJECT_ROUND = "project.round"
# The token of a file that holds the text shown.
PROJECT_HELD = "project.held"

# Other wordings that were tried of a text, by the key of its subject.
REVISIONS = "revisions"

DECISION_ERROR = "decision.error"
# The last pair decided of, with the decision that there was before, if any.
DECISION_UNDO = "decision.undo"

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

SCENARIO_WITHOUT = "scenario.without"
SCENARIO_ADDED = "scenario.added"
SCENARIO_PICKED = "scenario.picked"
SCENARIO_SEARCH = "scenario.search"

PARTNERS_SUBJECT = "partners.subject"
PARTNERS_KINDS = "partners.kinds"
PARTNERS_TERRITORIES = "partners.territories"
PARTNERS_NEWCOMERS = "partners.newcomers"
PARTNERS_NETWORK = "partners.network"
PARTNERS_EXCLUDED = "partners.excluded"
PARTNERS_SET_SIZE = "partners.set_size"
PARTNERS_SET_OF_KIND = "partners.set_of_kind"
PARTNERS_SET_BUDGET = "partners.set_budget"
PARTNERS_SET_ENOUGH = "partners.set_enough"
PARTNERS_ITEM_DOCUMENT = "partners.item_document"
PARTNERS_ITEM = "partners.item"
PARTNERS_ORGANISATION = "partners.organisation"
PARTNERS_SEARCH = "partners.search"
PARTNERS_DOCUMENT = "partners.document"

PICTURE = "picture"
PICTURE_AROUND = "picture.around"
PICTURE_CHOSEN = "picture.chosen"
PICTURE_DOCUMENT = "picture.document"
PICTURE_ITEM = "picture.item"
PICTURE_ORGANISATION = "picture.organisation"
PICTURE_SEARCH = "picture.search"
PICTURE_TERRITORY = "picture.territory"

# The projects of the last list looked at, in its order: to go from one to the next.
WALK = "walk"

PORTFOLIO_FILTER = "portfolio.filter"
PORTFOLIO_FILTER_SEEN = "portfolio.filter_seen"
PORTFOLIO_TEXT = "portfolio.text"
PORTFOLIO_DOCUMENT = "portfolio.document"
PORTFOLIO_ITEM = "portfolio.item"
PORTFOLIO_SORT = "portfolio.sort"
PORTFOLIO_VIEW_NAME = "portfolio.view_name"
PORTFOLIO_UNDO = "portfolio.undo"
PORTFOLIO_SCORED = "portfolio.scored"
PORTFOLIO_FILE = "portfolio.file"
PORTFOLIO_ROUND = "portfolio.round"
PORTFOLIO_ERROR = "portfolio.error"

ROADMAPS_VIEW = "roadmaps.view"
ROADMAPS_DOCUMENT = "roadmaps.document"
ROADMAPS_OTHER = "roadmaps.other"
ROADMAPS_ITEM = "roadmaps.item"
ROADMAPS_SEARCH = "roadmaps.search"

SHEET_READY = "sheet.ready"

LINKS_SEARCH = "links.search_words"
LINKS_ERROR = "links.error"
LINKS_TOLD = "links.told"

SOURCES_FILE = "sources.file"
SOURCES_ROUND = "sources.round"
SOURCES_IMPORT = "sources.import"
SOURCES_INBOX = "sources.inbox"
SOURCES_DONE = "sources.done"
SOURCES_RELIABILITY = "sources.reliability"
SOURCES_READ_AS = "sources.read_as"
# The last change of a source, once its end was told.
CHANGE_TOLD = "change.told"

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
    PROJECT_ROUND: 0,
    PROJECT_HELD: None,
    REVISIONS: {},
    DECISION_ERROR: None,
    DECISION_UNDO: None,
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
    SCENARIO_WITHOUT: "",
    SCENARIO_ADDED: [],
    SCENARIO_SEARCH: "",
    PARTNERS_SUBJECT: "stored",
    PARTNERS_KINDS: [],
    PARTNERS_TERRITORIES: [],
    PARTNERS_NEWCOMERS: False,
    PARTNERS_EXCLUDED: [],
    PARTNERS_SET_SIZE: 3,
    PARTNERS_SET_OF_KIND: 0,
    PARTNERS_SET_BUDGET: 0,
    PARTNERS_SET_ENOUGH: 100,
    PARTNERS_ITEM_DOCUMENT: None,
    PARTNERS_ITEM: None,
    PARTNERS_ORGANISATION: None,
    PARTNERS_SEARCH: "",
    PARTNERS_DOCUMENT: None,
    PICTURE: "map",
    PICTURE_AROUND: "project",
    PICTURE_CHOSEN: None,
    PICTURE_DOCUMENT: None,
    PICTURE_ITEM: None,
    PICTURE_ORGANISATION: None,
    PICTURE_SEARCH: "",
    PICTURE_TERRITORY: None,
    WALK: (),
    PORTFOLIO_FILTER: "",
    PORTFOLIO_FILTER_SEEN: None,
    PORTFOLIO_VIEW_NAME: "",
    PORTFOLIO_UNDO: None,
    PORTFOLIO_SCORED: None,
    PORTFOLIO_ROUND: 0,
    PORTFOLIO_ERROR: None,
    ROADMAPS_VIEW: "read",
    ROADMAPS_DOCUMENT: None,
    ROADMAPS_OTHER: None,
    ROADMAPS_ITEM: None,
    ROADMAPS_SEARCH: "",
    SHEET_READY: None,
    PARTNERS_NETWORK: True,
    LINKS_SEARCH: "",
    LINKS_ERROR: None,
    LINKS_TOLD: None,
    SOURCES_ROUND: 0,
    SOURCES_IMPORT: None,
    SOURCES_DONE: None,
    SOURCES_RELIABILITY: None,
    SOURCES_READ_AS: "roadmap",
    CHANGE_TOLD: None,
}
"""Every entry that outlives a run, with its value in a new session.

Buttons, forms and file pickers have keys too, but Streamlit allows no value for
them; the language is not here because its default is the browser's.
"""

# The language of a file that is written outside a run, where there is no session.
_BOUND_LANGUAGE: ContextVar[str | None] = ContextVar("bound_language", default=None)


def init() -> None:
    """Give every key its default."""
    for key, default in DEFAULTS.items():
        st.session_state.setdefault(key, copy(default))  # sessions share the defaults
    st.session_state.setdefault(LANGUAGE, _browser_language())


def keep_language() -> None:
    """Mend a language that there is not, as a link may ask for one."""
    if st.session_state[LANGUAGE] not in LANGUAGES:
        st.session_state[LANGUAGE] = _browser_language()


def language() -> str:
    """Return the session's language."""
    return _BOUND_LANGUAGE.get() or str(st.session_state[LANGUAGE])


def bind_language(write: Callable[[], bytes]) -> Callable[[], bytes]:
    """Let a file be written in the session's language once the run is over.

    Streamlit calls what a download button is given in a thread of its own, when the
    button is clicked; no session is there to ask.
    """
    chosen = language()

    def write_bound() -> bytes:
        token = _BOUND_LANGUAGE.set(chosen)
        try:
            return write()
        finally:
            _BOUND_LANGUAGE.reset(token)

    return write_bound


def keep_within(key: str, options: Sequence[Any]) -> None:
    """Mend a choice that is none of the options: a link may say anything.

    It becomes what it is in a new session or, where that is no option, the first one.
    """
    if st.session_state[key] not in options:
        default = DEFAULTS.get(key)
        st.session_state[key] = default if default in options else options[0]


def key(*parts: object) -> str:
    """Name one widget of many: ``key("why", item_id)``."""
    return ".".join(str(part) for part in parts)


def _browser_language() -> str:
    """Return English to readers whose browser asks for it, French to all others."""
    wanted = (st.context.locale or "fr").lower()
    return "en" if wanted.startswith("en") else "fr"
