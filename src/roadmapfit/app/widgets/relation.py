"""Two strategy documents: how one runs into the other, and what an edition changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from roadmapfit.analysis import DocumentComparison
from roadmapfit.app import navigation, resources, state
from roadmapfit.app.answers.coverage import load_comparison, load_edition_changes
from roadmapfit.app.tables import write_csv
from roadmapfit.app.widgets import comparison, flow, markup
from roadmapfit.app.widgets.pager import take_page
from roadmapfit.app.words import plain, say, say_count, say_number, say_share
from roadmapfit.editions import Change, ItemChange, Wording, mark_wording
from roadmapfit.generation import Generation
from roadmapfit.records import StrategyItem
from roadmapfit.workspace import Workspace

MAX_ROWS, MAX_COLUMNS = 14, 16
# Bands from one item: more hide one another.
N_LINKS = 3
# From this share of common words on, what changed is marked in the text itself.
INLINE_FROM = 0.5


def draw_relation(workspace: Workspace, document_id: str, other_id: str) -> None:
    """Draw the flow from one document's items to the other's, and the table of it."""
    compared = load_comparison(resources.get_judged_version(), workspace, document_id, other_id)
    generation = workspace.generation
    st.caption(say("app.roadmaps.flow_note"))
    comparison.draw_doubt(workspace, compared)
    rows = take_page(
        range(len(compared.row_ids)),
        size=MAX_ROWS,
        key=state.key("flow", document_id, other_id),
        name=say("app.compare.rows"),
    )
    examine = workspace.model.calibrator.thresholds.examine
    links = _list_links(compared, rows, examine=examine)
    if compared.probability.max() < examine:
        st.info(say("app.compare.nothing"))
    elif links:
        titles = {each: generation.strategy_items[each].title for each in compared.column_ids}
        touched = {link.right for link in links}
        flow.draw_flow(
            links,
            {
                compared.row_ids[row]: generation.strategy_items[compared.row_ids[row]].title
                for row in rows
            },
            {each: titles[each] for each in compared.column_ids if each in touched},
            key=state.key("flow.chart", document_id, other_id, rows[0]),
            words=_describe_flow(generation, links),
        )
    if compared.probability.max() >= examine:
        _draw_links(generation, compared, examine=examine)
    uncovered = compared.uncovered_columns(workspace.model.calibrator.thresholds)
    if uncovered:
        st.caption(
            say(
                "app.roadmaps.untouched",
                n=say_number(len(uncovered)),
                whole=say_number(len(compared.column_ids)),
            )
        )
    document = generation.documents[document_id]
    st.page_link(
        navigation.build_page(navigation.COVERAGE),
        label=say("app.roadmaps.matrix"),
        query_params={
            "view": "comparison",
            "series": document.series or document.id,
            "lang": state.language(),
        },
        icon=":material/grid_on:",
    )


def _describe_flow(generation: Generation, links: Sequence[flow.Link]) -> str:
    """Say in words what the bands show, and which is the widest."""
    best = max(links, key=lambda link: link.probability)
    items = generation.strategy_items
    return say(
        "app.roadmaps.flow_alt",
        n=say_count("link", len(links)),
        left=items[best.left].title,
        right=items[best.right].title,
        share=say_share(best.probability),
    )


def _list_links(
    compared: DocumentComparison, rows: Sequence[int], *, examine: float
) -> list[flow.Link]:
    """Take each row's best pairs, and of these the columns that the picture has room for."""
    best = {
        (row, int(column))
        for row in rows
        for column in np.argsort(-compared.probability[row], kind="stable")[:N_LINKS]
        if compared.probability[row, column] >= examine
    }
    columns = sorted(
        {column for _row, column in best},
        key=lambda column: -float(compared.probability[list(rows), column].max()),
    )[:MAX_COLUMNS]
    return [
        flow.Link(
            compared.row_ids[row],
            compared.column_ids[column],
            float(compared.probability[row, column]),
            say_share(float(compared.probability[row, column])),
        )
        for row, column in sorted(best)
        if column in columns
    ]


