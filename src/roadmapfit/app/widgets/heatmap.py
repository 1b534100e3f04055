"""A grid of numbers as a picture that can be clicked."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import pandas as pd
import streamlit as st

from roadmapfit.app.words import shorten

# Room for the labels on the top, aslant.
_TOP_PX = 130
# From the page's colour to the accent: the palest step still differs from it.
_SHADES = {"light": ("#e3ebf8", "#1d4fb8"), "dark": ("#22304d", "#8fb6ff")}
_INK = {"light": ("#1a2130", "#ffffff"), "dark": ("#eef1f6", "#12161f")}


@dataclass(frozen=True, slots=True)
class Cell:
    """One square: ``row`` and ``column`` are ids, ``words`` what is written in it."""

    row: str
    column: str
    value: float
    words: str


@dataclass(frozen=True, slots=True)
class Axis:
    """What stands along one side, in order: ids, and the label of each."""

    ids: Sequence[str]
    labels: Sequence[str]
    title: str


@dataclass(frozen=True, slots=True)
class _Frame:
    """The measures of the picture, in pixels, and how many signs a line of a label has.

    Columns are as wide as reads well, and narrower where that keeps the picture within
    ``page``; what they leave of it is the labels' on the left, within their bounds.
    """

    page: int
    row: int
    column: tuple[int, int]
    left: tuple[int, int]
    n_lines: int
    font: float

    def fit_column(self, n_columns: int) -> int:
        """Say how wide a column is."""
        least, most = self.column
        return max(least, min(most, (self.page - self.left[0]) // max(1, n_columns)))

    def fit_left(self, n_columns: int) -> int:
        """Say how much room the labels on the left have."""
        least, most = self.left
        return max(least, min(most, self.page - n_columns * self.fit_column(n_columns)))

    def wrap(self, label: str, room: int) -> str | list[str]:
        """Cut a label to its room, in lines where it may have several."""
        n_chars = round(room / (0.52 * self.font))
        if self.n_lines == 1:
            return shorten(label, n_chars)
        return textwrap.wrap(label, n_chars, max_lines=self.n_lines, placeholder="…")


# A page does not know how wide its window is: both are sent, and the style shows one.
_FRAMES = {
    "wide": _Frame(page=915, row=30, column=(34, 46), left=(300, 470), n_lines=1, font=12.5),
    "slim": _Frame(page=345, row=42, column=(34, 46), left=(120, 160), n_lines=3, font=11),
}


@dataclass(frozen=True, slots=True)
class Words:
    """``alt`` names the picture for those who do not see it, ``value`` what it counts."""

    alt: str
    value: str


def draw_heat_map(
    cells: Sequence[Cell], rows: Axis, columns: Axis, *, key: str, words: Words, most: float
) -> tuple[str, str] | None:
    """Draw a grid and return the square that the reader picked, as row and column id.

    Parameters
    ----------
    cells
        The squares that hold something; the others stay empty.
    rows, columns
        What stands along the left and the top.
    key
        Of the chart; with the name of the frame, of its containers.
    words
        What the picture is called.
    most
        The value of the darkest shade.
    """
    scheme = st.context.theme.type or "light"
    picked: list[dict[str, Any]] = []
    for name, frame in _FRAMES.items():
        chart = _build(
            cells, rows, columns, frame=frame, scheme=scheme, most=most, value=words.value
        )
        with st.container(key=f"rf-{name}-{key.replace('.', '-')}"):
            event: Any = st.altair_chart(
                chart,
                width="content",
                key=f"{key}.{name}",
                on_select="rerun",
                theme="streamlit",
                alt=words.alt,
            )
        picked = picked or event["selection"].get("square") or []
    if not picked:
        return None
    row, column = picked[0].get("row_number"), picked[0].get("column_number")
    if row is None or column is None or row > len(rows.ids) or column > len(columns.ids):
        return None
    return rows.ids[row - 1], columns.ids[column - 1]


def _build(
    cells: Sequence[Cell],
    rows: Axis,
    columns: Axis,
    *,
    frame: _Frame,
    scheme: str,
    most: float,
    value: str,
) -> alt.LayerChart:
    n_columns = len(columns.ids)
    left = frame.fit_left(n_columns)
    # Ids may repeat as labels and hold any sign: Vega gets numbers, and draws labels.
    row_number = {each: number for number, each in enumerate(rows.ids, start=1)}
    column_number = {each: number for number, each in enumerate(columns.ids, start=1)}
    data = pd.DataFrame(
        [
            {
                "row_number": row_number[cell.row],
                "column_number": column_number[cell.column],
                "row_label": rows.labels[row_number[cell.row] - 1],
                "column_label": columns.labels[column_number[cell.column] - 1],
                "value": cell.value,
                "words": cell.words,
            }
            for cell in cells
        ],
        columns=["row_number", "column_number", "row_label", "column_label", "value", "words"],
    )
    pick = alt.selection_point(name="square", fields=["row_number", "column_number"], empty=False)
    x = alt.X(
        "column_number:O",
        title=None,
        sort=None,
        scale=alt.Scale(domain=list(column_number.values())),
        axis=_axis(
            [shorten(label, 24) for label in columns.labels],
            frame,
            orient="top",
            angle=-40,
            limit=150,
        ),
    )
    y = alt.Y(
        "row_number:O",
        title=None,
        sort=None,
        scale=alt.Scale(domain=list(row_number.values())),
        axis=_axis(
            [frame.wrap(label, left - 20) for label in rows.labels],
            frame,
            orient="left",
            angle=0,
            limit=left - 20,
        ),
    )
    low, high = _SHADES[scheme]
    dark_ink, light_ink = _INK[scheme]
    tooltip = [
        alt.Tooltip("row_label:N", title=rows.title),
        alt.Tooltip("column_label:N", title=columns.title),
        alt.Tooltip("words:N", title=value),
    ]
    base = alt.Chart(data).encode(x=x, y=y, tooltip=tooltip)
    squares = base.mark_rect(cornerRadius=3, cursor="pointer").encode(
        color=alt.Color(
            "value:Q", scale=alt.Scale(domain=[0, most], range=[low, high], clamp=True), legend=None
        ),
        stroke=alt.condition(pick, alt.value(dark_ink), alt.value("transparent")),
        strokeWidth=alt.value(2),
    )
    words = base.mark_text(fontSize=12).encode(
        text="words:N",
        color=alt.condition(
            alt.datum.value > 0.55 * most, alt.value(light_ink), alt.value(dark_ink)
        ),
    )
    chart: alt.LayerChart = (
        alt.layer(squares.add_params(pick), words)
        .properties(
            # Streamlit fits the whole chart, labels and all, into this size.
            width=left + frame.fit_column(n_columns) * n_columns,
            height=_TOP_PX + frame.row * len(rows.ids),
        )
        .configure_view(stroke=None)
        .configure_scale(bandPaddingInner=0.08)
    )
    return chart


def _axis(
    labels: Sequence[str | list[str]],
    frame: _Frame,
    *,
    orient: Literal["left", "top"],
    angle: int,
    limit: int,
) -> alt.Axis:
    return alt.Axis(
        orient=orient,
        labelExpr=f"{_as_vega(labels)}[datum.value - 1]",
        labelAngle=angle,
        labelLimit=limit,
        labelOverlap=False,
        labelFontSize=frame.font,
        labelLineHeight=1.15 * frame.font,
        labelPadding=8,
        ticks=False,
        domain=False,
        grid=False,
    )


def _as_vega(labels: Sequence[str | list[str]]) -> str:
    """Write labels as an array of Vega's expression language, which reads JSON strings."""
    return json.dumps(list(labels), ensure_ascii=True)
