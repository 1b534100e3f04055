"""What the projects of the workspace support of some strategy documents."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from roadmapfit.analysis import list_documents_items
from roadmapfit.app import groups, resources, state
from roadmapfit.app.answers.portfolio import load_clusters
from roadmapfit.app.tables import write_csv
from roadmapfit.app.widgets import concentration, heatmap, markup, projects, scenario
from roadmapfit.app.widgets.pager import take_page
from roadmapfit.app.words import (
    label,
    plain,
    say,
    say_count,
    say_full_euros,
    say_number,
    shorten,
)
from roadmapfit.calibrate import Thresholds
from roadmapfit.clusters import has_clusters
from roadmapfit.coverage import ItemCoverage, PortfolioCoverage, count_by, round_to_sum
from roadmapfit.records import StrategyItem
from roadmapfit.text import render_euros
from roadmapfit.workspace import Workspace

# A picture or table of more rows than this is looked through, not seen.
MAX_ROWS = 40


@dataclass(frozen=True, slots=True)
class _Grid:
    """Projects counted by item and group.

    ``folded`` names the column that each group stands in; ``sums`` counts projects
    by item and column; ``put_in`` names the texts that the reader added, by id.
    """

    coverage: PortfolioCoverage
    items: dict[str, StrategyItem]
    group_of: Callable[[str], Sequence[str]]
    columns: list[str]
    folded: dict[str, str]
    sums: dict[tuple[str, str], int]
    put_in: dict[str, str]


def draw_portfolio(
    workspace: Workspace, document_ids: Sequence[str], thresholds: Thresholds
) -> None:
    """Draw figures, picture, table, gaps and orphans."""
    generation = workspace.generation
    tried = scenario.load_scenario(generation)
    with st.spinner(say("app.coverage.working")):
        own = scenario.measure_scenario(
            workspace, document_ids, thresholds, scenario.Scenario((), ())
        )
        coverage = (
            scenario.measure_scenario(workspace, document_ids, thresholds, tried) if tried else own
        )
    if not coverage.items:
        st.info(say("app.coverage.no_items"))
        return
    items = {item.id: item for item in list_documents_items(generation, document_ids)}
    scenario.draw_scenario(workspace, tried)
    _draw_figures(coverage, before=own if tried else None)
    if tried:
        scenario.draw_shifts(own, coverage, items)
    grid = _count(coverage, items, _draw_grouping(workspace), put_in=tried.names)
    page = take_page(coverage.items, size=MAX_ROWS, key=state.key("coverage", *document_ids))
    # Whatever changes rows or columns is part of the key: a square picked before is
    # not one of the new picture. Closing the panel gives a new key too.
    key = state.key(
        "coverage.map",
        *document_ids,
        st.session_state[state.COVERAGE_GROUP],
        f"{thresholds.aligned:.3f}",
        page[0].item_id,
        *tried.without,
        *tried.names,
        st.session_state[state.COVERAGE_CLOSED],
    )
    cell = _draw_picture(grid, page, key=key)
    panel = st.container(key="rf-panel")  # what is picked stays in sight (style.css)
    row = _draw_table(coverage, page, items, key=state.key(key, "table"))
    st.caption(say("app.coverage.funding_note"))
    with panel:
        _draw_selection(workspace, grid, cell=cell, row=row)
    _draw_gaps(coverage, items)
    _draw_crowded(coverage, items)
    _draw_orphans(workspace, grid, key=state.key("orphans", *document_ids))
    concentration.draw_concentration(generation, coverage, items)
    st.space("small")
    st.download_button(
        say("app.coverage.download"),
        data=state.bind_language(lambda: _write(coverage, items)),
        file_name="roadmapfit-coverage.csv",
        mime="text/csv",
        key=state.key("coverage.download", *document_ids),
        on_click="ignore",
        icon=":material/download:",
    )


def _draw_figures(coverage: PortfolioCoverage, *, before: PortfolioCoverage | None) -> None:
    """Draw the figures, with those of before a change of the portfolio, if there was one."""
    figures = _list_figures(coverage)
    if before is not None:
        figures = [
            (number, say("app.scenario.was", name=name, before=old))
            for (number, name), (old, _name) in zip(figures, _list_figures(before), strict=True)
        ]
    markup.draw_figures(figures)
    attributed = coverage.funding_eur - coverage.unattributed_eur
    # Rounded so that the three numbers shown add up to the euro.
    total, to_items = round(coverage.funding_eur), round(attributed)
    added_up = say(
        "app.coverage.sum",
        items=say_full_euros(to_items),
        none=say_full_euros(total - to_items),
        total=say_full_euros(total),
        projects=say_count("project", coverage.n_projects),
    )
    if coverage.n_without_funding:
        n = say_count("project", coverage.n_without_funding)
        added_up = f"{added_up} {say('app.coverage.sum_unknown', n=n)}"
    st.caption(added_up)
    if coverage.unread_ids:
        st.caption(say("app.coverage.unread", n=say_count("project", len(coverage.unread_ids))))


def _list_figures(coverage: PortfolioCoverage) -> list[tuple[str, str]]:
    n_gaps = len(coverage.gap_ids)
    n_items = len(coverage.items)
    attributed = coverage.funding_eur - coverage.unattributed_eur
    return [
        (
            say("app.of", part=say_number(n_items - n_gaps), whole=say_number(n_items)),
            say("app.coverage.covered"),
        ),
        (say_number(n_gaps), say("app.coverage.gaps")),
        (say_number(len(coverage.crowded_ids)), say("app.coverage.crowded")),
        (say_number(len(coverage.orphan_ids)), say("app.coverage.orphans")),
        (render_euros(attributed, state.language()), say("app.coverage.attributed")),
    ]


def _draw_grouping(workspace: Workspace) -> Callable[[str], Sequence[str]]:
    generation = workspace.generation
    offered = [each for each in groups.GROUPINGS if each != groups.CLUSTER]
    if has_clusters(generation):
        offered.append(groups.CLUSTER)
    state.keep_within(state.COVERAGE_GROUP, offered)
    st.subheader(say("app.coverage.map"), anchor=False)
    st.segmented_control(
        say("app.coverage.group"),
        offered,
        format_func=label(groups.GROUPINGS, lambda name: say(f"app.group.{name}")),
        key=state.COVERAGE_GROUP,
        required=True,
        persist_state="session",
    )
    grouping = st.session_state[state.COVERAGE_GROUP]
    clusters: dict[str, str] = {}
    if grouping == groups.CLUSTER:
        st.caption(say("app.group.cluster_note"))
        clusters = load_clusters(resources.get_judged_version(), workspace)
    return groups.name_group(generation, grouping, clusters=clusters)


def _count(
    coverage: PortfolioCoverage,
    items: dict[str, StrategyItem],
    group_of: Callable[[str], Sequence[str]],
    *,
    put_in: dict[str, str],
) -> _Grid:
    counts = count_by(coverage, group_of)
    columns, folded = groups.order_columns(counts, st.session_state[state.COVERAGE_GROUP])
    sums: dict[tuple[str, str], int] = {}
    for (item_id, group), n in counts.items():
        place = item_id, folded[group]
        sums[place] = sums.get(place, 0) + n
    return _Grid(coverage, items, group_of, columns, folded, sums, put_in)


def _draw_picture(grid: _Grid, page: Sequence[ItemCoverage], *, key: str) -> tuple[str, str] | None:
    """Draw the counts; return the item and column picked."""
    if not grid.columns:
        st.info(say("app.coverage.nothing_counted"))
        return None
    on_page = {each.item_id for each in page}
    cells = [
        heatmap.Cell(item_id, column, n, say_number(n))
        for (item_id, column), n in grid.sums.items()
        if item_id in on_page
    ]
    with st.container(key="rf-wide-hint"):
        st.caption(say("app.coverage.map_hint"))
    with st.container(key="rf-slim-hint"):
        st.caption(say("app.coverage.map_hint_slim"))
    return heatmap.draw_heat_map(
        cells,
        heatmap.Axis(
            [each.item_id for each in page],
            [grid.items[each.item_id].title for each in page],
            say("app.column.item"),
        ),
        heatmap.Axis(
            grid.columns,
            grid.columns,
            say(f"app.group.{st.session_state[state.COVERAGE_GROUP]}"),
        ),
        key=key,
        words=heatmap.Words(
            alt=say("app.coverage.map_alt", n=say_count("item", len(page))),
            value=say("app.column.n_counted"),
        ),
        most=max(grid.sums.values(), default=1),
    )


def _draw_table(
    coverage: PortfolioCoverage,
    page: Sequence[ItemCoverage],
    items: dict[str, StrategyItem],
    *,
    key: str,
) -> str | None:
    """Draw the items as rows; return the one picked."""
    euros = dict(
        zip(
            (each.item_id for each in coverage.items),
            round_to_sum([each.funding_eur for each in coverage.items]),
            strict=True,
        )
    )
    funding = say("app.column.funding")
    columns: dict[str, list[object]] = {
        say("app.column.item"): [items[each.item_id].title for each in page],
        say("app.column.support"): [say(f"app.support.{coverage.judge(each)}") for each in page],
        say("app.column.n_counted"): [each.n_aligned for each in page],
    }
    if any(each.n_examine for each in page):  # they may be counted already
        columns[say("app.column.n_examine")] = [each.n_examine for each in page]
    columns[funding] = [euros[each.item_id] for each in page]
    # A telephone shows one column of a table: it gets the same rows as lines (style.css).
    with st.container(key="rf-slim-coverage"):
        markup.draw_entries(
            [(items[each.item_id].title, _say_entry(coverage, each, euros)) for each in page]
        )
    with st.container(key="rf-wide-coverage"):
        event = st.dataframe(
            pd.DataFrame(columns),
            hide_index=True,
            key=key,
            on_select="rerun",
            selection_mode="single-row",
            column_config={funding: st.column_config.NumberColumn(format="localized")},
            alt=say("app.coverage.table_alt"),
        )
    picked = event["selection"]["rows"]
    return page[picked[0]].item_id if picked else None


def _say_entry(coverage: PortfolioCoverage, covered: ItemCoverage, euros: Mapping[str, int]) -> str:
    """Say in a line what the table has of an item; what is none is left out."""
    parts = [say(f"app.support.{coverage.judge(covered)}")]
    if covered.n_aligned:
        parts.append(say_count("project", covered.n_aligned))
    if covered.n_examine:
        parts.append(say("app.coverage.entry_examine", n=say_number(covered.n_examine)))
    return " · ".join([*parts, say_full_euros(euros[covered.item_id])])


def _draw_selection(
    workspace: Workspace, grid: _Grid, *, cell: tuple[str, str] | None, row: str | None
) -> None:
    """List the projects behind what was picked: a square, else a row of the table."""
    item_id = cell[0] if cell else row
    if item_id is None:
        return
    covered = next(each for each in grid.coverage.items if each.item_id == item_id)
    project_ids: Sequence[str] = covered.project_ids[: covered.n_aligned]
    place = ""
    if cell is not None:
        project_ids = [
            each for each in project_ids if grid.folded[grid.group_of(each)[0]] == cell[1]
        ]
        place = f" · {cell[1]}"
    with st.container(border=True, key="rf-selection", gap="xsmall"):
        markup.draw_heading(
            f"{shorten(grid.items[item_id].title, 90)}{place}",
            place=say_count("project", len(project_ids)) if project_ids else "",
        )
        if project_ids:
            projects.draw_links(
                workspace,
                project_ids,
                key=state.key("behind", item_id, place),
                put_in=grid.put_in,
            )
        else:
            st.caption(say("app.coverage.nothing_behind"))
        stored = [each for each in project_ids if each not in grid.put_in]
        with st.container(horizontal=True):
            st.button(
                say("app.close"),
                key=state.key("coverage.close"),
                on_click=_close,
                type="tertiary",
                icon=":material/close:",
            )
            if stored:
                st.button(
                    say("app.scenario.take_out", n=say_count("project", len(stored))),
                    key=state.key("coverage.take_out"),
                    on_click=scenario.take_out,
                    args=(stored,),
                    type="tertiary",
                    icon=":material/remove:",
                )


def _close() -> None:
    """Forget what was picked: under another key, picture and table start afresh."""
    st.session_state[state.COVERAGE_CLOSED] += 1


def _draw_gaps(coverage: PortfolioCoverage, items: dict[str, StrategyItem]) -> None:
    gap_ids = coverage.gap_ids
    if not gap_ids:
        return
    title = say("app.coverage.gap_list", n=say_number(len(gap_ids)))
    with st.expander(title, key=state.key("coverage.gaps")):
        for item_id in take_page(gap_ids, size=MAX_ROWS, key="gaps"):
            st.markdown(f"- {plain(items[item_id].title)}")


def _draw_crowded(coverage: PortfolioCoverage, items: dict[str, StrategyItem]) -> None:
    crowded = set(coverage.crowded_ids)
    if not crowded:
        return
    title = say("app.coverage.crowded_list", n=say_number(len(crowded)))
    with st.expander(title, key=state.key("coverage.crowded")):
        least = say_number(math.ceil(coverage.crowded_from))
        st.caption(say("app.coverage.crowded_note", n=least))
        for each in coverage.items:
            if each.item_id in crowded:
                n_projects = say_count("project", each.n_aligned)
                st.markdown(f"- {plain(items[each.item_id].title)} – {n_projects}")


def _draw_orphans(workspace: Workspace, grid: _Grid, *, key: str) -> None:
    coverage = grid.coverage
    if not coverage.orphan_ids:
        return
    title = say("app.coverage.orphan_list", n=say_number(len(coverage.orphan_ids)))
    with st.expander(title, key=state.key("coverage.orphans"), on_change="rerun") as opened:
        if opened.open:
            st.caption(say("app.coverage.orphan_note"))
            projects.draw_links(workspace, coverage.orphan_ids, key=key, put_in=grid.put_in)


def _write(coverage: PortfolioCoverage, items: dict[str, StrategyItem]) -> bytes:
    header = [
        say(f"app.column.{name}")
        for name in (
            "item",
            "item_id",
            "support",
            "n_counted",
            "n_examine",
            "coverage",
            "funding",
        )
    ]
    euros = round_to_sum([each.funding_eur for each in coverage.items])
    rows = [
        (
            items[each.item_id].title,
            each.item_id,
            say(f"app.support.{coverage.judge(each)}"),
            each.n_aligned,
            each.n_examine,
            each.coverage,
            amount,
        )
        for each, amount in zip(coverage.items, euros, strict=True)
    ]
    return write_csv(header, rows, language=state.language())
