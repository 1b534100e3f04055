"""What is printed around a text on page after page: running heads and feet, page numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from roadmapfit.readers.documents.lines import Line

ZONE = 0.14
"""The share of a page's height, at its top and at its foot, that furniture stands in."""

_PAGE_NUMBER = re.compile(
    r"(?:[-–—|·]\s*)?(?:p(?:age|\.)?\s*)?(?P<number>\d{1,4})(?:\s*(?:/|sur|of|de)\s*\d{1,4})?(?:\s*[-–—|·])?",
    re.IGNORECASE,
)
# "Direction générale – 1": a running foot of a document that has but one page.
_NUMBERED_FOOT = re.compile(r".{3,70}\s[–—|·]\s*(?:p(?:age|\.)?\s*)?1|1\s*[–—|·]\s.{3,70}", re.I)
_N_ROWS = 3
_MIN_SHARE = 0.3
_SAME_HEIGHT_PT = 12.0
_LARGE = 1.2
_N_SURELY = 3


@dataclass(frozen=True, slots=True)
class Furniture:
    """What was taken off the pages: lines that repeat with their counts, and numbers."""

    kept: list[list[Line]]
    running: dict[str, int]
    n_page_numbers: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    page: int
    zone: str
    row: tuple[int, ...]
    text: str
    baseline: float
    size: float


def remove_furniture(
    pages: Sequence[Sequence[Line]], heights: Sequence[float], *, body_size: float
) -> Furniture:
    """Take running heads, running feet and page numbers off the pages.

    A line counts as running where the same text, numbers aside, stands at the same
    height near the edge of three pages in ten, two at least. Lines in letters well above
    the text's size are headings unless they repeat to the letter on three pages.
    """
    candidates = [
        candidate
        for page, (lines, height) in enumerate(zip(pages, heights, strict=True))
        for candidate in _list_candidates(page, lines, height)
    ]
    running = _find_running(candidates, len(pages), body_size)
    numbers = _find_numbers(candidates, len(pages), body_size)
    taken: dict[int, set[int]] = defaultdict(set)
    for each in [*running, *numbers]:
        taken[each.page] |= set(each.row)
    counts = Counter(re.sub(r"\d+", "#", each.text) for each in running if each not in numbers)
    kept = [
        [line for place, line in enumerate(lines) if place not in taken[page]]
        for page, lines in enumerate(pages)
    ]
    return Furniture(kept, dict(counts), len({each.page for each in numbers}))


def _list_candidates(page: int, lines: Sequence[Line], height: float) -> list[_Candidate]:
    """Take the first and last rows of a page that stand near its edges."""
    rows: dict[int, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        rows[round(line.baseline)].append(place)
    found = []
    ordered = sorted(rows)
    for zone, keys in (("top", ordered[:_N_ROWS]), ("foot", ordered[::-1][:_N_ROWS])):
        for key in keys:
            is_near = key <= ZONE * height if zone == "top" else key >= (1 - ZONE) * height
            if not is_near:
                continue
            own = [lines[place] for place in rows[key]]
            text = "  ".join(line.text for line in own)
            size = max(line.size for line in own)
            found.append(_Candidate(page, zone, tuple(rows[key]), text, own[0].baseline, size))
            if len(own) > 1:  # a running foot with the page's number at its end
                found += [
                    _Candidate(page, zone, (place,), lines[place].text, key, lines[place].size)
                    for place in rows[key]
                ]
    return found


def _find_running(
    candidates: Sequence[_Candidate], n_pages: int, body_size: float
) -> list[_Candidate]:
    groups: dict[tuple[str, str], list[_Candidate]] = defaultdict(list)
    for each in candidates:
        groups[each.zone, re.sub(r"\d+", "#", each.text.lower())].append(each)
    found = []
    for own in groups.values():
        for each in own:
            level = [
                other for other in own if abs(other.baseline - each.baseline) <= _SAME_HEIGHT_PT
            ]
            n_with = len({other.page for other in level})
            n_same = len({other.page for other in level if other.text == each.text})
            is_large = each.size > _LARGE * body_size and n_same < _N_SURELY
            if n_with >= max(2, _MIN_SHARE * n_pages) and not is_large:
                found.append(each)
    return found


def _find_numbers(
    candidates: Sequence[_Candidate], n_pages: int, body_size: float
) -> list[_Candidate]:
    """Find page numbers: they run with the pages.

    On a single page, a number at its foot is one, and so is a line of small letters there
    that ends or begins with the page's number, set off by a dash or a bar.
    """
    numbered = [
        (each, int(match["number"]) - each.page)
        for each in candidates
        if (match := _PAGE_NUMBER.fullmatch(each.text.strip()))
    ]
    offsets = Counter(offset for _, offset in numbered)
    if n_pages == 1:
        feet = [each for each in candidates if each.zone == "foot" and each.size < body_size]
        alone = [each for each, _ in numbered if each.zone == "foot"]
        return alone + [each for each in feet if _NUMBERED_FOOT.fullmatch(each.text.strip())]
    return [each for each, offset in numbered if offsets[offset] >= 2]
