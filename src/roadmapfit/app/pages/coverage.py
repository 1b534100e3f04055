"""What the projects support of a strategy, and how two strategies relate."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from roadmapfit.app import address, resources, state
from roadmapfit.app.widgets import comparison, notices, portfolio, scenario
from roadmapfit.app.words import label, name_document, plain, say, shorten
from roadmapfit.calibrate import Thresholds
from roadmapfit.generation import Generation
from roadmapfit.records import DocumentKind, StrategyDocument
from roadmapfit.series import list_series
from roadmapfit.workspace import Workspace

VIEWS = ("portfolio", "comparison")
COUNTS = ("aligned", "examine", "custom")
PER_CENTS = range(10, 100, 5)


def draw() -> None:
    """Draw the page."""
    st.title(say("app.coverage.title"), anchor=False)
    with st.spinner(say("app.loading")):
        workspace = resources.get_workspace()
        generation = workspace.generation
    if not generation.documents:
        st.info(say("app.coverage.no_documents"))
        return
    _draw_view_switch()
    document_ids = _draw_document_choice(generation)
    if not document_ids:
        st.caption(say("app.coverage.pick_edition"))
    elif st.session_state[state.COVERAGE_VIEW] == "comparison":
        comparison.draw_comparison(workspace, document_ids)
    else:
        notices.draw_count_note(workspace)
        portfolio.draw_portfolio(workspace, document_ids, _draw_thresholds(workspace))
    notices.draw_reading_note(workspace, has_scales=False)
    address.publish(_describe_address(generation, document_ids))


def _describe_address(generation: Generation, document_ids: Sequence[str]) -> dict[str, str | None]:
    """Say what a link to this view carries."""
    view = st.session_state[state.COVERAGE_VIEW]
    own = {"series": st.session_state[state.COVERAGE_SERIES], "view": view}
    if set(document_ids) == set(st.session_state[state.COVERAGE_EDITIONS]):
        own |= address.describe("editions")
    if view == "comparison":
        return own | address.describe("against")
    own |= {"group": st.session_state[state.COVERAGE_GROUP]} | address.describe("count")
    if st.session_state[state.COVERAGE_COUNT] == "custom":
        own |= address.describe("from")
    return own | {"without": scenario.encode_scenario(scenario.load_scenario(generation))}


def _draw_view_switch() -> None:
    state.keep_within(state.COVERAGE_VIEW, VIEWS)
    st.segmented_control(
        say("app.coverage.view"),
        VIEWS,
        format_func=label(VIEWS, lambda view: say(f"app.coverage.view_{view}")),
        key=state.COVERAGE_VIEW,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )


def _draw_document_choice(generation: Generation) -> tuple[str, ...]:
    """Let the reader choose a roadmap's editions or a programme; return their ids."""
    groups = {kind: list_series(generation.documents.values(), kind) for kind in DocumentKind}
    _follow_address(groups)
    kind_column, series_column = st.columns([1, 2])
    with kind_column:
        st.segmented_control(
            say("app.coverage.kind"),
            [kind for kind in DocumentKind if groups[kind]],
            format_func=label(DocumentKind, lambda kind: say(f"app.documents.{kind}")),
            key=state.COVERAGE_KIND,
            required=True,
            persist_state="session",
        )
    series = groups[DocumentKind(st.session_state[state.COVERAGE_KIND])]
    state.keep_within(state.COVERAGE_SERIES, list(series))
    with series_column:
        chosen = st.selectbox(
            say("app.coverage.series"),
            list(series),
            format_func=label(series, lambda each: _name_series(series[each])),
            key=state.COVERAGE_SERIES,
            filter_mode="contains",
            persist_state="session",
        )
    editions = series[str(chosen)]
    if len(editions) == 1:
        return (editions[0].id,)
    return _draw_edition_choice(editions)


def _follow_address(groups: dict[DocumentKind, dict[str, list[StrategyDocument]]]) -> None:
    """Show the kind that has documents and, for a link, the one that its series is of."""
    wanted = st.session_state[state.COVERAGE_SERIES]
    filled = [kind for kind in DocumentKind if groups[kind]]
    holding = [kind for kind in filled if wanted in groups[kind]]
    if wanted != st.session_state[state.COVERAGE_SERIES_SEEN] and holding:
        st.session_state[state.COVERAGE_KIND] = holding[0]
    st.session_state[state.COVERAGE_SERIES_SEEN] = wanted
    state.keep_within(state.COVERAGE_KIND, filled)


def _draw_edition_choice(editions: Sequence[StrategyDocument]) -> tuple[str, ...]:
    by_id = {each.id: each for each in editions}
    kept = [each for each in st.session_state[state.COVERAGE_EDITIONS] if each in by_id]
    st.session_state[state.COVERAGE_EDITIONS] = kept or [editions[0].id]
    picked = st.pills(
        say("app.coverage.editions"),
        list(by_id),
        selection_mode="multi",
        format_func=label(by_id, lambda each: _name_edition(by_id[each])),
        key=state.COVERAGE_EDITIONS,
        persist_state="session",
    )
    return tuple(each for each in by_id if each in picked)


def _name_series(editions: Sequence[StrategyDocument]) -> str:
    newest = editions[0]
    return newest.owner if newest.kind is DocumentKind.ROADMAP else name_document(newest)


def _name_edition(document: StrategyDocument) -> str:
    return plain(shorten(document.edition or document.title, 60))


def _draw_thresholds(workspace: Workspace) -> Thresholds:
    """Let the reader say from which probability a project counts; nothing is measured again."""
    given = workspace.model.calibrator.thresholds
    state.keep_within(state.COVERAGE_COUNT, COUNTS)
    state.keep_within(state.COVERAGE_FROM, PER_CENTS)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.segmented_control(
            say("app.coverage.count"),
            COUNTS,
            format_func=label(COUNTS, lambda name: say(f"app.coverage.count_{name}")),
            key=state.COVERAGE_COUNT,
            required=True,
            persist_state="session",
        )
        counted = st.session_state[state.COVERAGE_COUNT]
        if counted == "custom":
            per_cent = st.slider(
                say("app.coverage.from"),
                min_value=PER_CENTS[0],
                max_value=PER_CENTS[-1],
                step=PER_CENTS.step,
                format=say("app.per_cent_format"),
                key=state.COVERAGE_FROM,
                width=260,
                persist_state="session",
            )
            chosen = per_cent / 100
            return Thresholds(examine=min(given.examine, chosen), aligned=chosen)
    return given if counted == "aligned" else Thresholds(given.examine, given.examine)


draw()
