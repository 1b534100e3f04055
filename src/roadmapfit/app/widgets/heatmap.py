"""A grid of numbers as a picture that can be clicked."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from roadmapfit.app.words import shorten

# Labels on the top that are wider than their columns stand aslant, are cut to so many signs,
# and lean over what is beside them; upright they keep such a gap, in pixels.
_TOP_ANGLE, _TOP_CHARS, _GAP = 40, 28, 6
# The mean width of a sign, in heights of the letters.
_CHAR_EM = 0.52
# From the page's colour to the accent: the palest step still differs from it.
_SHADES = {"light": ("#e3ebf8", "#1d4fb8"), "dark": ("#22304d", "#8fb6ff")}
# Ink on pale and on strong shades, and from which part of the way on the second reads better:
# there both have a contrast of 4.6 to 1, which only black and white reach.
_INK = {"light": ("#000000", "#ffffff"), "dark": ("#ffffff", "#000000")}
_TURN = {"light": 0.768, "dark": 0.519}


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

    def fit_column(self, n_columns: int, *, right: int) -> int:
        """Say how wide a column is, if so much is left free on the right."""
        least, most = self.column
        room = self.page - right - self.left[0]
        return max(least, min(most, room // max(1, n_columns)))

    def fit_left(self, n_columns: int, *, right: int) -> int:
        """Say how much room the labels on the left have."""
        least, most = self.left
        columns = n_columns * self.fit_column(n_columns, right=right)
        return max(least, min(most, self.page - right - columns))

    def has_room(self, labels: Sequence[str]) -> bool:
        """Say whether all labels fit above their columns upright, as years do."""
        longest = max(map(len, labels), default=0)
        return _CHAR_EM * self.font * longest + _GAP <= self.fit_column(len(labels), right=0)

    def reach_right(self, labels: Sequence[str]) -> int:
        """Say how far labels that stand aslant reach beyond the last column.

        A label reaches as far as it is long, less the columns after its own, which are at
        least as wide as they may be.
        """
        across = _CHAR_EM * self.font * math.cos(math.radians(_TOP_ANGLE))
        beyond = [
            across * len(each) - (number + 0.5) * self.column[0]
            for number, each in enumerate(reversed(labels))
        ]
        return max(0, math.ceil(max(beyond, default=0.0)))

    def wrap(self, label: str, room: int) -> list[str]:
        """Cut a label to its room, in as many lines as it may have."""
        n_chars = round(room / (_CHAR_EM * self.font))
        return textwrap.wrap(label, n_chars, max_lines=self.n_lines, placeholder="…")


# A page does not know how wide its window is: both are sent, and the style shows one.
_FRAMES = {
    "wide": _Frame(page=915, row=32, column=(27, 46), left=(240, 470), n_lines=2, font=12),
    "slim": _Frame(page=345, row=48, column=(34, 46), left=(120, 160), n_lines=3, font=11),
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
            event: Any = st.vega_lite_chart(
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
) -> dict[str, Any]:
    """Build the Vega-Lite specification; Altair would check it anew at every click."""
    n_columns = len(columns.ids)
    column_labels = [shorten(label, _TOP_CHARS) for label in columns.labels]
    is_upright = frame.has_room(column_labels)
    right = 0 if is_upright else frame.reach_right(column_labels)
    left = frame.fit_left(n_columns, right=right)
    # Ids may repeat as labels and hold any sign: Vega gets numbers, and draws labels.
    row_number = {each: number for number, each in enumerate(rows.ids, start=1)}
    column_number = {each: number for number, each in enumerate(columns.ids, start=1)}
    squares = [
        {
            "row_number": row_number[cell.row],
            "column_number": column_number[cell.column],
            "row_label": rows.labels[row_number[cell.row] - 1],
            "column_label": columns.labels[column_number[cell.column] - 1],
            "value": cell.value,
            "words": cell.words,
        }
        for cell in cells
    ]
    low, high = _SHADES[scheme]
    ink, strong_ink = _INK[scheme]
    return {
        "data": {"values": squares},
        # Of the squares alone: what stands around them is added. Fitted into a size, the
        # squares of a small picture would be as flat or as broad as its labels leave them.
        "autosize": {"type": "pad"},
        "width": {"step": frame.fit_column(n_columns, right=right)},
        "height": {"step": frame.row},
        "encoding": {
            "x": _place(
                "column_number",
                len(columns.ids),
                _axis(
                    column_labels,
                    frame,
                    orient="top",
                    angle=0 if is_upright else -_TOP_ANGLE,
                    limit=220,
                ),
            ),
            "y": _place(
                "row_number",
                len(rows.ids),
                _axis(
                    [frame.wrap(label, left - 20) for label in rows.labels],
                    frame,
                    orient="left",
                    angle=0,
                    limit=left - 20,
                ),
            ),
            "tooltip": [
                {"field": "row_label", "type": "nominal", "title": rows.title},
                {"field": "column_label", "type": "nominal", "title": columns.title},
                {"field": "words", "type": "nominal", "title": value},
            ],
        },
        "layer": [
            {
                "params": [
                    {
                        "name": "square",
                        "select": {"type": "point", "fields": ["row_number", "column_number"]},
                    }
                ],
                "mark": {"type": "rect", "cornerRadius": 3, "cursor": "pointer"},
                "encoding": {
                    "color": {
                        "field": "value",
                        "type": "quantitative",
                        "legend": None,
                        "scale": {"domain": [0, most], "range": [low, high], "clamp": True},
                    },
                    "stroke": {
                        "condition": {"param": "square", "empty": False, "value": ink},
                        "value": "transparent",
                    },
                    "strokeWidth": {"value": 2},
                },
            },
            {
                "mark": {"type": "text", "fontSize": 12},
                "encoding": {
                    "text": {"field": "words", "type": "nominal"},
                    "color": {
                        "condition": {
                            "test": f"datum.value > {_TURN[scheme] * most}",
                            "value": strong_ink,
                        },
                        "value": ink,
                    },
                },
            },
        ],
        "config": {"view": {"stroke": None}, "scale": {"bandPaddingInner": 0.08}},
    }


def _place(field: str, n: int, axis: dict[str, Any]) -> dict[str, Any]:
    """Place squares by their number on one side, in order."""
    scale = {"domain": list(range(1, n + 1))}
    return {
        "field": field,
        "type": "ordinal",
        "title": None,
        "sort": None,
        "scale": scale,
        "axis": axis,
    }


def _axis(
    labels: Sequence[str | list[str]],
    frame: _Frame,
    *,
    orient: Literal["left", "top"],
    angle: int,
    limit: int,
) -> dict[str, Any]:
    # Lines of a label go down from the first: half of them are to stand above the middle.
    by_lines: dict[int, list[int]] = {}
    for number, each in enumerate(labels, start=1):
        if not isinstance(each, str):
            by_lines.setdefault(len(each), []).append(number)
    line_px = 1.15 * frame.font
    raised = {
        "condition": [
            {"test": f"indexof({numbers}, datum.value) >= 0", "value": -(n_lines - 1) * line_px / 2}
            for n_lines, numbers in by_lines.items()
        ],
        "value": 0,
    }
    return {
        "orient": orient,
        "labelOffset": raised if by_lines else 0,
        "labelExpr": f"{_as_vega(labels)}[datum.value - 1]",
        "labelAngle": angle,
        "labelLimit": limit,
        "labelOverlap": False,
        "labelFontSize": frame.font,
        "labelLineHeight": line_px,
        "labelPadding": 8,
        "ticks": False,
        "domain": False,
        "grid": False,
    }


def _as_vega(labels: Sequence[str | list[str]]) -> str:
    """Write labels as an array of Vega's expression language, which reads JSON strings."""
    return json.dumps(list(labels), ensure_ascii=True)
