"""The reading order of a page: columns one after the other, tables row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import mean, median

from roadmapfit.readers.documents.lines import Line, merge_row
from roadmapfit.readers.documents.pdf_pages import Rule

MIN_GUTTER_PT = 6.0
_MIN_ROWS = 3
_MIN_CELL_ROWS = 2
_TEXT_CHARS = 15
_FILLED = 0.55
_ALIGNED = 0.7
_MAX_DEPTH = 4
_MAX_BANDS = 60
_BIN_PT = 4.0
_MAX_CANDIDATES = 40
_ALIGNMENT_PT = 2.0
_RULE_REACH_PT = 25.0
_EVEN_PT = 1.5
_WIDEST_SPACE = 4.0


@dataclass(frozen=True, slots=True)
class Region:
    """Lines to be read one after the other; or the rows of a table, as ready texts."""

    lines: tuple[Line, ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Band:
    """Lines ``first`` to ``last`` of a stretch stand on both sides of a gutter.

    ``score`` is the height over which they do, in steps of four points.
    """

    gutter: float
    score: int
    first: int = 0
    last: int = 0


def order_regions(lines: Sequence[Line], rules: Sequence[Rule] = ()) -> list[Region]:
    """Cut a page into regions in reading order.

    Where lines stand side by side on both sides of a gap, they are columns if both sides
    are running text, and a table if they are short or lie between drawn rules. Lines
    that cross the gap divide what is above from what is below.
    """
    regions = _order(sorted(lines, key=lambda line: (line.baseline, line.x0)), rules, 0)
    return [region for region in regions if region.lines or region.rows]


def _order(lines: list[Line], rules: Sequence[Rule], depth: int) -> list[Region]:
    """Take out the band where lines stand side by side the most, then those left over."""
    regions: list[Region] = []
    pending, n_bands = [lines], 0
    while pending:
        part = _close_stretched(pending.pop())
        is_open = depth < _MAX_DEPTH and n_bands < _MAX_BANDS
        found = _find_band(part, rules) if is_open else None
        if found is None:
            regions.append(Region(_merge_rows(part)))
            continue
        n_bands += 1
        if found.first:
            # What stands above comes first; the band waits with what is below it.
            pending += [part[found.first :], part[: found.first]]
            continue
        n_trailing = (
            _count_trailing_heads(part[: found.last], found.gutter) if part[found.last :] else 0
        )
        end = found.last - n_trailing
        regions += _order_band(part[:end], found.gutter, rules, depth)
        if part[end:]:
            pending.append(part[end:])
    return _merge(regions)


def _count_trailing_heads(band: Sequence[Line], gutter: float) -> int:
    """Count the headings under a band's columns: they belong to what comes below it."""
    body_size = median(line.size for line in band)
    texts = [line for line in band if not line.is_bold and line.size <= body_size]
    left = [line.baseline for line in texts if line.x1 <= gutter]
    right = [line.baseline for line in texts if line.x1 > gutter]
    if not left or not right:
        return 0
    return sum(line.baseline > max(*left, *right) for line in band)


def _close_stretched(lines: list[Line]) -> list[Line]:
    """Make lines whole that were stretched to fill a column of running text.

    Such a line reaches from edge to edge as the whole ones around it do, and its gaps are
    equal. Cells of three rows and more stand above each other; pieces of a line do not.
    """
    rows = _group_rows(lines)
    left = min((line.x0 for line in lines), default=0.0)
    right = max((line.x1 for line in lines), default=0.0)
    n_whole = sum(len(row) == 1 and _fills(row, left, right) for row in rows)
    if n_whole < _MIN_ROWS:
        return lines
    closed: list[Line] = []
    for place, row in enumerate(rows):
        is_line = len(row) > 1 and _fills(row, left, right) and _is_even(row)
        near = rows[max(place - _MIN_ROWS + 1, 0) : place + _MIN_ROWS]
        closed += [merge_row(row)] if is_line and not _has_cells(row, near) else row
    return closed


def _has_cells(row: Sequence[Line], near: Sequence[Sequence[Line]]) -> bool:
    """Whether a piece of a row begins where pieces of two rows near it do."""
    return any(
        sum(any(abs(piece.x0 - other.x0) <= _ALIGNMENT_PT for other in own[1:]) for own in near)
        >= _MIN_ROWS
        for piece in row[1:]
    )


def _fills(row: Sequence[Line], left: float, right: float) -> bool:
    first, last = min(piece.x0 for piece in row), max(piece.x1 for piece in row)
    return first <= left + _ALIGNMENT_PT and last >= right - _ALIGNMENT_PT


def _is_even(row: Sequence[Line]) -> bool:
    """Whether the gaps of a row are as wide as each other, and no wider than a line may have."""
    gaps = [after.x0 - before.x1 for before, after in zip(row, row[1:], strict=False)]
    return max(gaps) - min(gaps) <= _EVEN_PT and max(gaps) <= _WIDEST_SPACE * row[0].size


