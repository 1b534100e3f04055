"""ODT: headings, paragraphs, lists, tables and notes of an OpenDocument text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from roadmapfit.errors import InputError
from roadmapfit.readers.documents.blocks import Block, BlockKind, Reading
from roadmapfit.readers.documents.packed_xml import XmlPackage, open_package
from roadmapfit.readers.documents.tidy import tidy_text
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Outcome

_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TEXT = f"{_NAMESPACE}office:1.0}}", f"{_NAMESPACE}text:1.0}}"
_TABLE, _STYLE = f"{_NAMESPACE}table:1.0}}", f"{_NAMESPACE}style:1.0}}"
_FO = f"{_NAMESPACE}xsl-fo-compatible:1.0}}"
_TITLE_ELEMENT = "{http://purl.org/dc/elements/1.1/}title"

_LEFT_OUT = frozenset(
    {
        f"{_TEXT}tracked-changes",
        f"{_TEXT}table-of-content",
        f"{_TEXT}alphabetical-index",
        f"{_TEXT}sequence-decls",
        f"{_OFFICE}annotation",
        f"{_OFFICE}forms",
    }
)
_HIDDEN = frozenset({f"{_TEXT}hidden-text", f"{_TEXT}hidden-paragraph"})
_POINTS = re.compile(r"(\d{1,4}(?:\.\d+)?)pt")
_STYLE_CHAIN_LIMIT = 20
_SPACES_LIMIT = 100


@dataclass(frozen=True, slots=True)
class _Style:
    size: float = 0.0
    is_bold: bool = False
    is_title: bool = False
    is_hidden: bool = False


def read_odt(raw: bytes, *, fields: FieldReader) -> Reading:
    """Read an ODT file.

    Tracked changes, comments and tables of contents are left out; hidden text is left
    out and reported.

    Raises
    ------
    InputError
        ``not_this_type``, or what :mod:`packed_xml` refuses.
    """
    with open_package(raw, fields=fields) as package:
        root = package.parse("content.xml")
        body = root.find(f"{_OFFICE}body/{_OFFICE}text") if root is not None else None
        if root is None or body is None:
            raise InputError("not_this_type", file=fields.file, found="content.xml –")
        styles_root = package.parse("styles.xml")
        styles = _read_styles([styles_root, root])
        reader = _OdtReader(styles, Reading(fields, title=_read_title(package)))
        reader.reading.language = _read_language(styles_root)
        reader.read_flow(body)
    reader.finish()
    return reader.reading


class _OdtReader:
    """Walks the text and turns it into blocks."""

    def __init__(self, styles: dict[str, _Style], reading: Reading) -> None:
        self.styles = styles
        self.reading = reading
        self.n_hidden = 0
        self.hidden = ""
        self.notes: list[str] = []

    def read_flow(self, parent: Element, *, is_list: bool = False) -> None:
        """Read the blocks under an element, in order."""
        for child in parent:
            if child.tag in _LEFT_OUT:
                continue
            if child.tag in {f"{_TEXT}h", f"{_TEXT}p"}:
                self._read_paragraph(child, is_list=is_list)
            elif child.tag == f"{_TABLE}table":
                self._read_table(child)
            else:
                is_entry = is_list or child.tag == f"{_TEXT}list-item"
                self.read_flow(child, is_list=is_entry)

    def finish(self) -> None:
        """Report what was left out."""
        if self.n_hidden:
            found = f"{self.n_hidden} : {self.hidden}"
            self.reading.fields.report("hidden_text", Outcome.REFUSED, found=found)

    def _read_paragraph(self, element: Element, *, is_list: bool) -> None:
        style = self.styles.get(element.get(f"{_TEXT}style-name", ""), _Style())
        text = tidy_text(self._text(element))
        notes, self.notes = self.notes, []
        level = 0
        if style.is_hidden:
            self._hide(text)
            return
        if style.is_title:
            kind = BlockKind.TITLE
        elif element.tag == f"{_TEXT}h":
            stated = element.get(f"{_TEXT}outline-level", "1")
            kind, level = BlockKind.HEADING, int(stated) if stated.isdecimal() else 1
        else:
            kind = BlockKind.LIST_ENTRY if is_list else BlockKind.PARAGRAPH
        size, is_bold = self._typography(element, style)
        self.reading.add([Block(kind, text, level=level, size=size, is_bold=is_bold)])
        self.reading.add(Block(BlockKind.FOOTNOTE, note) for note in notes)

    def _typography(self, element: Element, style: _Style) -> tuple[float, bool]:
        """Give the size of the letters, and whether all of them are bold."""
        spans = [span for span in element if span.tag == f"{_TEXT}span"]
        loose = (element.text or "") + "".join(child.tail or "" for child in element)
        if loose.strip() or not spans:
            return style.size, style.is_bold
        own = [self.styles.get(span.get(f"{_TEXT}style-name", ""), _Style()) for span in spans]
        size = max(each.size for each in own) or style.size
        return size, style.is_bold or all(each.is_bold for each in own)

    def _read_table(self, table: Element) -> None:
        rows = list(table.iter(f"{_TABLE}table-row"))
        cells_by_row = [row.findall(f"{_TABLE}table-cell") for row in rows]
        if sum(map(len, cells_by_row)) == 1:  # a frame around text, not a table
            self.read_flow(cells_by_row[0][0])
            return
        for cells in cells_by_row:
            texts = [tidy_text(self._text(cell)) for cell in cells]
            self.reading.add([Block(BlockKind.TABLE, " | ".join(filter(None, texts)))])
        self.reading.add(Block(BlockKind.FOOTNOTE, note) for note in self.notes)
        self.notes = []

    def _text(self, element: Element) -> str:
        """Join the visible text under an element; its notes are put aside."""
        pieces = [element.text or ""]
        for child in element:
            tag = child.tag
            if tag == f"{_TEXT}note":
                body = child.find(f"{_TEXT}note-body")
                self.notes.append(tidy_text(self._text(body)) if body is not None else "")
            elif tag == f"{_TEXT}s":
                count = child.get(f"{_TEXT}c", "1")
                n_spaces = int(count) if count.isdecimal() and len(count) < 4 else 1
                pieces.append(" " * min(n_spaces, _SPACES_LIMIT))
            elif tag in {f"{_TEXT}tab", f"{_TEXT}line-break"}:
                pieces.append(" ")
            elif tag in _HIDDEN or self._is_hidden(child):
                self._hide("".join(child.itertext()))
            elif tag not in _LEFT_OUT:
                pieces.append(self._text(child))
                if tag in {f"{_TEXT}p", f"{_TEXT}h"}:
                    pieces.append(" ")
            pieces.append(child.tail or "")
        return "".join(pieces)

    def _is_hidden(self, element: Element) -> bool:
        style = self.styles.get(element.get(f"{_TEXT}style-name", ""))
        return style is not None and style.is_hidden

    def _hide(self, text: str) -> None:
        self.n_hidden += len(text.strip())
        self.hidden = self.hidden or text.strip()


def _read_styles(roots: list[Element | None]) -> dict[str, _Style]:
    elements = {
        element.get(f"{_STYLE}name", ""): element
        for root in roots
        if root is not None
        for element in root.iter(f"{_STYLE}style")
    }
    return {name: _resolve(name, elements) for name in elements}


def _resolve(name: str, elements: dict[str, Element]) -> _Style:
    """Follow a style to its parents; the nearest that says something counts."""
    size, bold, hidden = 0.0, "", ""
    is_title = False
    for _ in range(_STYLE_CHAIN_LIMIT):
        element = elements.get(name)
        if element is None:
            break
        is_title = is_title or name == "Title"
        settings = element.find(f"{_STYLE}text-properties")
        if settings is not None:
            points = _POINTS.match(settings.get(f"{_FO}font-size", ""))
            size = size or (float(points[1]) if points else 0.0)
            bold = bold or settings.get(f"{_FO}font-weight", "")
            hidden = hidden or settings.get(f"{_TEXT}display", "")
        name = element.get(f"{_STYLE}parent-style-name", "")
    is_bold = bold == "bold" or (bold.isdecimal() and int(bold) >= 600)
    return _Style(size=size, is_bold=is_bold, is_title=is_title, is_hidden=hidden == "none")


def _read_title(package: XmlPackage) -> str:
    root = package.parse("meta.xml")
    element = root.find(f".//{_TITLE_ELEMENT}") if root is not None else None
    return tidy_text(element.text or "") if element is not None else ""


def _read_language(styles: Element | None) -> str:
    for settings in styles.iter(f"{_STYLE}text-properties") if styles is not None else ():
        if language := settings.get(f"{_FO}language"):
            return language.lower()
    return ""
