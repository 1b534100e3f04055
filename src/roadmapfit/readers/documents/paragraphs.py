"""Lines in reading order to paragraphs, across columns and pages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from roadmapfit.readers.documents.blocks import Block, BlockKind
from roadmapfit.readers.documents.columns import Region
from roadmapfit.readers.documents.hyphens import Hyphenation
from roadmapfit.readers.documents.lines import Line
from roadmapfit.readers.documents.numbering import read_numbering
from roadmapfit.readers.documents.tidy import HYPHENS, tidy_text

# Fonts of signs put their bullets where Unicode leaves room for private use.
_BULLET = re.compile(r"(?:[•◦▪■□►➢➤✓✔‣●○]|[\ue000-\uf8ff]|[-–—*o](?=\s))\s*(?=\S)")
_NOTE = re.compile(r"(?:\d{1,3}|\*{1,3}|[¹²³⁴-⁹]+)[.)]?\s*(?=[^\W\d_«\"(])")
_LONE_NUMBER = re.compile(r"(?:\w+ )?\d{1,2}(?:\.\d{1,2})*[.):]?")
_LEADER = re.compile(r"(?:\.\s?){4,}\s*\d{1,4}\s*$|…{2,}\s*\d{1,4}\s*$")
_STOPS = (".", "!", "?", ":", ";", "»", "”", '."', ".)")
_SAME_SIZE = 0.06
_SMALL = 0.93
_WIDE_LEADING = 1.3
_FIRST_LEADING = 1.6
_INDENT = 0.8
_SHORT = 0.75


@dataclass(frozen=True, slots=True)
class PageRegions:
    """The regions of one page in reading order."""

    page: int
    regions: tuple[Region, ...]
    is_ocr: bool = False


@dataclass(slots=True)
class _Paragraph:
    """A paragraph that may still grow."""

    kind: BlockKind
    text: str
    page: int
    last: Line
    first: Line
    is_ocr: bool
    breaks: list[tuple[int, int]] = field(default_factory=list)

    def close(self) -> Block:
        text = tidy_text(self.text)
        # Tidying may have shortened the text before a page's end by a sign or two.
        places = tuple((min(offset, max(len(text) - 1, 0)), page) for offset, page in self.breaks)
        return Block(
            self.kind,
            text,
            page=self.page,
            size=self.first.size,
            is_bold=self.first.is_bold,
            breaks=places,
            is_ocr=self.is_ocr,
        )


def find_body_size(lines: Iterable[Line]) -> float:
    """Give the size that most letters have, in points; 0 where there are none."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], size), default=0.0)


def build_blocks(
    pages: Sequence[PageRegions], *, body_size: float, hyphenation: Hyphenation
) -> tuple[list[Block], int]:
    """Join lines to paragraphs.

    Parameters
    ----------
    pages
        In order.
    body_size
        Of the running text, in points: smaller numbered lines are footnotes.
    hyphenation
        Decides on words broken at line ends.

    Returns
    -------
    tuple[list[Block], int]
        Blocks in reading order, a footnote after the paragraph that its page ends in;
        and the number of lines of a table of contents, which are left out.
    """
    builder = _Builder(body_size, hyphenation)
    for page in pages:
        for region in page.regions:
            builder.read(region, page.page, is_ocr=page.is_ocr)
    builder.close()
    return builder.blocks, builder.n_contents


class _Builder:
    def __init__(self, body_size: float, hyphenation: Hyphenation) -> None:
        self.body_size = body_size
        self.hyphenation = hyphenation
        self.blocks: list[Block] = []
        self.notes: list[Block] = []
        self.open: _Paragraph | None = None
        self.n_contents = 0

    def read(self, region: Region, page: int, *, is_ocr: bool) -> None:
        """Take in a region's lines, or its table's rows."""
        if region.rows:
            self.close()
            self.blocks += [
                Block(BlockKind.TABLE, tidy_text(row), page=page, is_ocr=is_ocr)
                for row in region.rows
            ]
            return
        lines = [line for line in region.lines if not _LEADER.search(line.text)]
        self.n_contents += len(region.lines) - len(lines)
        if not lines:
            return
        shape = _Shape(lines)
        note: _Paragraph | None = None
        for place, line in enumerate(lines):
            is_small = line.size <= _SMALL * self.body_size
            if is_small and (_NOTE.match(line.text) or note is not None):
                note = self._read_note(note, line, page, is_ocr=is_ocr)
                continue
            self._close_note(note)
            note = None
            previous = lines[place - 1] if place else None
            self._read_line(line, previous, shape, page, is_ocr=is_ocr)
        self._close_note(note)

    def close(self) -> None:
        """End the open paragraph, and put after it the footnotes that came meanwhile."""
        if self.open is not None:
            self.blocks.append(self.open.close())
            self.open = None
        self.blocks += self.notes
        self.notes = []

    def _read_note(
        self, note: _Paragraph | None, line: Line, page: int, *, is_ocr: bool
    ) -> _Paragraph:
        mark = _NOTE.match(line.text)
        if note is None or mark is not None:
            self._close_note(note)
            text = line.text[mark.end() :] if mark else line.text
            return _Paragraph(BlockKind.FOOTNOTE, text, page, line, line, is_ocr)
        note.text = self.hyphenation.join(note.text, line.text)
        return note

    def _close_note(self, note: _Paragraph | None) -> None:
        if note is not None:
            self.notes.append(note.close())

    def _read_line(
        self, line: Line, previous: Line | None, shape: _Shape, page: int, *, is_ocr: bool
    ) -> None:
        bullet = _BULLET.match(line.text)
        paragraph = self.open
        if paragraph is not None and not bullet:
            goes_on = (
                _goes_on_within(paragraph, line, shape)
                if previous is paragraph.last
                else _goes_on_across(paragraph, line, page)
            )
            if goes_on:
                if page != (paragraph.breaks[-1][1] if paragraph.breaks else paragraph.page):
                    joined = self.hyphenation.join(paragraph.text, line.text)
                    offset = len(joined) - len(line.text.lstrip())
                    paragraph.breaks.append((max(offset, 0), page))
                    paragraph.text = joined
                else:
                    paragraph.text = self.hyphenation.join(paragraph.text, line.text)
                paragraph.last = line
                return
        self.close()
        kind = BlockKind.LIST_ENTRY if bullet else BlockKind.PARAGRAPH
        text = line.text[bullet.end() :] if bullet else line.text
        self.open = _Paragraph(kind, text, page, line, line, is_ocr)


