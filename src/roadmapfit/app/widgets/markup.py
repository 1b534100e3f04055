"""The only module that writes HTML. Whatever comes from a file is escaped here.

Every function takes plain strings, already in the reader's language.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import streamlit as st

from roadmapfit.lexical import Term
from roadmapfit.text import keep_paragraphs

LOGO = Path(__file__).parent / "logo.svg"
# A table's cell of more than this is set below its name on a telephone, not beside it.
LONG_CHARS = 60
_STYLE = Path(__file__).parent / "style.css"
_FALLBACK = {
    "linkColor": {"light": "#1d4fb8", "dark": "#8fb6ff"},
    "backgroundColor": {"light": "#ffffff", "dark": "#12161f"},
    "borderColor": {"light": "#7b8598", "dark": "#778196"},
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A share with its interval, all in [0, 1]; ``alt`` says it in words.

    ``marks`` are places on the scale, the thresholds; without an interval
    ``low`` and ``high`` equal ``value``.
    """

    value: float
    low: float
    high: float
    alt: str
    marks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """A share that became another, both in [0, 1] or ``nan``; ``alt`` says it in words.

    ``marks`` are places on the scale, the thresholds.
    """

    before: float
    after: float
    alt: str
    marks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a piece of evidence: where a passage stands, and its words.

    ``terms`` are the places in ``text`` to underline.
    """

    heading: str
    text: str
    terms: tuple[Term, ...] = ()
    invented: str = ""


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a passage adds, as part of what the one that adds most does; ``words`` say it."""

    share: float
    words: str


def draw_style(*, choose: str, drop: str) -> None:
    """Give the page its style, once a run.

    ``choose`` and ``drop`` are the words of file pickers, which Streamlit has in
    English only.
    """
    ours = (
        f":root{{--rf-accent:{_theme_colour('linkColor')};"
        f"--rf-page:{_theme_colour('backgroundColor')};"
        f"--rf-border:{_theme_colour('borderColor')};"
        f"--rf-choose:{_css_string(choose)};--rf-drop:{_css_string(drop)}}}"
    )
    st.html(f"<style>{ours}{_STYLE.read_text(encoding='utf-8')}</style>")


def draw_language(language: str) -> None:
    """Tell the browser, and who reads aloud from it, the language of the page.

    Streamlit says English of every page, and only a script can change that: the one
    script of the app, made of a code of ours.
    """
    st.html(
        f"<script>document.documentElement.lang={json.dumps(language)}</script>",
        unsafe_allow_javascript=True,
    )


def draw_fit(
    *,
    title: str,
    place: str,
    verdict: str,
    verdict_words: str,
    bar: Bar,
    invented: str = "",
    decided: str = "",
) -> None:
    """Draw one item's fit: its title and document, the verdict, and how probable.

    ``verdict`` is the verdict's code, which picks the mark before its words;
    ``invented`` holds the words of the badge, ``decided`` what people decided, and
    neither is drawn without words.
    """
    said = f'<div class="rf-decided">{escape(decided)}</div>' if decided else ""
    st.html(
        '<div class="rf-fit">'
        f'<div><div class="rf-title">{escape(title)}{_badge(invented)}</div>'
        f'<div class="rf-place">{escape(place)}</div></div>'
        f'<div><div class="rf-verdict"><span class="rf-dot rf-{escape(verdict)}"></span>'
        f"{escape(verdict_words)}</div>{said}</div>"
        f'<div class="rf-probability">{_bar(bar)}<div>{escape(bar.alt)}</div></div>'
        "</div>"
    )


