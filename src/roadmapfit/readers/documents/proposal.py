"""A proposed tree as Markdown that a person can correct, in the project's corpus format."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from roadmapfit.readers.documents.blocks import Block, BlockKind
from roadmapfit.readers.documents.outline import Outline
from roadmapfit.readers.markdown_text import render_page_mark
from roadmapfit.readers.slugs import make_slug

READ_AS = ("roadmap", "programme", "project")
"""What a document can be taken for: the kinds of a corpus file."""

_YEARS = re.compile(r"\b((?:19|20)\d\d)\s*[-–—/à]\s*((?:19|20)\d\d)\b")
# What Markdown would take for a mark inside a line, and at its start.
_INLINE = re.compile(r"([\\`*_\[\]<])|&(?=#?\w+;)")
_LINE_START = re.compile(r"(?:[#>+=|~-]|\d{1,9}(?=[.)]))")
_ANCHOR_CHARS = 60


@dataclass(frozen=True, slots=True)
class Source:
    """The file that a proposal was made from."""

    file: str
    content_hash: str
    document_id: str


def render_proposal(outline: Outline, source: Source, *, read_as: str) -> str:
    """Write a tree as a corpus file; reading it gives the very records that are proposed.

    The front matter names the file and the hash of its bytes, so that a corrected copy
    is found again; a comment marks where each page begins.
    """
    title = outline.title or source.file
    front: list[tuple[str, str | int]] = [
        ("kind", read_as),
        ("id", source.document_id),
        ("title", title),
    ]
    if read_as != "project":
        front += [("owner", ""), ("series", source.document_id)]
    if outline.language:
        front.append(("language", outline.language))
    years = _YEARS.search(title)
    if years and read_as != "project" and int(years[1]) <= int(years[2]):
        front += [("start_year", int(years[1])), ("end_year", int(years[2]))]
    front += [("source_file", source.file), ("source_hash", source.content_hash)]
    lines = ["---", *(f"{key}: {_scalar(value)}" for key, value in front), "---", ""]
    writer = _Writer()
    writer.write_blocks(outline.opening)
    sections = outline.sections
    if read_as == "project" and not outline.opening and sections and sections[0].title == title:
        # The one heading is the title, which a project's text does not begin with.
        writer.write_blocks(sections[0].blocks)
        sections = sections[1:]
    for section in sections:
        writer.write_heading(section.level, section.title, section.page, is_ocr=section.is_ocr)
        writer.write_blocks(section.blocks)
    return "\n".join([*lines, *writer.lines]).rstrip() + "\n"


def read_source(markdown: str) -> Source | None:
    """Read off a corpus file which document it was made from; ``None`` where it says none."""
    front = re.match(r"---\s*\n(?P<lines>.*?)\n---\s*(?:\n|\Z)", markdown, re.DOTALL)
    found = {
        key: re.search(rf"^{key}: *(.+?) *$", front["lines"], re.MULTILINE) if front else None
        for key in ("source_file", "source_hash", "id")
    }
    values = {key: _unquote(each[1]) for key, each in found.items() if each is not None}
    if len(values) < len(found) or not re.fullmatch(r"[0-9a-f]{64}", values["source_hash"]):
        return None
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", values["id"]):
        return None
    return Source(values["source_file"], values["source_hash"], values["id"])


def _unquote(text: str) -> str:
    """Take a value out of its quotes."""
    try:
        value = json.loads(text)
    except ValueError:
        return text.strip("'")
    return value if isinstance(value, str) else text


class _Writer:
    """Writes blocks one below the other, with a mark where the page changes."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.place: tuple[int | None, bool] = (None, False)
        self.anchors: set[str] = set()

    def write_heading(self, level: int, title: str, page: int | None, *, is_ocr: bool) -> None:
        # Named here, so that its item keeps its id when the title is corrected.
        slug = anchor = make_slug(title)[:_ANCHOR_CHARS].strip("-") or "item"
        n_same = 1
        while anchor in self.anchors:
            n_same += 1
            anchor = f"{slug}-{n_same}"
        self.anchors.add(anchor)
        self.lines += [f"{'#' * level} {_escape_inline(title)} {{#{anchor}}}", ""]
        self._turn(page, is_ocr=is_ocr)

    def write_blocks(self, blocks: Sequence[Block]) -> None:
        was_entry = False
        for block in blocks:
            is_entry = block.kind is BlockKind.LIST_ENTRY
            if was_entry and not is_entry:
                self.lines.append("")
            self._turn(block.page, is_ocr=block.is_ocr, is_within=was_entry and is_entry)
            text = self._render(block)
            if is_entry:
                self.lines.append(f"- {text}")
            else:
                self.lines += [text, ""]
            was_entry = is_entry
        if was_entry:
            self.lines.append("")

    def _turn(self, page: int | None, *, is_ocr: bool, is_within: bool = False) -> None:
        """Mark that a page begins, where one does."""
        if page is None or self.place == (page, is_ocr):
            return
        self.place = (page, is_ocr)
        if is_within:
            self.lines.append("")
        self.lines += [render_page_mark(page, is_ocr=is_ocr), ""]

    def _render(self, block: Block) -> str:
        """Write a block's text, with a mark wherever it goes on on another page."""
        pieces, start = [], 0
        for offset, page in block.breaks:
            pieces.append(block.text[start:offset].rstrip())
            pieces.append(render_page_mark(page, is_ocr=block.is_ocr))
            self.place = (page, block.is_ocr)
            start = offset
        pieces.append(block.text[start:])
        texts = [_escape(piece) if n % 2 == 0 else piece for n, piece in enumerate(pieces)]
        return " ".join(text for text in texts if text)


def _escape(text: str) -> str:
    """Keep Markdown from reading marks into a paragraph."""
    plain = _escape_inline(text)
    start = _LINE_START.match(plain)
    if start is None:
        return plain
    if start[0].isdecimal():
        return f"{start[0]}\\{plain[start.end() :]}"
    return f"\\{plain}"


def _escape_inline(text: str) -> str:
    """Keep Markdown from reading marks into a line."""
    return _INLINE.sub(lambda found: f"\\{found[0]}" if found[1] else "&amp;", text)


def _scalar(value: str | int) -> str:
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)