def _group_rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Group lines that stand beside each other on one baseline, from left to right."""
    rows: list[list[Line]] = []
    for line in lines:
        is_beside = bool(rows) and abs(rows[-1][0].baseline - line.baseline) < 0.2 * line.size
        if is_beside and all(line.x0 >= other.x1 or line.x1 <= other.x0 for other in rows[-1]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]


def _merge_rows(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Make lines whole that were taken for two because their words stand far apart."""
    return tuple(row[0] if len(row) == 1 else merge_row(row) for row in _group_rows(lines))


def _order_band(band: list[Line], gutter: float, rules: Sequence[Rule], depth: int) -> list[Region]:
    """Order what stands between two lines that cross the gutter."""
    left = [line for line in band if line.x1 <= gutter]
    right = [line for line in band if line.x1 > gutter]
    if not left or not right:
        return _order(band, rules, depth + 1)
    beside = _rows_beside(left, right)
    if _is_table(left, right, band, rules) and beside:
        low, high = min(beside), max(beside)
        above = [line for line in band if line.baseline < low - 1]
        below = [line for line in band if line.baseline > high + 1]
        within = [line for line in band if low - 1 <= line.baseline <= high + 1]
        head = _order(above, rules, depth + 1) if above else []
        foot = _order(below, rules, depth + 1) if below else []
        return [*head, Region(rows=_read_rows(within, rules)), *foot]
    return _order(left, rules, depth + 1) + _order(right, rules, depth + 1)


def _find_band(lines: Sequence[Line], rules: Sequence[Rule]) -> _Band | None:
    """Find where most lines stand side by side with a gap between them."""
    if len(lines) < 2 * _MIN_CELL_ROWS:
        return None
    size = median(line.size for line in lines)
    masks = [_mask(line) for line in lines]
    starts = sorted({round(line.x0) for line in lines})[1:]
    if len(starts) > _MAX_CANDIDATES:  # those that many lines share
        common: dict[int, int] = defaultdict(int)
        for line in lines:
            common[round(line.x0)] += 1
        starts = sorted(sorted(starts, key=lambda x: -common[x])[:_MAX_CANDIDATES])
    rated = [band for start in starts for band in _rate_gutter(start, lines, masks, rules)]
    best = max(rated, key=lambda band: band.score, default=None)
    return best if best and best.score * _BIN_PT >= _MIN_CELL_ROWS * size else None


def _rate_gutter(
    start: float, lines: Sequence[Line], masks: Sequence[int], rules: Sequence[Rule]
) -> Iterator[_Band]:
    """Yield the bands that the gap left of a place divides, cut by the lines that cross it.

    What counts is the height over which lines stand on both sides.
    """
    first = 0
    for last in range(len(lines) + 1):
        if last < len(lines) and not lines[last].x0 < start - 1 < start < lines[last].x1:
            continue
        band = _rate_band(start, lines[first:last], masks[first:last], rules)
        if band is not None:
            yield replace(band, first=first, last=last)
        first = last + 1


def _rate_band(
    start: float, lines: Sequence[Line], masks: Sequence[int], rules: Sequence[Rule]
) -> _Band | None:
    pairs = list(zip(lines, masks, strict=True))
    left_mask = right_mask = 0
    for line, mask in pairs:
        if line.x1 <= start:
            left_mask |= mask
        else:
            right_mask |= mask
    both = left_mask & right_mask
    if not both:
        return None
    left_end = max(line.x1 for line, mask in pairs if mask & both and line.x1 <= start)
    beside = [line for line, mask in pairs if mask & both and line.x1 > start]
    right_start = min(line.x0 for line in beside)
    if len({round(line.baseline) for line in beside}) < _MIN_CELL_ROWS:
        return None  # a line that was stretched, in two pieces
    if right_start - left_end < MIN_GUTTER_PT:
        return None
    if not _is_aligned(beside) and not _is_ruled(beside, rules, left_end, right_start):
        return None
    return _Band((left_end + right_start) / 2, both.bit_count())


def _is_ruled(
    beside: Sequence[Line], rules: Sequence[Rule], left_end: float, right_start: float
) -> bool:
    """Whether a drawn line runs through a gap, or several across end in it, as cells do."""
    top, bottom = min(line.top for line in beside), max(line.bottom for line in beside)
    n_ends = 0
    for rule in rules:
        if rule.bottom < top - _RULE_REACH_PT or rule.top > bottom + _RULE_REACH_PT:
            continue
        if rule.bottom - rule.top > rule.x1 - rule.x0:
            is_within = left_end < rule.x0 < right_start
            if is_within and min(rule.bottom, bottom) - max(rule.top, top) > 0:
                return True
        elif left_end < rule.x0 < right_start:
            n_ends += 1
    return n_ends >= _MIN_ROWS


def _is_aligned(lines: Sequence[Line]) -> bool:
    """Whether most rows begin, end or have their middle at one place.

    So do columns and cells; the pieces of stretched lines stand anywhere.
    """
    first_by_row: dict[int, Line] = {}
    for line in lines:
        row = round(line.baseline)
        if row not in first_by_row or line.x0 < first_by_row[row].x0:
            first_by_row[row] = line
    firsts = list(first_by_row.values())
    for places in (
        [line.x0 for line in firsts],
        [line.x1 for line in firsts],
        [(line.x0 + line.x1) / 2 for line in firsts],
    ):
        usual = median(places)
        n_near = sum(abs(place - usual) <= _ALIGNMENT_PT for place in places)
        if n_near >= _ALIGNED * len(places):
            return True
    return False


