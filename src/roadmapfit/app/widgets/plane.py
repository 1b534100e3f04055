"""Signs on a plane with names and lines: what the competence map and the network share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from roadmapfit.app.lettering import Sign, place_names
from roadmapfit.app.words import shorten
from roadmapfit.layouts import spread

_FONT_PX = 12
# A picture that is flatter or steeper than the page is stretched to fill it, up to this.
_MOST_STRETCH = 1.7
_INK = {"light": "#1a2130", "dark": "#eef1f6"}
_PAPER = {"light": "#ffffff", "dark": "#12161f"}
_LINE = {"light": "#5b6880", "dark": "#9aa7bf"}
# Colour-blind safe (after Okabe and Ito), dark enough on white and light enough on ink;
# each sort has a shape of its own too.
_COLOURS = {
    "light": ("#1d4fb8", "#8a4b08", "#0b7a5b", "#8c3a8c", "#1a2130"),
    "dark": ("#8fb6ff", "#f0b35a", "#5fd3ad", "#e29be0", "#eef1f6"),
}
_SHAPES = ("circle", "diamond", "square", "triangle-up", "cross")
_Align = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class Paper:
    """How large a picture is drawn.

    Attributes
    ----------
    width_px, height_px
        Of the picture, its legend left out.
    margin_px
        Left free beside and above, for names.
    label_chars
        Of a name at the most.
    sign_share
        Area of signs against those of the wide picture.
    legend_columns
        Sorts side by side; all of them with 0.
    """

    width_px: int
    height_px: int
    margin_px: tuple[int, int]
    label_chars: int
    sign_share: float
    legend_columns: int


# A telephone's picture is drawn anew: the wide one made small cannot be read. The style
# sheet shows one of the two.
PAPERS = {
    "wide": Paper(920, 580, (84, 30), 32, 1.0, 0),
    "narrow": Paper(336, 470, (34, 24), 18, 0.5, 2),
}


@dataclass(frozen=True, slots=True)
class Dot:
    """One sign of a picture.

    Attributes
    ----------
    sort
        What it is, as the legend says; sorts take shapes and colours in their order.
    size
        Area relative to the others, in [0, 1].
    rank
        Whose name comes first where there is not room for all: the smallest.
    details
        What is said when it is pointed at.
    is_chosen
        Whether the reader picked it.
    """

    id: str
    x: float
    y: float
    name: str
    sort: str
    size: float
    rank: float
    details: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line between the dots at two places; ``width`` in pixels."""

    one: int
    two: int
    width: float
    details: str
    is_strong: bool = False


def draw_plane(
    dots: Sequence[Dot],
    lines: Sequence[Line],
    sorts: Mapping[str, int],
    *,
    key: str,
    words: str,
    on_pick: Callable[[str], None],
) -> None:
    """Draw signs, the lines between them and as many names as find room.

    Parameters
    ----------
    dots, lines
        What is drawn; a line names dots by their place.
    sorts
        The legend: the name of each sort that is there, and which shape and colour it has.
    key
        Of the wide chart; that of the narrow one is made from it.
    words
        Names the picture for those who do not see it.
    on_pick
        Called with the id of a dot that was clicked.
    """
    scheme = st.context.theme.type or "light"

    for name, paper in PAPERS.items():
        own_key = key if name == "wide" else f"{key}-{name}"
        with st.container(key=f"rf-plane-{name}-{key.replace('.', '-')}"):
            st.altair_chart(
                _build(dots, lines, sorts, scheme=scheme, paper=paper),
                width="content",
                key=own_key,
                on_select=partial(_report, own_key, on_pick),
                theme="streamlit",
                alt=words,
            )


def _report(key: str, on_pick: Callable[[str], None]) -> None:
    """Tell which dot was clicked in a chart, if any was."""
    picked = st.session_state[key]["selection"].get("dot") or []
    if picked and "id" in picked[0]:
        on_pick(str(picked[0]["id"]))


