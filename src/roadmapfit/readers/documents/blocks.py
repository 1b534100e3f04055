"""What every document reader makes: blocks of text in reading order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from roadmapfit.errors import InputError
from roadmapfit.readers.values import FieldReader

DOCUMENT_LIMIT_BYTES = 200_000_000
"""A larger file is refused: a report with many pictures is smaller than this."""

PAGE_LIMIT = 2_000
"""Longer documents are refused; the longest public strategies have some hundred pages."""

BLOCK_LIMIT = 200_000
"""A document of more paragraphs than this is no text that a person wrote."""

MAX_LEVEL = 4
"""The deepest heading that a corpus file has."""


class BlockKind(StrEnum):
    """What a block is in the document's flow."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ENTRY = "list entry"
    TABLE = "table"
    FOOTNOTE = "footnote"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list entry, footnote or table row of a document.

    Attributes
    ----------
    text
        One line, white space tidied.
    level
        Of a heading, from 1; 0 where the format states none.
    page
        1-based; ``None`` in formats without pages.
    size
        Of the letters, in points; 0 where it is not known.
    is_bold
        Whether all of it is.
    breaks
        Where it goes on on another page: offset in ``text``, and the page.
    is_ocr
        Whether it was read off a picture.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int | None = None
    size: float = 0.0
    is_bold: bool = False
    breaks: tuple[tuple[int, int], ...] = ()
    is_ocr: bool = False


@dataclass(slots=True)
class Reading:
    """One document as its reader understood it, with what the format says of itself."""

    fields: FieldReader
    blocks: list[Block] = field(default_factory=list)
    title: str = ""
    language: str = ""
    n_pages: int = 0

    def add(self, blocks: Iterable[Block]) -> None:
        """Append blocks that have words.

        Raises
        ------
        InputError
            ``document_blocks`` past ``BLOCK_LIMIT``.
        """
        for block in blocks:
            if block.text:
                self.blocks.append(block)
        if len(self.blocks) > BLOCK_LIMIT:
            raise InputError("document_blocks", file=self.fields.file, limit=BLOCK_LIMIT)
