"""The projects of the portfolio as a table that sorts, picks and leaves as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from roadmapfit.app import state
from roadmapfit.app.tables import write_csv
from roadmapfit.app.words import say
from roadmapfit.calibrate import Verdict
from roadmapfit.generation import Generation
from roadmapfit.records import OrganisationKind
from roadmapfit.report.xlsx_file import Column, write_xlsx
from roadmapfit.similar import Closeness

Duplicates = Mapping[str, Sequence[tuple[str, Closeness]]]

# Rows sent to the browser at once: all of 18,000 are 7 megabytes at every click.
MAX_ROWS = 2000
# Told apart by shape too.
_MARKS = {
    Verdict.ALIGNED: "●",
    Verdict.EXAMINE: "◐",
    Verdict.NOT_ALIGNED: "○",
    Verdict.CANNOT_TELL: "–",
}
# A telephone shows name, verdict and probability; a sign of a cell is about so wide.
_SIGN_PX, _MARGIN_PX = 6.9, 18
_FILE_COLUMNS = (
    Column("id", width=20),
    Column("acronym", width=16),
    Column("title", width=60),
    Column("verdict", width=14),
    Column("probability", "share", 12),
    Column("low", "share", 10),
    Column("high", "share", 10),
    Column("nearest", width=50),
    Column("document", width=40),
    Column("n_aligned", "number", 10),
    Column("n_examine", "number", 12),
    Column("year", "year", 8),
    Column("programme", width=24),
    Column("source", width=14),
    Column("leader", width=36),
    Column("kind", width=18),
    Column("place", width=24),
    Column("funding", "number", 14),
    Column("orphan", width=10),
    Column("duplicate", width=24),
    Column("invented", width=10),
)


def draw_table(
    generation: Generation, found: pd.DataFrame, duplicates: Duplicates, *, key: str
) -> str | None:
    """Draw the projects found; return the id of the one picked."""
    shown = _lay_out(generation, found, duplicates)
    probability, funding = say("app.column.probability"), say("app.column.funding")
    event: Any = st.dataframe(
        shown,
        hide_index=True,
        key=key,
        height=min(560, 38 + 35 * max(3, len(shown))),
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            say("app.portfolio.name"): st.column_config.TextColumn(pinned=True, width=112),
            say("app.column.verdict"): st.column_config.TextColumn(
                width=_MARGIN_PX + round(_SIGN_PX * max(map(len, _name_verdicts().values())))
            ),
            probability: st.column_config.ProgressColumn(
                format=say("app.per_cent_format"), min_value=0, max_value=100, width=84
            ),
            say("app.column.title"): st.column_config.TextColumn(width=280),
            say("app.column.nearest"): st.column_config.TextColumn(width=260),
            say("app.column.year"): st.column_config.NumberColumn(format="%d", width=70),
            funding: st.column_config.NumberColumn(format="localized", width=110),
        },
        alt=say("app.portfolio.table_alt"),
    )
    picked = event["selection"]["rows"]
    return str(found.index[picked[0]]) if picked and picked[0] < len(found) else None


def _lay_out(generation: Generation, found: pd.DataFrame, duplicates: Duplicates) -> pd.DataFrame:
    items, heads = generation.strategy_items, generation.project_heads
    verdicts = _name_verdicts()
    kinds = {"": ""} | {str(each): say(f"kind.{each}") for each in OrganisationKind}
    titles = {"": ""} | {each: items[each].title for each in found["item_id"].unique() if each}
    invented = say("app.invented")
    columns: dict[str, Any] = {
        say("app.portfolio.name"): found["name"],
        say("app.column.verdict"): found["verdict"].map(verdicts),
        say("app.column.probability"): _to_per_cent(found["probability"]),
        say("app.column.interval"): [
            "" if low != low else f"{low:.0f} – {high:.0f}"
            for low, high in zip(
                _to_per_cent(found["low"]), _to_per_cent(found["high"]), strict=True
            )
        ],
        say("app.column.title"): [
            f"{title} ({invented})" if is_invented else title
            for title, is_invented in zip(found["title"], found["is_invented"], strict=True)
        ],
        say("app.column.nearest"): found["item_id"].map(titles),
        say("app.column.year"): found["year"],
        say("app.portfolio.programmes"): found["programme"],
        say("app.column.leader"): found["leader"],
        say("app.column.kind"): found["kind"].map(kinds),
        say("app.column.place"): found["place"],
        say("app.column.funding"): found["funding_eur"].round(),
    }
    if duplicates:
        columns[say("app.column.duplicate")] = [
            ", ".join(heads[other].label for other, _closeness in duplicates.get(each, ()))
            for each in found.index
        ]
    return pd.DataFrame(columns)


def _name_verdicts() -> dict[str, str]:
    return {str(each): f"{_MARKS[each]} {say(f'verdict.{each}')}" for each in Verdict}


def _to_per_cent(probabilities: pd.Series[float]) -> pd.Series[float]:
    """Round to whole per cent, without claiming 100."""
    return (100 * probabilities).round().clip(upper=99)


def write_table(
    generation: Generation, found: pd.DataFrame, duplicates: Duplicates, *, is_workbook: bool
) -> bytes:
    """Write all projects found, as XLSX or as CSV; no name in it runs as a formula."""
    items, documents = generation.strategy_items, generation.documents
    yes, no = say("app.yes"), say("app.no")
    verdicts = {str(each): say(f"verdict.{each}") for each in Verdict}
    kinds = {"": ""} | {str(each): say(f"kind.{each}") for each in OrganisationKind}
    rows = []
    row: Any  # a named tuple of the table's columns
    for row in found.itertuples():
        item = items.get(row.item_id)
        rows.append(
            (
                row.Index,
                row.acronym,
                row.title,
                verdicts[row.verdict],
                row.probability,
                row.low,
                row.high,
                item.title if item else "",
                documents[item.document_id].title if item else "",
                row.n_aligned,
                row.n_examine,
                None if pd.isna(row.year) else int(row.year),
                row.programme,
                row.source,
                row.leader,
                kinds[row.kind],
                row.place,
                row.funding_eur,
                yes if row.is_orphan else no,
                ", ".join(other for other, _closeness in duplicates.get(row.Index, ())),
                yes if row.is_invented else no,
            )
        )
    columns = [
        Column(say(f"app.file.{column.heading}"), column.kind, column.width)
        for column in _FILE_COLUMNS
    ]
    if is_workbook:
        return write_xlsx(columns, rows, name=say("app.page.portfolio"))
    return write_csv([column.heading for column in columns], rows, language=state.language())