def _mask(line: Line) -> int:
    """Mark the heights that a line takes, a bit for every four points."""
    first = int(max(line.baseline - 0.95 * line.size, 0) // _BIN_PT)
    last = int(max(line.baseline, 0) // _BIN_PT)
    return ((1 << (last - first + 1)) - 1) << first


def _rows_beside(left: Sequence[Line], right: Sequence[Line]) -> list[float]:
    """List the baselines of lines that have one beside them."""
    left_mask = right_mask = 0
    for line in left:
        left_mask |= _mask(line)
    for line in right:
        right_mask |= _mask(line)
    both = left_mask & right_mask
    return [line.baseline for line in (*left, *right) if _mask(line) & both]


def _is_table(
    left: Sequence[Line], right: Sequence[Line], band: Sequence[Line], rules: Sequence[Rule]
) -> bool:
    """Tell cells from columns of running text."""
    top, bottom = min(line.top for line in band), max(line.bottom for line in band)
    x0, x1 = min(line.x0 for line in band), max(line.x1 for line in band)
    across = _rules_across(rules, x0, x1, top, bottom)
    if len(across) >= 3:
        return True
    n_rows = len({round(line.baseline) for line in band})
    # Whole lines are long; those stretched to fill their column stand here in pieces.
    if _is_text(_merge_rows(left)) and _is_text(_merge_rows(right)) and n_rows >= _MIN_ROWS:
        return False
    shared = {round(line.baseline) for line in left} & {round(line.baseline) for line in right}
    n_left = len({round(line.baseline) for line in left})
    n_right = len({round(line.baseline) for line in right})
    return len(shared) >= _ALIGNED * max(n_left, n_right)


def _is_text(lines: Sequence[Line]) -> bool:
    """Whether lines are long and fill their column, as running text does."""
    widest = max(line.x1 - line.x0 for line in lines)
    is_long = mean(len(line.text) for line in lines) >= _TEXT_CHARS
    return is_long and median(line.x1 - line.x0 for line in lines) >= _FILLED * widest


def _rules_across(
    rules: Sequence[Rule], x0: float, x1: float, top: float, bottom: float
) -> list[float]:
    """List the heights of horizontal rules that lie under most of a stretch of a page."""
    heights: dict[int, float] = defaultdict(float)
    for rule in rules:
        if (
            rule.x1 - rule.x0 > rule.bottom - rule.top
            and top - _RULE_REACH_PT <= rule.top <= bottom + _RULE_REACH_PT
        ):
            heights[round(rule.top / 2)] += max(min(rule.x1, x1) - max(rule.x0, x0), 0)
    return sorted(2.0 * key for key, length in heights.items() if length >= 0.7 * (x1 - x0))


def _read_rows(lines: Sequence[Line], rules: Sequence[Rule]) -> tuple[str, ...]:
    """Write a table's rows: what lies between two rules, or on one baseline."""
    top, bottom = min(line.top for line in lines), max(line.bottom for line in lines)
    x0, x1 = min(line.x0 for line in lines), max(line.x1 for line in lines)
    heights = _rules_across(rules, x0, x1, top, bottom)
    groups: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        is_ruled = len(heights) >= 3
        key = sum(height < line.middle for height in heights) if is_ruled else round(line.baseline)
        groups[key].append(line)
    return tuple(" | ".join(_read_cells(groups[key])) for key in sorted(groups))


def _read_cells(lines: Iterable[Line]) -> list[str]:
    """Join the lines of each cell: those that stand above each other."""
    cells: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.x0, line.baseline)):
        for cell in cells:
            if any(line.x0 < other.x1 and other.x0 < line.x1 for other in cell):
                cell.append(line)
                break
        else:
            cells.append([line])
    return [
        " ".join(line.text for line in sorted(cell, key=lambda line: line.baseline))
        for cell in cells
    ]


def _merge(regions: list[Region]) -> list[Region]:
    """Put single lines that follow each other back together."""
    merged: list[Region] = []
    for region in regions:
        is_flow = bool(region.lines) and bool(merged) and len(merged[-1].lines) > 0
        if (
            is_flow
            and (len(region.lines) == 1 and _is_below(merged[-1].lines[-1], region.lines[0]))
            and (len(merged[-1].lines) == 1 or _spans(merged[-1], region))
        ):
            merged[-1] = Region(merged[-1].lines + region.lines)
            continue
        merged.append(region)
    return merged


def _is_below(upper: Line, lower: Line) -> bool:
    return 0 < lower.baseline - upper.baseline < 2.5 * max(upper.size, lower.size)


def _spans(region: Region, following: Region) -> bool:
    width = max(line.x1 for line in region.lines) - min(line.x0 for line in region.lines)
    return abs(following.lines[0].x0 - region.lines[0].x0) < 0.1 * width
