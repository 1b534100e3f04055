"""Markdown without a front matter, and plain text, as documents."""

from __future__ import annotations

import re
from pathlib import Path

from roadmapfit.readers.documents.blocks import Block, BlockKind, Reading
from roadmapfit.readers.documents.hyphens import Hyphenation
from roadmapfit.readers.documents.numbering import read_numbering
from roadmapfit.readers.documents.tidy import HYPHENS, tidy_text
from roadmapfit.readers.files import load_text
from roadmapfit.readers.markdown_text import parse_sections
from roadmapfit.readers.values import FieldReader

_LONG_LINE_CHARS = 60
_BULLET = re.compile(r"\s*[-*•–‣▪]\s+(?=\S)")


def read_markdown(path: Path, *, fields: FieldReader) -> Reading:
    """Read Markdown: its headings, and the paragraphs under them.

    Raises
    ------
    InputError
        As :func:`~roadmapfit.readers.files.load_text`.
    """
    reading = Reading(fields)
    for section in parse_sections(load_text(path, fields=fields), has_sources=False):
        if section.level:
            title = tidy_text(section.title)
            reading.add([Block(BlockKind.HEADING, title, level=section.level)])
        for paragraph in section.text.split("\n\n"):
            entries = paragraph.split("\n")
            kind = BlockKind.LIST_ENTRY if len(entries) > 1 else BlockKind.PARAGRAPH
            reading.add(Block(kind, tidy_text(entry)) for entry in entries)
    return reading


def read_text(path: Path, *, fields: FieldReader) -> Reading:
    """Read a plain text: a blank line ends a paragraph, a bullet begins one.

    So does a number like "Axe 1" or "2.3". Lines that were wrapped are joined, and so
    are words broken at their ends.

    Raises
    ------
    InputError
        As :func:`~roadmapfit.readers.files.load_text`.
    """
    text = load_text(path, fields=fields)
    lines = text.split("\n")
    hyphenation = Hyphenation(lines)
    reading = Reading(fields)
    paragraph, kind = "", BlockKind.PARAGRAPH
    for line in [*lines, ""]:
        bullet = _BULLET.match(line)
        is_break = not line.strip() or bullet is not None
        if paragraph and (is_break or not _goes_on(paragraph, line)):
            reading.add([Block(kind, tidy_text(paragraph))])
            paragraph = ""
        if not paragraph:
            kind = BlockKind.LIST_ENTRY if bullet else BlockKind.PARAGRAPH
            paragraph = line[bullet.end() :] if bullet else line
        else:
            paragraph = hyphenation.join(paragraph, line)
    return reading


def _goes_on(paragraph: str, line: str) -> bool:
    """Tell a wrapped paragraph from lines that each stand alone."""
    last = paragraph.rstrip()
    if last[-1:] in HYPHENS:
        return True
    is_heading = read_numbering(last.strip()) is not None and len(last) < _LONG_LINE_CHARS
    return read_numbering(line.strip()) is None and not is_heading