def draw_move(
    *,
    title: str,
    place: str,
    verdicts: Sequence[tuple[str, str]],
    move: Move,
    words: tuple[str, str],
    invented: str = "",
) -> None:
    """Draw how one item's fit changed.

    ``verdicts`` are the codes and words of the verdicts before and after; ``words`` say
    which is which.
    """
    same = len(set(verdicts)) == 1
    said = "".join(
        f'<div class="rf-verdict"><span class="rf-dot rf-{escape(code)}"></span>'
        f'<span>{escape(name)}<span class="rf-when">{"" if same else escape(when)}</span></span>'
        "</div>"
        for (code, name), when in list(zip(verdicts, words, strict=True))[1 if same else 0 :]
    )
    st.html(
        '<div class="rf-fit rf-moved">'
        f'<div><div class="rf-title">{escape(title)}{_badge(invented)}</div>'
        f'<div class="rf-place">{escape(place)}</div></div>'
        f"<div>{said}</div>"
        f'<div class="rf-probability">{_move(move)}<div>{escape(move.alt)}</div></div>'
        "</div>"
    )


def draw_sentences(sentences: Iterable[str]) -> None:
    """Draw what is to be read first, a sentence a line."""
    lines = "".join(f"<li>{escape(each)}</li>" for each in sentences)
    st.html(f'<ul class="rf-sentences">{lines}</ul>')


def draw_evidence(
    left: Side, right: Side, *, note: str, is_lexical: bool, weight: Weight | None = None
) -> None:
    """Draw two passages that meet, side by side; ``note`` says how they meet."""
    kind = "rf-words" if is_lexical else "rf-meaning"
    st.html(
        f'<div class="rf-pair {kind}"><div class="rf-how"><span>{escape(note)}</span>'
        f"{_weight(weight) if weight else ''}</div>"
        f"{_side(left)}{_side(right)}</div>"
    )


def draw_note(text: str) -> None:
    """Draw a sentence that goes with what follows."""
    st.html(f'<div class="rf-small rf-note">{escape(text)}</div>')


def draw_cautions(sentences: Iterable[str]) -> None:
    """Draw what to read with care: quiet, marked by a sign and a line, not by colour alone."""
    lines = "".join(
        f'<li><span class="rf-sign" aria-hidden="true">!</span><span>{escape(each)}</span></li>'
        for each in sentences
    )
    st.html(f'<ul class="rf-cautions" role="note">{lines}</ul>')


def draw_figures(figures: Sequence[tuple[str, str]]) -> None:
    """Draw a few numbers in a row, each with its name below: ``(number, name)``."""
    cells = "".join(
        f"<div><dd>{escape(number)}</dd><dt>{escape(name)}</dt></div>" for number, name in figures
    )
    st.html(f'<dl class="rf-figures">{cells}</dl>')