def _build(
    dots: Sequence[Dot],
    lines: Sequence[Line],
    sorts: Mapping[str, int],
    *,
    scheme: str,
    paper: Paper,
) -> alt.LayerChart:
    areas = [paper.sign_share * (60 + 340 * dot.size) for dot in dots]
    radii = [(area / np.pi) ** 0.5 + 1 for area in areas]
    places = _fit_page(np.array([(dot.x, dot.y) for dot in dots]).reshape(-1, 2), radii, paper)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, paper.width_px], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[paper.height_px, 0], nice=False))
    data = pd.DataFrame(
        {
            "id": [dot.id for dot in dots],
            "x": places[:, 0],
            "y": places[:, 1],
            "sort": [dot.sort for dot in dots],
            "area": areas,
            "name": [dot.name for dot in dots],
            "details": [dot.details for dot in dots],
            "ring": [2.5 if dot.is_chosen else 1.0 for dot in dots],
            "ring_colour": [_INK[scheme] if dot.is_chosen else _PAPER[scheme] for dot in dots],
        }
    )
    pick = alt.selection_point(name="dot", fields=["id"], empty=False)
    names = list(sorts)
    colours = [_COLOURS[scheme][number] for number in sorts.values()]
    shapes = [_SHAPES[number] for number in sorts.values()]
    legend = alt.Legend(
        title=None,
        orient="top",
        direction="horizontal",
        labelFontSize=13,
        symbolSize=130,
        labelLimit=260,
        columnPadding=22,
        columns=paper.legend_columns,
    )
    signs = (
        alt.Chart(data)
        .mark_point(filled=True, opacity=1, cursor="pointer")
        .encode(
            x=x,
            y=y,
            size=alt.Size("area:Q", scale=None, legend=None),
            color=alt.Color("sort:N", scale=alt.Scale(domain=names, range=colours), legend=legend),
            shape=alt.Shape("sort:N", scale=alt.Scale(domain=names, range=shapes), legend=legend),
            stroke=alt.Stroke("ring_colour:N", scale=None, legend=None),
            strokeWidth=alt.StrokeWidth("ring:Q", scale=None, legend=None),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("sort:N", title="  "),
                alt.Tooltip("details:N", title="   "),
            ],
        )
        .add_params(pick)
    )
    layers = [
        *_draw_lines(lines, places, x, y, scheme=scheme),
        signs,
        *_draw_names(dots, places, radii, x, y, scheme=scheme, paper=paper),
    ]
    chart: alt.LayerChart = (
        alt.layer(*layers)
        .properties(width=paper.width_px, height=paper.height_px + 40, padding=0)
        .configure_view(stroke=None)
    )
    return chart


def _fit_page(places: np.ndarray, radii: Sequence[float], paper: Paper) -> np.ndarray:
    """Lay places into the picture, and push apart what overlaps there."""
    if not len(places):
        return places
    page, margin = np.array([paper.width_px, paper.height_px]), np.array(paper.margin_px)
    room = page - 2 * margin
    sides = np.ptp(places, axis=0)
    scales = room / np.maximum(sides, 1e-6)
    scales = np.minimum(scales, _MOST_STRETCH * scales.min())
    laid = page / 2 + (places - places.min(axis=0) - sides / 2) * scales
    apart = spread(laid, radii=radii, gap=5)
    return np.clip(apart, margin / 3, page - margin / 3)


def _draw_lines(
    lines: Sequence[Line], places: np.ndarray, x: alt.X, y: alt.Y, *, scheme: str
) -> list[alt.Chart]:
    if not lines:
        return []
    data = pd.DataFrame(
        [
            {
                "x": places[line.one, 0],
                "y": places[line.one, 1],
                "x2": places[line.two, 0],
                "y2": places[line.two, 1],
                "width": line.width,
                "details": line.details,
                "opacity": 0.85 if line.is_strong else 0.3,
                "colour": _COLOURS[scheme][0] if line.is_strong else _LINE[scheme],
            }
            for line in sorted(lines, key=lambda line: line.is_strong)
        ]
    )
    return [
        alt.Chart(data)
        .mark_rule(strokeCap="round")
        .encode(
            x=x,
            y=y,
            x2="x2:Q",
            y2="y2:Q",
            strokeWidth=alt.StrokeWidth("width:Q", scale=None, legend=None),
            opacity=alt.Opacity("opacity:Q", scale=None, legend=None),
            stroke=alt.Stroke("colour:N", scale=None, legend=None),
            tooltip=[alt.Tooltip("details:N", title=" ")],
        )
    ]


def _draw_names(
    dots: Sequence[Dot],
    places: np.ndarray,
    radii: Sequence[float],
    x: alt.X,
    y: alt.Y,
    *,
    scheme: str,
    paper: Paper,
) -> list[alt.Chart]:
    order = sorted(range(len(dots)), key=lambda each: (not dots[each].is_chosen, dots[each].rank))
    texts = [shorten(dots[each].name, paper.label_chars) for each in order]
    placed = place_names(
        [
            Sign(float(places[each, 0]), float(places[each, 1]), radii[each], text)
            for each, text in zip(order, texts, strict=True)
        ],
        width=paper.width_px,
        height=paper.height_px,
        font_px=_FONT_PX,
    )
    aligns: tuple[_Align, ...] = ("left", "right", "center")
    charts = []
    for align in aligns:
        own = [each for each in placed if each.anchor == align]
        if not own:
            continue
        data = pd.DataFrame(
            {
                "x": [each.x for each in own],
                "y": [each.y for each in own],
                "text": [texts[each.number] for each in own],
            }
        )
        # A rim in the page's colour keeps a name readable over lines.
        for stroke, width in ((_PAPER[scheme], 3), (None, 0)):
            mark = {"stroke": stroke, "strokeWidth": width} if stroke else {}
            style: dict[str, Any] = {
                "align": align,
                "baseline": "middle",
                "fontSize": _FONT_PX,
                "color": _INK[scheme],
                **mark,
            }
            charts.append(alt.Chart(data).mark_text(**style).encode(x=x, y=y, text="text:N"))
    return charts
