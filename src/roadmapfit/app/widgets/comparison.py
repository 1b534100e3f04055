"""How the items of one strategy document relate to those of another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from roadmapfit.analysis import DocumentComparison
from roadmapfit.app import resources, state
from roadmapfit.app.answers.coverage import load_comparison
from roadmapfit.app.widgets import heatmap, markup
from roadmapfit.app.widgets.pager import take_page
from roadmapfit.app.words import label, name_document, plain, say, say_count, say_share
from roadmapfit.calibrate import Verdict
from roadmapfit.generation import Generation
from roadmapfit.records import StrategyItem
from roadmapfit.workspace import Workspace

MAX_ROWS, MAX_COLUMNS = 40, 20


def draw_comparison(workspace: Workspace, document_ids: Sequence[str]) -> None:
    """Let the reader choose the other document, and draw how the two relate."""
    generation = workspace.generation
    document_id = document_ids[0]
    other_id = _draw_other_choice(generation, document_id)
    if other_id is None:
        st.info(say("app.compare.no_other"))
        return
    if len(document_ids) > 1:
        st.caption(
            say("app.compare.first_edition", title=plain(generation.documents[document_id].title))
        )
    compared = load_comparison(resources.get_judged_version(), workspace, document_id, other_id)
    st.caption(say("app.compare.note"))
    draw_doubt(workspace, compared)
    rows = take_page(
        range(len(compared.row_ids)),
        size=MAX_ROWS,
        key=state.key("rows", document_id, other_id),
        name=say("app.compare.rows"),
    )
    columns = take_page(
        range(len(compared.column_ids)),
        size=MAX_COLUMNS,
        key=state.key("columns", document_id, other_id),
        name=say("app.compare.columns"),
    )
    key = state.key("compare", document_id, other_id, rows[0], columns[0])
    cell = _draw_picture(workspace, compared, rows, columns, key=key)
    if cell is not None:
        _draw_pair(generation, cell)
    _draw_best(generation, compared, rows)
    _draw_uncovered(workspace, compared)


def draw_doubt(workspace: Workspace, compared: DocumentComparison) -> None:
    """Say so where every link is one to be examined: a picture alone would promise more."""
    thresholds = workspace.model.calibrator.thresholds
    best = float(compared.probability.max())
    if thresholds.judge(best) is Verdict.EXAMINE:
        st.info(say("app.compare.doubtful", share=say_share(thresholds.aligned)))


def _draw_other_choice(generation: Generation, document_id: str) -> str | None:
    options = sorted(
        (each for each in generation.documents.values() if each.id != document_id),
        # What a roadmap is held against is a programme, and the other way round.
        key=lambda each: (
            each.kind is generation.documents[document_id].kind,
            each.title.casefold(),
        ),
    )
    if not options:
        return None
    by_id = {each.id: each for each in options}
    state.keep_within(state.COVERAGE_OTHER, list(by_id))
    return str(
        st.selectbox(
            say("app.compare.other"),
            list(by_id),
            format_func=label(by_id, lambda each: name_document(by_id[each])),
            key=state.COVERAGE_OTHER,
            filter_mode="contains",
            persist_state="session",
        )
    )


def _draw_picture(
    workspace: Workspace,
    compared: DocumentComparison,
    rows: Sequence[int],
    columns: Sequence[int],
    *,
    key: str,
) -> tuple[str, str] | None:
    items = workspace.generation.strategy_items
    examine = workspace.model.calibrator.thresholds.examine
    cells = [
        heatmap.Cell(
            compared.row_ids[row],
            compared.column_ids[column],
            float(compared.probability[row, column]),
            f"{100 * compared.probability[row, column]:.0f}",
        )
        for row in rows
        for column in columns
        if compared.probability[row, column] >= examine
    ]
    if not cells:
        st.info(say("app.compare.nothing"))
        return None
    return heatmap.draw_heat_map(
        cells,
        _axis(compared.row_ids, rows, items, say("app.compare.row")),
        _axis(compared.column_ids, columns, items, say("app.compare.column")),
        key=key,
        words=heatmap.Words(
            alt=say("app.compare.alt"), value=say("app.column.probability_per_cent")
        ),
        most=1.0,
    )


def _axis(
    ids: Sequence[str], numbers: Sequence[int], items: dict[str, StrategyItem], title: str
) -> heatmap.Axis:
    own = [ids[number] for number in numbers]
    return heatmap.Axis(own, [items[each].title for each in own], title)


def _draw_pair(generation: Generation, cell: tuple[str, str]) -> None:
    sides = []
    for item_id in cell:
        item = generation.strategy_items[item_id]
        document = generation.documents[item.document_id]
        invented = say("app.invented") if document.is_invented else ""
        sides.append(markup.Side(f"{document.title} – {item.title}", item.text, invented=invented))
    with st.container(key="rf-panel"), st.container(border=True, key="rf-selection"):
        markup.draw_evidence(sides[0], sides[1], note=say("app.compare.pair"), is_lexical=True)


def _draw_best(generation: Generation, compared: DocumentComparison, rows: Sequence[int]) -> None:
    """Name, for each item of the first document, what it relates to most."""
    items = generation.strategy_items
    best = compared.probability.argmax(axis=1)
    shares = [say_share(float(np.max(compared.probability[row]))) for row in rows]
    titles = [items[compared.row_ids[row]].title for row in rows]
    nearest = [items[compared.column_ids[best[row]]].title for row in rows]
    # A telephone has no room for three columns: it gets the same rows as lines (style.css).
    with st.container(key="rf-slim-best"):
        markup.draw_entries(
            (title, f"{share} · {other}")
            for title, share, other in zip(titles, shares, nearest, strict=True)
        )
    with st.container(key="rf-wide-best"):
        st.dataframe(
            pd.DataFrame(
                {
                    say("app.column.probability"): shares,
                    say("app.compare.row"): titles,
                    say("app.compare.nearest"): nearest,
                }
            ),
            hide_index=True,
            key=state.key("compare.best", compared.row_ids[0], compared.column_ids[0]),
            alt=say("app.compare.table_alt"),
        )


def _draw_uncovered(workspace: Workspace, compared: DocumentComparison) -> None:
    uncovered = compared.uncovered_columns(workspace.model.calibrator.thresholds)
    if not uncovered:
        st.caption(say("app.compare.all_touched"))
        return
    items = workspace.generation.strategy_items
    title = say("app.compare.uncovered", n=say_count("item", len(uncovered)))
    with st.expander(title, key=state.key("compare.uncovered")):
        for item_id in take_page(uncovered, size=MAX_ROWS, key="uncovered"):
            st.markdown(f"- {plain(items[item_id].title)}")
