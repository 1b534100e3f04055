"""Blocks to a proposed tree: the document's title, its sections, the text under each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from roadmapfit.readers.documents.blocks import MAX_LEVEL, Block, BlockKind, Reading
from roadmapfit.readers.documents.numbering import is_numbered_under, read_numbering

_HEADING_CHARS = 200
_HEADING_WORDS = 25
_LARGER = 1.1
_OCR_LARGER = 1.3
_NO_SIZE_DEPTH = 1
_TITLE_LIMIT_CHARS = 300
_CONTENTS = re.compile(
    r"(?:sommaire|table des matières|table of contents|contents)\s*$", re.IGNORECASE
)
_CONTENTS_ENTRY = re.compile(r".{3,}\s\d{1,3}$")
_SENTENCE_END = re.compile(r"[.;,:!?…]$")
_FUNCTION_WORDS = {
    "fr": "le la les des du de et pour dans une un est sont par sur avec que qui",
    "en": "the of and to in for is are with that by on as from this be an it",
}


@dataclass(slots=True)
class OutlineSection:
    """A heading and the blocks under it, up to the next heading."""

    level: int
    title: str
    page: int | None = None
    is_ocr: bool = False
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outline:
    """The tree that a reader proposes; ``opening`` is what stands before the first heading.

    ``language`` is ``fr`` or ``en``, empty where neither shows.
    """

    title: str
    language: str
    opening: tuple[Block, ...]
    sections: tuple[OutlineSection, ...]
    n_pages: int = 0


def build_outline(reading: Reading) -> Outline:
    """Propose a tree for a document.

    Stated headings keep the order of their levels. Where a format states none, short
    lines in larger, bold or numbered type become headings: the larger the type and the
    shallower the number, the higher the level. Levels are closed up, so that none is
    skipped, and end at 4.
    """
    blocks = _drop_contents(reading.blocks)
    blocks = _find_headings(blocks)
    title, blocks = _find_title(blocks, reading.title)
    blocks = _drop_cover_lines(blocks)
    sections: list[OutlineSection] = []
    opening: list[Block] = []
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            sections.append(OutlineSection(block.level, block.text, block.page, block.is_ocr))
        else:
            (sections[-1].blocks if sections else opening).append(block)
    _close_up_levels(sections)
    text = " ".join(block.text for block in reading.blocks)
    return Outline(
        title=title,
        language=guess_language(text) or reading.language,
        opening=tuple(opening),
        sections=tuple(sections),
        n_pages=reading.n_pages,
    )


def guess_language(text: str) -> str:
    """Tell French from English by their small words; empty where neither prevails.

    Examples
    --------
    >>> guess_language("Les réseaux de chaleur et le stockage pour la ville")
    'fr'
    >>> guess_language("Wasserstoff und Strom")
    ''
    """
    words = Counter(re.findall(r"[^\W\d_]+", text[:200_000].lower()))
    counts = {
        language: sum(words[word] for word in known.split())
        for language, known in _FUNCTION_WORDS.items()
    }
    best = max(counts, key=lambda language: counts[language])
    other = min(counts.values())
    return best if counts[best] >= 3 and counts[best] > 2 * other else ""


def _drop_contents(blocks: Sequence[Block]) -> list[Block]:
    """Leave out a table of contents that has no leaders: entries that end in a number."""
    kept: list[Block] = []
    place = 0
    while place < len(blocks):
        if _CONTENTS.match(blocks[place].text):
            end = place + 1
            while end < len(blocks) and _CONTENTS_ENTRY.match(blocks[end].text):
                end += 1
            # A heading over nothing, or over entries, says nothing of the subject.
            place = end
            continue
        kept.append(blocks[place])
        place += 1
    return kept


def _find_headings(blocks: list[Block]) -> list[Block]:
    """Make headings of what looks like one, where the format states no levels."""
    if any(block.kind is BlockKind.HEADING and block.level > 0 for block in blocks):
        return blocks
    body = _find_body(blocks)
    candidates = [place for place in range(len(blocks)) if _is_heading(blocks, place, body)]
    keys = {place: _rank(blocks[place]) for place in candidates}
    level_by_key = {key: n + 1 for n, key in enumerate(sorted(set(keys.values())))}
    found = list(blocks)
    for place in candidates:
        level = level_by_key[keys[place]]
        found[place] = replace(blocks[place], kind=BlockKind.HEADING, level=level)
    return _nest_decimals(found)


def _nest_decimals(blocks: list[Block]) -> list[Block]:
    """Put "1.2" under "Axe 1" whatever their type: small capitals look smaller than they are."""
    found: list[Block] = []
    named: Block | None = None
    for block in blocks:
        numbering = read_numbering(block.text) if block.kind is BlockKind.HEADING else None
        if numbering is not None and numbering.is_named:
            named = block
        elif numbering is not None and named and is_numbered_under(block.text, named.text):
            least = named.level + max(numbering.depth - 1, 1)
            block = replace(block, level=max(block.level, least))
        found.append(block)
    return found


@dataclass(frozen=True, slots=True)
class _Body:
    """The type of the running text."""

    size: float
    is_bold: bool


def _find_body(blocks: Sequence[Block]) -> _Body:
    weights: Counter[tuple[float, bool]] = Counter()
    for block in blocks:
        if block.kind in {BlockKind.PARAGRAPH, BlockKind.LIST_ENTRY}:
            weights[round(block.size * 2) / 2, block.is_bold] += len(block.text)
    size, is_bold = max(weights, key=lambda key: (weights[key], key), default=(0.0, False))
    return _Body(size, is_bold)


def _is_heading(blocks: Sequence[Block], place: int, body: _Body) -> bool:
    """Whether a paragraph stands out from the text, and is short enough to name something."""
    block = blocks[place]
    if block.kind is not BlockKind.PARAGRAPH or len(block.text) > _HEADING_CHARS:
        return False
    if len(block.text.split()) > _HEADING_WORDS or not re.search(r"[^\W\d_]{2}", block.text):
        return False
    numbering = read_numbering(block.text)
    limit = _OCR_LARGER if block.is_ocr else _LARGER
    if body.size and block.size >= limit * body.size:
        return not _is_sentence(block.text) or numbering is not None
    if _is_sentence(block.text):
        return False
    if block.is_bold and not body.is_bold:
        return True
    is_capitals = block.text.isupper() and len(block.text) > 3
    following = blocks[place + 1] if place + 1 < len(blocks) else None
    is_above_text = following is not None and (
        following.kind is not BlockKind.PARAGRAPH
        or len(following.text) > len(block.text)
        or read_numbering(following.text) is not None
    )
    if block.is_ocr:
        # Read off a picture, a line's size says little: a short one over a long text
        # that begins like a title is taken for one.
        return is_above_text and _is_title_like(block, following)
    if numbering is not None:
        is_sure = numbering.is_named or numbering.depth > 1
        return is_sure or (not body.size and is_above_text)
    return is_capitals and is_above_text


def _is_title_like(block: Block, following: Block | None) -> bool:
    is_short = following is not None and len(following.text) > 2 * len(block.text)
    return is_short and len(block.text) < _HEADING_CHARS / 2 and not block.text[0].islower()


def _is_sentence(text: str) -> bool:
    return bool(_SENTENCE_END.search(text)) and not text.endswith(("…", "?"))


def _rank(block: Block) -> tuple[float, bool, int]:
    """Order types of heading: larger first, bold first, shallower numbers first."""
    numbering = read_numbering(block.text)
    depth = numbering.depth if numbering is not None else _NO_SIZE_DEPTH
    if numbering is None and not block.size and not block.text.isupper():
        depth += 1
    size = 0.0 if block.is_ocr else round(block.size * 2) / 2
    return -size, not block.is_bold, depth


def _find_title(blocks: list[Block], stated: str) -> tuple[str, list[Block]]:
    """Take the title out of the blocks: a block that says so, else the one top heading."""
    titles = [block for block in blocks if block.kind is BlockKind.TITLE]
    if titles:
        title = titles[0].text
        rest = [
            replace(block, kind=BlockKind.PARAGRAPH) if block.kind is BlockKind.TITLE else block
            for block in blocks
            if block is not titles[0]
        ]
        return title[:_TITLE_LIMIT_CHARS], rest
    headings = [block for block in blocks if block.kind is BlockKind.HEADING]
    top = min((block.level for block in headings), default=0)
    firsts = [block for block in headings if block.level == top]
    is_alone = len(firsts) == 1 and len(headings) > 1 and firsts[0] is headings[0]
    if is_alone and read_numbering(firsts[0].text) is None:
        return firsts[0].text, [block for block in blocks if block is not firsts[0]]
    if stated:
        folded = stated.casefold()
        return stated[:_TITLE_LIMIT_CHARS], [
            block for block in blocks if block.text.casefold() != folded
        ]
    first = blocks[0].text if blocks else ""
    is_bare = bool(headings) and blocks[0].kind is BlockKind.PARAGRAPH and not blocks[0].size
    if headings and not (is_bare and len(first) <= _HEADING_CHARS and not _is_sentence(first)):
        return headings[0].text, blocks
    return first[:_TITLE_LIMIT_CHARS], blocks[1:] if len(first) <= _HEADING_CHARS else blocks


def _drop_cover_lines(blocks: list[Block]) -> list[Block]:
    """Make text of the lines of a cover page: headings in a row with nothing under them.

    A cover sets its author, place and date in type as large as headings have.
    """
    first_text = next(
        (n for n, block in enumerate(blocks) if block.kind is not BlockKind.HEADING), len(blocks)
    )
    if first_text < 2 or blocks[0].page != 1:
        return blocks
    # The last heading before the first text is that text's; one that holds it is kept too.
    cover_end = first_text - 1
    while cover_end > 0 and blocks[cover_end - 1].level < blocks[cover_end].level:
        cover_end -= 1
    is_numbered = any(read_numbering(block.text) for block in blocks[:cover_end])
    if is_numbered:
        return blocks
    return [
        replace(block, kind=BlockKind.PARAGRAPH, level=0) if place < cover_end else block
        for place, block in enumerate(blocks)
    ]


def _close_up_levels(sections: list[OutlineSection]) -> None:
    """Count levels from 1, none skipped under its parent; the deepest are joined at 4."""
    open_levels: list[int] = []
    for section in sections:
        while open_levels and open_levels[-1] >= section.level:
            open_levels.pop()
        open_levels.append(section.level)
        section.level = min(len(open_levels), MAX_LEVEL)