class _Shape:
    """The left and right edges of a region, and how far its lines stand apart."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.left = min(line.x0 for line in lines)
        self.right = max(line.x1 for line in lines)
        steps: dict[float, list[float]] = defaultdict(list)
        for upper, lower in zip(lines, lines[1:], strict=False):
            step = lower.baseline - upper.baseline
            if 0 < step < 3 * lower.size and _is_alike(upper, lower):
                steps[round(lower.size)].append(step)
        # The usual step is a small one: in lists and forms most lines are paragraphs.
        self._steps = {
            size: sorted(own)[len(own) // 4] if len(own) > 3 else median(own)
            for size, own in steps.items()
        }

    def is_wide_step(self, upper: Line, lower: Line) -> bool:
        """Whether two lines stand further apart than lines of a paragraph do."""
        usual = min(self._steps.get(round(lower.size), 9e9), _FIRST_LEADING * lower.size)
        return lower.baseline - upper.baseline > _WIDE_LEADING * usual

    def is_short(self, line: Line) -> bool:
        """Whether a line ends well before the right edge."""
        return line.x1 - self.left < _SHORT * (self.right - self.left)


def _is_alike(one: Line, other: Line) -> bool:
    is_size = abs(one.size - other.size) <= _SAME_SIZE * max(one.size, other.size)
    return is_size and one.is_bold == other.is_bold


def _goes_on_within(paragraph: _Paragraph, line: Line, shape: _Shape) -> bool:
    """Whether a line goes on with the paragraph of the line above it in its column."""
    last = paragraph.last
    if last.text.rstrip()[-1:] in HYPHENS and abs(last.size - line.size) <= _SAME_SIZE * line.size:
        return not shape.is_wide_step(last, line)
    if not _is_alike(last, line) or shape.is_wide_step(last, line):
        return False
    if line.baseline <= last.baseline:  # beside it, not below
        return False
    if _LONE_NUMBER.fullmatch(last.text):  # a heading broken after its number
        return True
    if read_numbering(line.text) is not None and not _is_mid_sentence(last.text):
        return False
    is_ended = _is_ended(last)
    if is_ended and shape.is_short(last):
        return False
    indent = _INDENT * line.size
    if paragraph.kind is BlockKind.LIST_ENTRY:
        # A paragraph after a list starts where the bullets do, or further left.
        return not (is_ended and line.x0 <= paragraph.first.x0 + 0.2 * line.size)
    is_indented = line.x0 - shape.left > indent and last.x0 - shape.left < indent / 2
    return not (is_indented and is_ended)


def _is_ended(line: Line) -> bool:
    """Whether a line ends a sentence; a colon in bold letters may stand inside a heading."""
    text = line.text.rstrip()
    return text.endswith(_STOPS) and not (line.is_bold and text.endswith(":"))


def _goes_on_across(paragraph: _Paragraph, line: Line, page: int) -> bool:
    """Whether a line at the top of a column or page goes on with the paragraph before."""
    last = paragraph.last
    if not _is_alike(last, line):
        return False
    text = last.text.rstrip()
    if text[-1:] in HYPHENS:
        return True
    # The last line of a title that goes over both columns may be as short as one of them.
    step = line.baseline - last.baseline
    is_under = 0 < step <= _FIRST_LEADING * line.size and abs(line.x0 - last.x0) < line.size
    if page == paragraph.page and is_under:
        return not _is_ended(last) and read_numbering(line.text) is None
    return not text.endswith(_STOPS) and _is_mid_sentence(text, line.text)


def _is_mid_sentence(text: str, following: str = "") -> bool:
    """Whether a text breaks off where a sentence goes on."""
    plain = text.rstrip()
    if following:
        return following.lstrip()[:1].islower() or plain.endswith(",")
    return plain.endswith(",") or plain.rsplit(None, 1)[-1:] in (["de"], ["the"], ["à"], ["of"])
