"""Blocks as one HTML page that prints well and loads nothing from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from roadmapfit.report.blocks import (
    Bar,
    Block,
    Bullets,
    Fit,
    Heading,
    Pair,
    Paragraph,
    Quote,
    Table,
    split_terms,
)

_STYLE = Path(__file__).parent / "sheet.css"
_WIDTH, _HEIGHT = 180, 14


def write_html(blocks: Sequence[Block], *, title: str, language: str) -> bytes:
    """Write blocks as HTML; whatever they hold is escaped, and no script runs.

    The same blocks give the same bytes.
    """
    body = "\n".join(_write(block) for block in blocks)
    style = _STYLE.read_text(encoding="utf-8")
    page = (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
    return page.encode()


def _write(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level}>{escape(text)}</h{level}>"
        case Paragraph(text, is_note):
            kind = ' class="note"' if is_note else ""
            return f"<p{kind}>{escape(text)}</p>"
        case Bullets(texts):
            return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"
        case Fit():
            return _write_fit(block)
        case Pair(how, left, right):
            sides = _write_quote(left) + _write_quote(right)
            return f'<div class="pair"><p class="note">{escape(how)}</p>{sides}</div>'
        case Table():
            return _write_table(block)


def _write_fit(fit: Fit) -> str:
    decided = f'<span class="note">{escape(fit.decided)}</span>' if fit.decided else ""
    return (
        f'<div class="fit"><h4>{escape(fit.title)}</h4>'
        f'<p><span aria-hidden="true">{fit.mark}</span> {escape(fit.verdict)} {decided}</p>'
        f'<p class="bar">{_draw_bar(fit.bar)}<span>{escape(fit.bar.words)}</span></p></div>'
    )


def _draw_bar(bar: Bar) -> str:
    low, value, high = (_place(part) for part in (bar.low, bar.value, bar.high))
    middle = _HEIGHT / 2
    marks = "".join(
        f'<path d="M{_place(mark):.1f} 1v{_HEIGHT - 2}" class="mark"/>' for mark in bar.marks
    )
    return (
        f'<svg role="img" aria-label="{escape(bar.words)}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}">'
        f'<rect x="{_place(0):.1f}" y="{middle - 2.5}" width="{_place(1) - _place(0):.1f}" '
        'height="5" rx="2.5" class="rule"/>'
        f'<rect x="{low:.1f}" y="{middle - 2.5}" width="{max(2.0, high - low):.1f}" height="5" '
        f'rx="2.5" class="band"/>{marks}'
        f'<circle cx="{value:.1f}" cy="{middle}" r="5" class="dot"/></svg>'
    )


def _place(share: float) -> float:
    """Place a share on the picture's width, room left for the dot."""
    return 6 + (_WIDTH - 12) * min(1.0, max(0.0, share))


def _write_quote(quote: Quote) -> str:
    runs = "".join(
        f"<u>{escape(run)}</u>" if is_word else escape(run)
        for run, is_word in split_terms(quote.text, quote.terms)
    )
    return f"<blockquote><p>{runs}</p><footer>{escape(quote.place)}</footer></blockquote>"


def _write_table(table: Table) -> str:
    head = "".join(
        f'<th scope="col"{_align(table, column)}>{escape(name)}</th>'
        for column, name in enumerate(table.header)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{_align(table, column)}>{escape(cell)}</td>" for column, cell in enumerate(row)
        )
        + "</tr>"
        for row in table.rows
    )
    return (
        f"<table><caption>{escape(table.caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _align(table: Table, column: int) -> str:
    return ' class="number"' if column in table.numbers else ""
