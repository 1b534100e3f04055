"""Reliability diagrams as SVG: what was stated against what was observed, by bin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from roadmapfit.text import render_number, render_text

# In pixels. The plot is a square; what stands around it is room for words.
SIDE, LEFT, TOP, RIGHT, BOTTOM = 360, 64, 48, 24, 72
# Radius of a dot: the fewest pairs, the most.
RADII = (3.0, 9.0)
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_INK, _FAINT, _MARK = "#222222", "#bbbbbb", "#1f5fa8"


def render_reliability(
    bins: Sequence[Mapping[str, Any]], *, title: str, ece: float, language: str
) -> str:
    """Draw a reliability diagram.

    Parameters
    ----------
    bins
        As ``measure_pairs`` returns; an empty one is not drawn.
    title
        What was measured.
    ece
        Its expected calibration error, in [0, 1].
    language
        Of the words.

    Returns
    -------
    str
        An SVG document of its own: no script, no font, nothing fetched.
    """
    filled = [each for each in bins if each["n"]]
    most = max((each["n"] for each in filled), default=1)
    points = [(_across(each["probability"]), _down(each["aligned"])) for each in filled]
    width, height = LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        _write(LEFT, 20, title, size=14),
        _write(
            LEFT,
            38,
            render_text(
                "evaluate.reliability.ece",
                language,
                ece=render_number(ece, language, n_decimals=3),
                n=render_number(sum(each["n"] for each in filled), language),
            ),
        ),
    ]
    for tick in _TICKS:
        x, y = _across(tick), _down(tick)
        said = render_number(tick, language, n_decimals=1)
        parts += [
            _draw_line((x, _down(0)), (x, _down(1)), _FAINT),
            _draw_line((_across(0), y), (_across(1), y), _FAINT),
            _write(x, TOP + SIDE + 18, said, anchor="middle"),
            _write(LEFT - 8, y + 4, said, anchor="end"),
        ]
    parts.append(_draw_line((_across(0), _down(0)), (_across(1), _down(1)), _INK, dashes="4 4"))
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    parts.append(f'<polyline points="{joined}" fill="none" stroke="{_MARK}" stroke-width="2"/>')
    for (x, y), each in zip(points, filled, strict=True):
        # The area tells the number.
        radius = RADII[0] + (RADII[1] - RADII[0]) * (each["n"] / most) ** 0.5
        told = render_text(
            "evaluate.reliability.bin",
            language,
            low=render_number(each["low"], language, n_decimals=1),
            high=render_number(each["high"], language, n_decimals=1),
            n=render_number(each["n"], language),
            probability=render_number(each["probability"], language, n_decimals=3),
            aligned=render_number(each["aligned"], language, n_decimals=3),
        )
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{_MARK}">'
            f"<title>{escape(told)}</title></circle>",
            _write(x, y - radius - 4, f"n={each['n']}", anchor="middle", size=9),
        ]
    stated, observed = (
        render_text(f"evaluate.reliability.{axis}", language) for axis in ("stated", "observed")
    )
    middle = TOP + SIDE / 2
    parts += [
        _write(LEFT + SIDE / 2, TOP + SIDE + 40, stated, anchor="middle"),
        f'<text x="16" y="{middle:.1f}" fill="{_INK}" text-anchor="middle" '
        f'transform="rotate(-90 16 {middle:.1f})">{escape(observed)}</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _across(share: float) -> float:
    return LEFT + SIDE * share


def _down(share: float) -> float:
    return TOP + SIDE * (1 - share)


def _write(x: float, y: float, text: str, *, anchor: str = "start", size: int = 12) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{_INK}" text-anchor="{anchor}" '
        f'font-size="{size}">{escape(text)}</text>'
    )


def _draw_line(
    start: tuple[float, float], end: tuple[float, float], colour: str, *, dashes: str = "none"
) -> str:
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
        f'stroke="{colour}" stroke-dasharray="{dashes}"/>'
    )
