"""How the items of one document run into those of another, as a picture of bands."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import streamlit as st

from roadmapfit.app.words import shorten

_N_POINTS = 25
_INK = {"light": "#1a2130", "dark": "#eef1f6"}
_BAND = {"light": "#1d4fb8", "dark": "#8fb6ff"}
# A band of probability 1 is so wide, in pixels.
_MAX_WIDTH_PX = 13
# A side's labels, their heights, where along the bands, and how its labels stand there.
_End: TypeAlias = tuple[Mapping[str, str], Mapping[str, float], int, Literal["left", "right"], int]


@dataclass(frozen=True, slots=True)
class _Frame:
    """The measures of the picture, in pixels; a label has so many lines of so many signs."""

    row: int
    label: int
    band: int
    font: float
    n_lines: int
    n_chars: int


# A page does not know how wide its window is: both are sent, and the style shows one.
_FRAMES = {
    "wide": _Frame(row=34, label=330, band=250, font=12.5, n_lines=1, n_chars=52),
    "slim": _Frame(row=62, label=124, band=84, font=11, n_lines=4, n_chars=19),
}


@dataclass(frozen=True, slots=True)
class Link:
    """One band: the ids on both sides, its probability, and what it says when pointed at."""

    left: str
    right: str
    probability: float
    words: str


def draw_flow(
    links: Sequence[Link],
    left: Mapping[str, str],
    right: Mapping[str, str],
    *,
    key: str,
    words: str,
) -> None:
    """Draw bands from the left to the right, as wide as they are probable.

    Parameters
    ----------
    links
        Between ids of both sides.
    left, right
        Labels by id, in order; the right side is ordered anew so that few bands cross.
    key
        Of the chart; with the name of the frame, of its containers.
    words
        Names the picture for those who do not see it.
    """
    scheme = st.context.theme.type or "light"
    ordered = _untangle(links, left, right)
    for name, frame in _FRAMES.items():
        chart = _build(links, left, ordered, scheme=scheme, frame=frame)
        with st.container(key=f"rf-{name}-{key.replace('.', '-')}"):
            st.vega_lite_chart(
                chart, width="content", key=f"{key}.{name}", theme="streamlit", alt=words
            )


def _untangle(
    links: Sequence[Link], left: Mapping[str, str], right: Mapping[str, str]
) -> dict[str, str]:
    """Order the right side by where its bands come from."""
    place = {each: number for number, each in enumerate(left)}
    pull: dict[str, list[tuple[float, float]]] = {}
    for link in links:
        pull.setdefault(link.right, []).append((place[link.left], link.probability))
    middle = {
        each: sum(spot * weight for spot, weight in own) / sum(weight for _spot, weight in own)
        for each, own in pull.items()
    }
    return {each: right[each] for each in sorted(right, key=lambda each: middle.get(each, 1e9))}


def _build(
    links: Sequence[Link],
    left: Mapping[str, str],
    right: Mapping[str, str],
    *,
    scheme: str,
    frame: _Frame,
) -> dict[str, Any]:
    """Build the Vega-Lite specification; Altair would check it anew at every click."""
    n_rows = max(len(left), len(right), 1)
    places = [
        {each: (number + 0.5) * n_rows / max(1, len(side)) for number, each in enumerate(side)}
        for side in (left, right)
    ]
    points = [
        {
            "link": number,
            "step": step,
            "x": step / (_N_POINTS - 1),
            "y": _bend(places[0][link.left], places[1][link.right], step / (_N_POINTS - 1)),
            "width": max(1.5, _MAX_WIDTH_PX * link.probability),
            "words": link.words,
            "from": left[link.left],
            "to": right[link.right],
        }
        for number, link in enumerate(links)
        for step in range(_N_POINTS)
    ]
    # Labels stand inside the picture, beyond the ends of the bands.
    room = frame.label / frame.band
    place_of = {
        "x": _place("x", [-room, 1 + room]),
        "y": _place("y", [n_rows, 0]),
    }
    bands = {
        "data": {"values": points},
        "params": [
            {
                "name": "band",
                "select": {
                    "type": "point",
                    "fields": ["link"],
                    "on": "pointerover",
                    "clear": "pointerout",
                },
            }
        ],
        "mark": {"type": "line", "strokeCap": "butt", "color": _BAND[scheme]},
        "encoding": {
            **place_of,
            "detail": {"field": "link", "type": "nominal"},
            "order": {"field": "step", "type": "quantitative"},
            "strokeWidth": {
                "field": "width",
                "type": "quantitative",
                "scale": None,
                "legend": None,
            },
            "opacity": {"condition": {"param": "band", "value": 0.55}, "value": 0.16},
            "tooltip": [
                {"field": "from", "type": "nominal", "title": "→"},
                {"field": "to", "type": "nominal", "title": "←"},
                {"field": "words", "type": "nominal", "title": "%"},
            ],
        },
    }
    ends_of: tuple[_End, _End] = (
        (left, places[0], 0, "right", -10),
        (right, places[1], 1, "left", 10),
    )
    names = [
        {
            "data": {
                "values": [
                    {"x": at, "y": place[each], "label": _wrap(side[each], frame)} for each in side
                ]
            },
            "mark": {
                "type": "text",
                "align": align,
                "dx": dx,
                # Lines go down from the first; half of them are to stand above the middle.
                "dy": {
                    "expr": f"-{(frame.font * 1.15) / 2} * (split(datum.label, '\\n').length - 1)"
                },
                "fontSize": frame.font,
                "lineBreak": "\n",
                "lineHeight": frame.font * 1.15,
                "color": _INK[scheme],
                "baseline": "middle",
            },
            "encoding": {**place_of, "text": {"field": "label", "type": "nominal"}},
        }
        for side, place, at, align, dx in ends_of
    ]
    ends = [
        {
            "data": {"values": [{"x": at, "y": place[each]} for each in side]},
            "mark": {"type": "rect", "width": 4, "height": 18, "color": _BAND[scheme]},
            "encoding": place_of,
        }
        for side, place, at, _align, _dx in ends_of
    ]
    return {
        "layer": [bands, *ends, *names],
        "width": 2 * frame.label + frame.band,
        "height": frame.row * n_rows + 8,
        "padding": 0,
        "config": {"view": {"stroke": None}},
    }


def _place(field: str, domain: list[float]) -> dict[str, Any]:
    """Place something by a number, without an axis drawn."""
    return {
        "field": field,
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": domain, "nice": False},
    }


def _wrap(label: str, frame: _Frame) -> str:
    """Break a label into lines; what does not fit is left out, which is marked."""
    if frame.n_lines == 1:
        return shorten(label, frame.n_chars)
    lines = textwrap.wrap(
        label, frame.n_chars, max_lines=frame.n_lines, placeholder="…", break_on_hyphens=True
    )
    return "\n".join(lines)


def _bend(start: float, end: float, share: float) -> float:
    """Run from one height to another, level at both ends."""
    return start + (end - start) * (1 - math.cos(math.pi * share)) / 2