def _draw_links(generation: Generation, compared: DocumentComparison, *, examine: float) -> None:
    """Draw all pairs worth examining as a table, which leaves as a file."""
    items = generation.strategy_items
    rows, columns = np.nonzero(compared.probability >= examine)
    order = np.argsort(-compared.probability[rows, columns], kind="stable")
    pairs = [
        (
            items[compared.row_ids[rows[number]]].title,
            items[compared.column_ids[columns[number]]].title,
            float(compared.probability[rows[number], columns[number]]),
        )
        for number in order
    ]
    header = [say("app.compare.row"), say("app.compare.column"), say("app.column.probability")]
    key = state.key("flow.table", compared.row_ids[0], compared.column_ids[0])
    # A telephone has no room for three columns: it gets the same pairs as lines (style.css).
    with st.container(key="rf-slim-links"):
        markup.draw_entries(
            (one, f"{say_share(probability)} · {other}")
            for one, other, probability in take_page(pairs, size=MAX_ROWS, key=f"{key}.lines")
        )
    with st.container(key="rf-wide-links"):
        # On the page the probability comes first: long titles would push it out of sight.
        st.dataframe(
            pd.DataFrame(
                [(round(100 * probability), one, other) for one, other, probability in pairs],
                columns=[header[2], *header[:2]],
            ),
            hide_index=True,
            key=key,
            height=min(420, 38 + 35 * max(1, len(pairs))),
            column_config={
                header[2]: st.column_config.ProgressColumn(
                    format=say("app.per_cent_format"), min_value=0, max_value=100, width=130
                )
            },
            alt=say("app.roadmaps.table_alt"),
        )
    st.download_button(
        say("app.coverage.download"),
        data=state.bind_language(lambda: write_csv(header, pairs, language=state.language())),
        file_name="roadmapfit-comparison.csv",
        mime="text/csv",
        key=state.key("flow.download"),
        on_click="ignore",
        icon=":material/download:",
    )


def draw_changes(workspace: Workspace, old_id: str, new_id: str) -> None:
    """Draw what an edition changed: figures first, then each reworded, added, dropped item."""
    changes = load_edition_changes(resources.get_version(), workspace, old_id, new_id)
    counted = {change: changes.of(change) for change in Change}
    markup.draw_figures(
        [(say_number(len(counted[each])), say(f"app.change.{each}.many")) for each in Change]
    )
    titles = [workspace.generation.documents[each].title for each in (old_id, new_id)]
    st.caption(say("app.roadmaps.from_to", old=plain(titles[0]), new=plain(titles[1])))
    st.caption(say("app.roadmaps.changes_note"))
    for change in (Change.REWORDED, Change.ADDED, Change.DROPPED, Change.KEPT):
        found = counted[change]
        if not found:
            continue
        st.subheader(say(f"app.change.{change}.title"), anchor=False)
        for each in take_page(found, size=MAX_ROWS, key=state.key("changes", change, new_id)):
            _draw_change(each)


def _draw_change(change: ItemChange) -> None:
    item = change.new or change.old
    if item is None:
        return
    with st.expander(
        _say_titles(change), key=state.key("change", item.id), on_change="rerun"
    ) as opened:
        if not opened.open:
            return
        if change.old is None or change.new is None or change.change is Change.KEPT:
            markup.draw_text(item.text)
        else:
            _draw_rewording(change.old, change.new)


def _say_titles(change: ItemChange) -> str:
    titles = [each.title for each in (change.old, change.new) if each is not None]
    return " → ".join(f"**{plain(title)}**" for title in dict.fromkeys(titles))


def _draw_rewording(old: StrategyItem, new: StrategyItem) -> None:
    runs = mark_wording(old.text, new.text)
    n_same = sum(len(run) for run, kind in runs if kind is Wording.SAME)
    n_all = sum(len(run) for run, _kind in runs)
    if n_all and n_same / n_all >= INLINE_FROM:
        st.markdown("".join(_mark(run, kind) for run, kind in runs))
        return
    sides = [
        markup.Side(say(f"app.roadmaps.{name}"), item.text)
        for name, item in (("before", old), ("after", new))
    ]
    markup.draw_evidence(*sides, note=say("app.roadmaps.rewritten"), is_lexical=True)


def _mark(run: str, kind: Wording) -> str:
    """Strike out what is gone, and set what is new in bold; the spaces stay outside."""
    bare = run.strip()
    if kind is Wording.SAME or not bare:
        return run if not bare else f"{_lead(run)}{plain(bare)}{_trail(run)}"
    sign = "~~" if kind is Wording.GONE else "**"
    return f"{_lead(run)}{sign}{plain(bare)}{sign}{_trail(run)}"


def _lead(run: str) -> str:
    return " " if run[:1].isspace() else ""


def _trail(run: str) -> str:
    return " " if run[-1:].isspace() else ""
