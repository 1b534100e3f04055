"""Words on a page to lines: what stands on one baseline without a wide gap."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from roadmapfit.readers.documents.pdf_pages import Word
from roadmapfit.readers.documents.tidy import compose_accents

_SAME_LINE = 0.25
_RAISED_LINE = 0.45
_SMALL = 0.85
_WIDE_GAP = 1.1
_NARROW_GAP = 0.55
# Lines that begin at one place make it the edge of a column.
_MIN_BEGINNINGS = 4
_NO_GAP = 0.1
_BOLD_SHARE = 0.9
_ENDS_A_WORD = re.compile(r"(?:[^\W\d_]{3,}|[).,;:!?»\"”])\Z")


@dataclass(frozen=True, slots=True)
class Line:
    """A run of words on one baseline; places in points from the top left corner."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    baseline: float
    size: float
    is_bold: bool

    @property
    def middle(self) -> float:
        """Half its height."""
        return (self.top + self.bottom) / 2


def build_lines(words: Iterable[Word]) -> list[Line]:
    """Group words to lines, from top to bottom and left to right.

    Words on one baseline with a gap of more than 1.1 times their size between them are
    two lines: columns, cells of a table, or one that was stretched to fill its column,
    which :func:`merge_row` makes whole again. Where other lines of the page begin, half
    that gap is enough: columns may stand no further apart than stretched words.
    """
    rows = [sorted(row, key=lambda word: word.x0) for row in _find_rows(words)]
    begins = Counter(round(part[0].x0) for row in rows for part in _split(row, frozenset()))
    shared = frozenset(
        place
        for place, n in begins.items()
        if n + begins[place - 1] + begins[place + 1] >= _MIN_BEGINNINGS
    )
    lines = [build_line(part) for row in rows for part in _split(row, shared)]
    return [line for line in lines if line.text]


def _split(row: Sequence[Word], shared: frozenset[int]) -> Iterator[Sequence[Word]]:
    """Cut a row at its gaps; ``shared`` are places where lines of the page begin."""
    start = 0
    for place in range(1, len(row) + 1):
        if place == len(row) or _is_gap(row[place - 1], row[place], shared):
            yield row[start:place]
            start = place


def _is_gap(left: Word, right: Word, shared: frozenset[int]) -> bool:
    least = _NARROW_GAP if round(right.x0) in shared else _WIDE_GAP
    return right.x0 - left.x1 > least * min(left.size, right.size)


def merge_row(lines: Sequence[Line]) -> Line:
    """Put lines that stand on one baseline together, from left to right."""
    ordered = sorted(lines, key=lambda line: line.x0)
    longest = max(ordered, key=lambda line: len(line.text))
    return Line(
        text=" ".join(line.text for line in ordered),
        x0=ordered[0].x0,
        x1=max(line.x1 for line in ordered),
        top=min(line.top for line in ordered),
        bottom=max(line.bottom for line in ordered),
        baseline=longest.baseline,
        size=longest.size,
        is_bold=all(line.is_bold for line in ordered),
    )


def _find_rows(words: Iterable[Word]) -> list[list[Word]]:
    """Group words by baseline; a raised or lowered small one goes with its neighbours."""
    rows: list[list[Word]] = []
    # Large words first, so that a small one finds the line that it stands beside.
    for word in sorted(words, key=lambda word: (-round(word.size), word.baseline, word.x0)):
        best, best_distance = None, float("inf")
        for row in rows:
            head = row[0]
            is_small = word.size < _SMALL * head.size
            limit = _RAISED_LINE * head.size if is_small else _SAME_LINE * head.size
            distance = abs(word.baseline - head.baseline)
            if distance > limit or distance >= best_distance:
                continue
            # A small word off the baseline belongs to a line only right beside its words.
            if is_small and distance > _SAME_LINE * word.size and not _touches(row, word):
                continue
            best, best_distance = row, distance
        if best is None:
            rows.append([word])
        else:
            best.append(word)
    rows.sort(key=lambda row: (row[0].baseline, min(word.x0 for word in row)))
    return rows


def _touches(row: Sequence[Word], word: Word) -> bool:
    return any(
        -head.size < word.x0 - head.x1 < head.size or -head.size < head.x0 - word.x1 < head.size
        for head in row
    )


def build_line(row: Sequence[Word]) -> Line:
    """Join words of one line, in their order."""
    sizes: Counter[float] = Counter()
    n_bold = n_letters = 0
    for word in row:
        sizes[round(word.size, 1)] += len(word.text)
        n_bold += len(word.text) * word.is_bold
        n_letters += len(word.text)
    size = max(sizes, key=lambda each: (sizes[each], each))
    return Line(
        text=compose_accents(_join(row)),
        x0=row[0].x0,
        x1=max(word.x1 for word in row),
        top=min(word.top for word in row),
        bottom=max(word.bottom for word in row),
        baseline=median(word.baseline for word in row if word.size > _SMALL * size),
        size=size,
        is_bold=n_bold >= _BOLD_SHARE * n_letters,
    )


def _join(row: Sequence[Word]) -> str:
    """Write the words of a line; letters spaced for show are closed up."""
    text = ""
    place = 0
    while place < len(row):
        word = row[place]
        end = _end_of_spaced(row, place)
        if end > place:
            piece = _close_up(row[place:end])
        else:
            end = place + 1
            piece = word.text
        previous = row[place - 1] if place else None
        if previous is not None and _is_note_call(previous, word):
            place = end
            continue
        is_apart = previous is not None and word.x0 - previous.x1 > _NO_GAP * word.size
        text += f" {piece}" if text and is_apart else piece
        place = end
    return text.strip()


def _is_note_call(previous: Word, word: Word) -> bool:
    """Tell the raised number of a footnote from the 2 of m² or CO₂."""
    is_raised = word.baseline < previous.baseline - 0.15 * previous.size
    is_small = word.size < _SMALL * previous.size
    is_call = word.text.strip("()[]").isdecimal() or word.text in {"*", "**"}
    return is_small and is_raised and is_call and bool(_ENDS_A_WORD.search(previous.text))


def _end_of_spaced(row: Sequence[Word], start: int) -> int:
    """Find where a run of single capitals and digits ends; ``start`` where there is none."""
    end = start
    while (
        end < len(row)
        and len(row[end].text) == 1
        and (row[end].text.isupper() or row[end].text.isdecimal() or row[end].text in "ÉÈÀ'’-:.")
    ):
        end += 1
    n_letters = sum(word.text.isupper() for word in row[start:end])
    return end if n_letters >= 3 else start


def _close_up(run: Sequence[Word]) -> str:
    """Write spaced letters as words: a gap well above the usual one ends a word."""
    gaps = [right.x0 - left.x1 for left, right in zip(run, run[1:], strict=False)]
    usual = median(gaps)
    text = run[0].text
    for gap, word in zip(gaps, run[1:], strict=True):
        text += f" {word.text}" if gap > 1.7 * usual else word.text
    return text
