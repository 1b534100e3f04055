"""Markdown to headings and plain paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

MAX_HEADING_LEVEL = 4

_ANCHOR = re.compile(r"\s*\{#([^{}]*)\}\s*$")
_PAGE_MARK = re.compile(r"\s*<!-- page (?P<page>\d{1,5})(?P<ocr>, OCR)? -->\s*")
_SOURCES = re.compile(r"(?:\A|\n)sources?\s*:\s*(?P<keys>.*)\Z", re.IGNORECASE | re.DOTALL)


def render_page_mark(page: int, *, is_ocr: bool = False) -> str:
    """Write the comment that says where a page of the source begins.

    Examples
    --------
    >>> render_page_mark(3, is_ocr=True)
    '<!-- page 3, OCR -->'
    """
    return f"<!-- page {page}{', OCR' if is_ocr else ''} -->"


@dataclass(frozen=True, slots=True)
class TextPage:
    """A page of the source that begins at a place in a section's text."""

    start: int
    page: int
    is_ocr: bool


@dataclass(slots=True)
class Section:
    """A heading and the text under it, up to the next heading.

    ``level`` is 1 to 4; the text before the first heading is a section of level 0 with
    no title. ``anchor`` is ``None`` where the heading has none. ``line`` is 1-based.
    ``source_keys`` are those of its closing ``Sources:`` line, which is not in ``text``.
    ``page_marks`` say where pages of the source begin, the first at 0 where it is known.
    """

    level: int
    title: str
    anchor: str | None
    line: int
    text: str = ""
    source_keys: tuple[str, ...] = ()
    deep_headings: list[tuple[int, str]] = field(default_factory=list)
    page_marks: list[TextPage] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Block:
    """One paragraph, list entry or code block; its line ends are those of the file."""

    text: str
    is_list_entry: bool = False


def parse_sections(body: str, *, first_line: int = 1, has_sources: bool = True) -> list[Section]:
    r"""Cut Markdown at its headings; the first section is the text before them.

    A paragraph comes out as one line, with a blank line between two and none between the
    entries of a list. Marks (bold, links) are taken off, code blocks stay as text, and
    HTML is text like any other. A ``#`` inside a code block, a quotation or a list is no
    heading. Headings deeper than four levels are text, and are listed in
    ``deep_headings``. A comment ``<!-- page 3 -->`` is no text: it says where a page of
    the source begins. Without ``has_sources``, a closing line ``Sources: ...`` is text.

    Examples
    --------
    >>> before, axis = parse_sections("Hello.\n\n# Sea {#sea}\n\nOn *water*.\n\nSources: a")
    >>> before.text, axis.title, axis.anchor, axis.line, axis.text, axis.source_keys
    ('Hello.', 'Sea', 'sea', 3, 'On water.', ('a',))
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415

    sections = [Section(level=0, title="", anchor=None, line=first_line)]
    blocks: list[_Block] = []
    opening: Token | None = None
    for token in MarkdownIt("commonmark", {"html": False}).parse(body):
        line = first_line + (token.map or [0])[0]
        if token.type in {"fence", "code_block"}:
            blocks.append(_Block(token.content))
        elif token.type == "inline" and opening is not None:
            level = _heading_level(opening)
            if 1 <= level <= MAX_HEADING_LEVEL:
                _close(sections[-1], blocks, has_sources=has_sources)
                blocks = []
                sections.append(_open(level, _plain(token), line))
            else:
                # markdown-it hides the paragraph marks inside a tight list's entries.
                blocks.append(_Block(_plain(token), is_list_entry=opening.hidden))
            if level > MAX_HEADING_LEVEL:
                sections[-1].deep_headings.append((line, _plain(token)))
        opening = token
    _close(sections[-1], blocks, has_sources=has_sources)
    _carry_pages(sections)
    return sections


def _heading_level(opening: Token) -> int:
    """Give the level of a heading of the document itself, else 0."""
    is_heading = opening.type == "heading_open" and opening.level == 0
    return int(opening.tag[1:]) if is_heading else 0


def _open(level: int, text: str, line: int) -> Section:
    """Start a section from the words of its heading."""
    anchor = _ANCHOR.search(text)
    title = text[: anchor.start()] if anchor else text
    return Section(level, " ".join(title.split()), anchor[1].strip() if anchor else None, line)


def _close(section: Section, blocks: list[_Block], *, has_sources: bool) -> None:
    """Join a section's blocks to its text, once its sources and pages are taken off."""
    if has_sources and blocks and (found := _SOURCES.search(blocks[-1].text)):
        keys = re.split(r"[,;]", found["keys"].strip().rstrip("."))
        section.source_keys = tuple(dict.fromkeys(key.strip() for key in keys if key.strip()))
        blocks[-1] = _Block(blocks[-1].text[: found.start()], blocks[-1].is_list_entry)
    text, was_entry = "", False
    for block in blocks:
        plain, pages = _take_pages(" ".join(block.text.split()))
        between = "\n" if was_entry and block.is_list_entry else "\n\n"
        start = len(text) + (len(between) if text else 0)
        section.page_marks += [
            TextPage(start + page.start, page.page, page.is_ocr) for page in pages
        ]
        if plain:
            text += (between if text else "") + plain
            was_entry = block.is_list_entry
    section.text = text


def _take_pages(text: str) -> tuple[str, list[TextPage]]:
    """Take the page marks out of a block, and say where they stood."""
    plain, pages, start = "", list[TextPage](), 0
    for found in _PAGE_MARK.finditer(text):
        plain += text[start : found.start()]
        plain += " " if plain and found.end() < len(text) else ""
        pages.append(TextPage(len(plain), int(found["page"]), found["ocr"] is not None))
        start = found.end()
    return plain + text[start:], pages


def _carry_pages(sections: list[Section]) -> None:
    """Let each section begin on the page that the one before it ended on."""
    last: TextPage | None = None
    for section in sections:
        if last is not None and (not section.page_marks or section.page_marks[0].start > 0):
            section.page_marks.insert(0, TextPage(0, last.page, last.is_ocr))
        last = section.page_marks[-1] if section.page_marks else last


def _plain(inline: Token) -> str:
    """Take the marks off one inline token; an image leaves its caption."""
    return "".join(_plain_children(inline.children or [])).strip()


def _plain_children(children: Sequence[Token]) -> list[str]:
    pieces: list[str] = []
    for child in children:
        if child.type in {"softbreak", "hardbreak"}:
            pieces.append("\n")
        elif child.children:
            pieces += _plain_children(child.children)
        else:
            pieces.append(child.content)
    return pieces