def draw_table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    caption: str,
    is_narrow: bool = False,
    n_figures: int = 1,
    total: Sequence[str] = (),
) -> None:
    """Draw a small table; its last ``n_figures`` columns stand right, for amounts.

    ``total`` is the row of the sums, which stands out below the others. Without a
    ``caption`` what is above the table names it.
    """
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    width = " rf-narrow" if is_narrow else ""
    n_words = len(header) - n_figures
    sides = ["" if number < n_words else ' class="rf-figure"' for number in range(len(header))]
    head = "".join(
        f'<th scope="col"{side}>{escape(name)}</th>'
        for name, side in zip(header, sides, strict=True)
    )
    # On a narrow screen the header goes and each cell says its own name.
    marked = [*((row, "") for row in rows), *([(total, ' class="rf-total"')] if total else [])]
    body = "".join(
        f"<tr{mark}>"
        + "".join(
            f'<td data-name="{escape(name)}"{_wide(cell)}{side}>{escape(cell)}</td>'
            for name, cell, side in zip(header, row, sides, strict=True)
        )
        + "</tr>"
        for row, mark in marked
    )
    st.html(
        f'<div class="rf-table{width}"><table>{title}'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def draw_entries(entries: Iterable[tuple[str, str]]) -> None:
    """Draw what a table has for each row as a title with a line below: ``(title, line)``."""
    rows = "".join(
        f'<li><div class="rf-title">{escape(title)}</div>'
        f'<div class="rf-place">{escape(line)}</div></li>'
        for title, line in entries
    )
    st.html(f'<ul class="rf-entries">{rows}</ul>')


def _wide(cell: str) -> str:
    """Mark a cell that takes lines of its own on a telephone."""
    return " data-long" if len(cell) > LONG_CHARS else ""


def draw_list(sentences: Iterable[str]) -> None:
    """Draw sentences one below the other."""
    lines = "".join(f"<li>{escape(each)}</li>" for each in sentences)
    if lines:
        st.html(f'<ul class="rf-list">{lines}</ul>')


def draw_phrases(heading: str, phrases: Iterable[str]) -> None:
    """Draw a heading and a row of short phrases."""
    st.html(_phrases(heading, phrases))


def draw_missed(title: str, *, heading: str, phrases: Sequence[str]) -> None:
    """Draw what came nearest without being reached, and the phrases that are absent."""
    absent = _phrases(heading, phrases) if phrases else ""
    st.html(f'<div class="rf-missed"><div>{escape(title)}</div>{absent}</div>')


def draw_references(heading: str, references: Iterable[tuple[str, str]]) -> None:
    """Draw named sources; a location that is a web address becomes a link."""
    lines = "".join(f"<li>{_reference(title, place)}</li>" for title, place in references)
    st.html(f'<div class="rf-small">{escape(heading)}</div><ul class="rf-references">{lines}</ul>')


def draw_text(text: str, *, summary: str = "") -> None:
    """Draw a text from a file as paragraphs, behind a summary if one is given."""
    inner = _paragraphs(text)
    st.html(
        f'<details class="rf-details"><summary>{escape(summary)}</summary>{inner}</details>'
        if summary
        else inner
    )


@dataclass(frozen=True, slots=True)
class Branch:
    """A line of a tree: its level from 1, its words, a note beside it, its text."""

    level: int
    title: str
    note: str
    text: str


def draw_tree(branches: Iterable[Branch]) -> None:
    """Draw a tree of headings; what has a text opens to show it."""
    st.html(f'<div class="rf-tree">{"".join(map(_branch, branches))}</div>')


def draw_heading(title: str, *, place: str = "", invented: str = "") -> None:
    """Draw the name of what is shown, with a line below and the badge of what is invented."""
    below = f'<div class="rf-place">{escape(place)}</div>' if place else ""
    st.html(f'<h2 class="rf-heading">{escape(title)}{_badge(invented)}</h2>{below}')


def draw_need(text: str, *, words: str, about: str, bar: Bar) -> None:
    """Draw a passage of a project with how open the need in it is, and what it is about."""
    st.html(
        f'<div class="rf-need"><div class="rf-passage">{escape(keep_paragraphs(text))}</div>'
        f'<div class="rf-probability">{_bar(bar)}<div>{escape(words)}<br>'
        f"{escape(about)}</div></div></div>"
    )


def draw_partner(
    *, name: str, place: str, sentence: str, bar: Bar, words: str, invented: str = ""
) -> None:
    """Draw an organisation with what it would bring, in one sentence."""
    st.html(
        '<div class="rf-fit rf-partner">'
        f'<div><div class="rf-title">{escape(name)}{_badge(invented)}</div>'
        f'<div class="rf-place">{escape(place)}</div>'
        f'<div class="rf-sentence">{escape(sentence)}</div></div>'
        f'<div class="rf-probability">{_bar(bar)}<div>{escape(words)}</div></div></div>'
    )


def _theme_colour(name: str) -> str:
    """Take a colour of the configured theme, light and dark."""
    light, dark = (
        st.get_option(f"theme.{scheme}.{name}") or _FALLBACK[name][scheme]
        for scheme in ("light", "dark")
    )
    return f"light-dark({light},{dark})"


def _css_string(words: str) -> str:
    """Quote words of the catalogues for a style sheet."""
    return '"' + words.replace("\\", "").replace('"', "").replace("<", "") + '"'


def _bar(bar: Bar) -> str:
    """Draw a share on a line from 0 to 1: interval as a band, value as a dot."""
    low, high, value = (100 * min(1.0, max(0.0, part)) for part in (bar.low, bar.high, bar.value))
    ticks = "".join(f'<i class="rf-tick" style="left:{100 * mark:.1f}%"></i>' for mark in bar.marks)
    band = f'<i class="rf-band" style="left:{low:.1f}%;width:{high - low:.1f}%"></i>'
    fill = f'<i class="rf-fill" style="width:{value:.1f}%"></i>' if high == low else band
    return (
        f'<div class="rf-bar" role="img" aria-label="{escape(bar.alt)}">{ticks}{fill}'
        f'<i class="rf-value" style="left:{value:.1f}%"></i></div>'
    )


def _move(move: Move) -> str:
    """Draw two shares on a line from 0 to 1: a ring where it was, a dot where it is."""
    ticks = "".join(
        f'<i class="rf-tick" style="left:{100 * mark:.1f}%"></i>' for mark in move.marks
    )
    places = [
        (100 * min(1.0, max(0.0, each)), ring)
        for each, ring in ((move.before, " rf-ring"), (move.after, ""))
        if each == each  # nan, of a text that cannot be judged, has no place
    ]
    low, high = min(places, default=(0.0, ""))[0], max(places, default=(0.0, ""))[0]
    band = f'<i class="rf-band" style="left:{low:.1f}%;width:{high - low:.1f}%"></i>'
    dots = "".join(
        f'<i class="rf-value{ring}" style="left:{place:.1f}%"></i>' for place, ring in places
    )
    label = escape(move.alt)
    return f'<div class="rf-bar" role="img" aria-label="{label}">{ticks}{band}{dots}</div>'


def _weight(weight: Weight) -> str:
    """Draw a short bar beside its words; the words hold all that the bar says."""
    width = 100 * min(1.0, max(0.0, weight.share))
    return (
        '<span class="rf-weight"><span class="rf-weight-bar" aria-hidden="true">'
        f'<i style="width:{width:.0f}%"></i></span>{escape(weight.words)}</span>'
    )


def _side(side: Side) -> str:
    return (
        f'<div class="rf-side"><div class="rf-small">{escape(side.heading)}'
        f"{_badge(side.invented)}</div>"
        f'<div class="rf-passage">{_underline(side.text, side.terms)}</div></div>'
    )


def _underline(text: str, terms: Sequence[Term]) -> str:
    parts, end = [], 0
    for term in sorted(terms, key=lambda term: term.start):
        if term.start < end:
            continue
        word = escape(text[term.start : term.end])
        parts += [escape(text[end : term.start]), f"<mark>{word}</mark>"]
        end = term.end
    return keep_paragraphs("".join([*parts, escape(text[end:])]))


def _phrases(heading: str, phrases: Iterable[str]) -> str:
    words = "".join(f"<li>{escape(phrase)}</li>" for phrase in phrases)
    return f'<div class="rf-small">{escape(heading)}</div><ul class="rf-phrases">{words}</ul>'


def _branch(branch: Branch) -> str:
    line = (
        f'<span class="rf-branch">{escape(branch.title)}</span>'
        f'<span class="rf-small">{escape(branch.note)}</span>'
    )
    level = f'role="heading" aria-level="{branch.level + 3}"'
    indent = f'style="margin-left:{1.4 * (branch.level - 1):.1f}rem"'
    if not branch.text:
        return f'<div class="rf-twig" {indent}><div {level}>{line}</div></div>'
    return (
        f'<details class="rf-twig" {indent}><summary><div {level}>{line}</div></summary>'
        f"{_paragraphs(branch.text)}</details>"
    )


def _paragraphs(text: str) -> str:
    parts = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n") if part.strip())
    return f'<div class="rf-text">{parts}</div>'


def _badge(words: str) -> str:
    return f' <span class="rf-badge">{escape(words)}</span>' if words else ""


def _reference(title: str, place: str) -> str:
    if place.startswith(("https://", "http://")):
        return (
            f'<a href="{escape(place)}" target="_blank" rel="noopener noreferrer">'
            f"{escape(title)}</a>"
        )
    return f"{escape(title)} – {escape(place)}" if place else escape(title)
