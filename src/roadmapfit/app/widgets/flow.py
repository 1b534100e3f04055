"""How the items of one document run into those of another, as a picture of bands."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import altair as alt
import pandas as pd
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
            st.altair_chart(
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
) -> alt.LayerChart:
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
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-room, 1 + room], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[n_rows, 0], nice=False))
    point_at = alt.selection_point(fields=["link"], on="pointerover", clear="pointerout")
    bands = (
        alt.Chart(pd.DataFrame(points))
        .mark_line(strokeCap="butt", color=_BAND[scheme])
        .encode(
            x=x,
            y=y,
            detail="link:N",
            order="step:Q",
            strokeWidth=alt.StrokeWidth("width:Q", scale=None, legend=None),
            opacity=alt.condition(point_at, alt.value(0.55), alt.value(0.16)),
            tooltip=[
                alt.Tooltip("from:N", title="→"),
                alt.Tooltip("to:N", title="←"),
                alt.Tooltip("words:N", title="%"),
            ],
        )
        .add_params(point_at)
    )
    ends_of: tuple[_End, _End] = (
        (left, places[0], 0, "right", -10),
        (right, places[1], 1, "left", 10),
    )
    names = [
        alt.Chart(
            pd.DataFrame(
                [{"x": at, "y": place[each], "label": _wrap(side[each], frame)} for each in side]
            )
        )
        .mark_text(
            align=align,
            dx=dx,
            # Lines go down from the first; half of them are to stand above the middle.
            dy=alt.expr(f"-{(frame.font * 1.15) / 2} * (split(datum.label, '\\n').length - 1)"),
            fontSize=frame.font,
            lineBreak="\n",
            lineHeight=frame.font * 1.15,
            color=_INK[scheme],
            baseline="middle",
        )
        .encode(x=x, y=y, text="label:N")
        for side, place, at, align, dx in ends_of
    ]
    ends = [
        alt.Chart(pd.DataFrame([{"x": at, "y": place[each]} for each in side]))
        .mark_rect(width=4, height=18, color=_BAND[scheme])
        .encode(x=x, y=y)
        for side, place, at, _align, _dx in ends_of
    ]
    chart: alt.LayerChart = (
        alt.layer(bands, *ends, *names)
        .properties(
            width=2 * frame.label + frame.band,
            height=frame.row * n_rows + 8,
            padding=0,
        )
        .configure_view(stroke=None)
    )
    return chart


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
