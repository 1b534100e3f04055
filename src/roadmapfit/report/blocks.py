"""What a report is made of, whatever the file: headings, paragraphs, bars, passages, tables.

Texts are plain, already in the reader's language; a writer escapes them for its format.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from roadmapfit.lexical import Term
from roadmapfit.text import keep_paragraphs


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``level`` is 1 for the report's title, then 2 and 3."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text; ``is_note`` sets it smaller, for what explains a figure."""

    text: str
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short texts."""

    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Bar:
    """A probability with its interval, in [0, 1], and the thresholds; ``words`` says it."""

    value: float
    low: float
    high: float
    marks: Sequence[float]
    words: str


@dataclass(frozen=True, slots=True)
class Fit:
    """One item's fit: its title, the verdict with its mark, and the bar."""

    title: str
    mark: str
    verdict: str
    bar: Bar
    decided: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage and where it stands; ``terms`` are the words to underline."""

    place: str
    text: str
    terms: Sequence[Term] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two passages that meet, and how."""

    how: str
    left: Quote
    right: Quote


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption; the columns of ``numbers`` stand right."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()


Block: TypeAlias = Heading | Paragraph | Bullets | Fit | Pair | Table


def split_terms(text: str, terms: Sequence[Term]) -> list[tuple[str, bool]]:
    """Cut a passage into runs, each with whether it is a word to underline.

    Examples
    --------
    >>> split_terms("clean hydrogen", [Term("hydrogen", 6, 14)])
    [('clean ', False), ('hydrogen', True)]
    """
    runs: list[tuple[str, bool]] = []
    end = 0
    for term in sorted(terms, key=lambda term: term.start):
        if term.start < end:
            continue
        runs += [(text[end : term.start], False), (text[term.start : term.end], True)]
        end = term.end
    return [(keep_paragraphs(run), is_word) for run, is_word in [*runs, (text[end:], False)] if run]
