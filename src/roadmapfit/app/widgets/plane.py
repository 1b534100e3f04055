"""Signs on a plane with names and lines: what the competence map and the network share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
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
Spec = dict[str, Any]
# The layer whose marks are picked.
_SIGNS = "signs"


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
            st.vega_lite_chart(
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
) -> Spec:
    """Build the Vega-Lite specification of a picture.

    Written out and not by Altair, which took half a second of every click on the page to
    check against its schema what is the same each time.
    """
    areas = [paper.sign_share * (60 + 340 * dot.size) for dot in dots]
    radii = [(area / np.pi) ** 0.5 + 1 for area in areas]
    places = _fit_page(np.array([(dot.x, dot.y) for dot in dots]).reshape(-1, 2), radii, paper)
    legend = {
        "title": None,
        "orient": "top",
        "direction": "horizontal",
        "labelFontSize": 13,
        "symbolSize": 130,
        "labelLimit": 260,
        "columnPadding": 22,
        "columns": paper.legend_columns,
    }
    colours = [_COLOURS[scheme][number] for number in sorts.values()]
    shapes = [_SHAPES[number] for number in sorts.values()]
    signs = {
        "name": _SIGNS,
        "data": {
            "values": [
                {
                    "id": dot.id,
                    "x": place[0],
                    "y": place[1],
                    "sort": dot.sort,
                    "area": area,
                    "name": dot.name,
                    "details": dot.details,
                    "ring": 2.5 if dot.is_chosen else 1.0,
                    "ring_colour": _INK[scheme] if dot.is_chosen else _PAPER[scheme],
                }
                for dot, place, area in zip(dots, places.tolist(), areas, strict=True)
            ]
        },
        "mark": {"type": "point", "filled": True, "opacity": 1, "cursor": "pointer"},
        "encoding": _place(paper)
        | {
            "size": _take("area", "quantitative"),
            "color": _name_sorts(list(sorts), colours, legend),
            "shape": _name_sorts(list(sorts), shapes, legend),
            "stroke": _take("ring_colour", "nominal"),
            "strokeWidth": _take("ring", "quantitative"),
            "tooltip": [
                {"field": field, "type": "nominal", "title": " " * number}
                for number, field in enumerate(("name", "sort", "details"), start=1)
            ],
        },
    }
    return {
        "width": paper.width_px,
        "height": paper.height_px + 40,
        "padding": 0,
        "config": {"view": {"stroke": None}},
        "params": [
            {"name": "dot", "select": {"type": "point", "fields": ["id"]}, "views": [_SIGNS]}
        ],
        "layer": [
            *_draw_lines(lines, places, paper, scheme=scheme),
            signs,
            *_draw_names(dots, places, radii, paper, scheme=scheme),
        ],
    }


def _place(paper: Paper) -> Spec:
    """Place marks in pixels, right and down."""
    across, down = [0, paper.width_px], [paper.height_px, 0]
    return {
        name: {
            "field": name,
            "type": "quantitative",
            "axis": None,
            "scale": {"domain": domain, "nice": False},
        }
        for name, domain in (("x", across), ("y", down))
    }


def _take(field: str, kind: str) -> Spec:
    """Take a field as it is, without a scale or a legend."""
    return {"field": field, "type": kind, "scale": None, "legend": None}


def _name_sorts(names: Sequence[str], looks: Sequence[str], legend: Spec) -> Spec:
    scale = {"domain": list(names), "range": list(looks)}
    return {"field": "sort", "type": "nominal", "scale": scale, "legend": legend}


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
    lines: Sequence[Line], places: np.ndarray, paper: Paper, *, scheme: str
) -> list[Spec]:
    if not lines:
        return []
    values = [
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
    encoding = _place(paper) | {
        "x2": {"field": "x2"},
        "y2": {"field": "y2"},
        "strokeWidth": _take("width", "quantitative"),
        "opacity": _take("opacity", "quantitative"),
        "stroke": _take("colour", "nominal"),
        "tooltip": [{"field": "details", "type": "nominal", "title": " "}],
    }
    mark = {"type": "rule", "strokeCap": "round"}
    return [{"data": {"values": values}, "mark": mark, "encoding": encoding}]


def _draw_names(
    dots: Sequence[Dot],
    places: np.ndarray,
    radii: Sequence[float],
    paper: Paper,
    *,
    scheme: str,
) -> list[Spec]:
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
    layers: list[Spec] = []
    for align in ("left", "right", "center"):
        values = [
            {"x": each.x, "y": each.y, "text": texts[each.number]}
            for each in placed
            if each.anchor == align
        ]
        if not values:
            continue
        # A rim in the page's colour keeps a name readable over lines.
        for rim in ({"stroke": _PAPER[scheme], "strokeWidth": 3}, {}):
            mark = {
                "type": "text",
                "align": align,
                "baseline": "middle",
                "fontSize": _FONT_PX,
                "color": _INK[scheme],
            }
            encoding = _place(paper) | {"text": {"field": "text", "type": "nominal"}}
            layers.append({"data": {"values": values}, "mark": mark | rim, "encoding": encoding})
    return layers
