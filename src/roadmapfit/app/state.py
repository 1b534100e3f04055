"""What a session remembers: every key with its default, and what stands in the address.

Streamlit forgets a widget when the reader leaves its page. Widgets whose choice
should survive that are drawn with ``persist_state="session"``; the rest of the
session is plain entries of ``st.session_state`` under the keys below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from copy import copy
from typing import Any

import streamlit as st

from roadmapfit.app import address
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

ADDRESS: dict[str, str] = {
    "lang": LANGUAGE,
    "project": PROJECT_ID,
    "file": PROJECT_HELD,
    "subject": PARTNERS_SUBJECT,
    "carry": PARTNERS_ITEM,
    "organisation": PARTNERS_ORGANISATION,
    "roadmap": PARTNERS_DOCUMENT,
    "newcomers": PARTNERS_NEWCOMERS,
    "network": PARTNERS_NETWORK,
    "kinds": PARTNERS_KINDS,
    "places": PARTNERS_TERRITORIES,
    "except": PARTNERS_EXCLUDED,
    "fits": FIT_KIND,
    "latest": FIT_LATEST,
    "among": FIT_DOCUMENTS,
    "series": COVERAGE_SERIES,
    "group": COVERAGE_GROUP,
    "view": COVERAGE_VIEW,
    "editions": COVERAGE_EDITIONS,
    "count": COVERAGE_COUNT,
    "from": COVERAGE_FROM,
    "against": COVERAGE_OTHER,
    "without": SCENARIO_WITHOUT,
    "filter": PORTFOLIO_FILTER,
    "read": ROADMAPS_VIEW,
    "document": ROADMAPS_DOCUMENT,
    "with": ROADMAPS_OTHER,
    "item": ROADMAPS_ITEM,
    "import": SOURCES_IMPORT,
    "picture": PICTURE,
    "around": PICTURE_AROUND,
    "who": PICTURE_CHOSEN,
}
"""What a link carries: the name in the address, and the key that it sets."""

_SEEN = "address.seen"
_PAGE = "address.page"
# The language of a file that is written outside a run, where there is no session.
_BOUND_LANGUAGE: ContextVar[str | None] = ContextVar("bound_language", default=None)


def init() -> None:
    """Give every key its default, then take over what the address says.

    The address wins when it changed since it was last written: on arrival by a
    link, and when the reader goes back. Else the reader's last choice wins.
    """
    for key, default in DEFAULTS.items():
        st.session_state.setdefault(key, copy(default))  # sessions share the defaults
    st.session_state.setdefault(LANGUAGE, _browser_language())
    seen: dict[str, str] = st.session_state.setdefault(_SEEN, {})
    for name, key in ADDRESS.items():
        value = st.query_params.get(name)
        if value and value != seen.get(name):
            st.session_state[key] = address.decode(value, like=DEFAULTS.get(key))
            seen[name] = value
            if key == PROJECT_ID:  # a link to a project shows it, whatever was shown before
                st.session_state[PROJECT_SOURCE] = st.session_state[PARTNERS_SUBJECT] = "stored"
            if key == PROJECT_HELD:
                st.session_state[PROJECT_SOURCE] = st.session_state[PARTNERS_SUBJECT] = "draft"
    if st.session_state[LANGUAGE] not in LANGUAGES:
        st.session_state[LANGUAGE] = _browser_language()


def follow_back(page: str) -> None:
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
    if not is_same or "lang" not in st.query_params:
        return
    for name in st.session_state[_SEEN]:
        if ADDRESS[name] in DEFAULTS and name not in st.query_params:
            st.session_state[ADDRESS[name]] = copy(DEFAULTS[ADDRESS[name]])
            if ADDRESS[name] == PROJECT_HELD:  # the text shown was that file's
                st.session_state[DRAFT] = None


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


def describe(*names: str) -> dict[str, str | None]:
    """Say for ``publish`` what was chosen, by names of ``ADDRESS``.

    What is as in a new session is left out, unless the address says it already: then
    going back finds it there.
    """
    chosen = {name: st.session_state[ADDRESS[name]] for name in names}
    return {
        name: address.encode(value)
        for name, value in chosen.items()
        if value != DEFAULTS.get(ADDRESS[name]) or name in st.query_params
    }


def _browser_language() -> str:
    """Return English to readers whose browser asks for it, French to all others."""
    wanted = (st.context.locale or "fr").lower()
    return "en" if wanted.startswith("en") else "fr"
