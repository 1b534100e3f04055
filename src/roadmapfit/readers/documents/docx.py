"""DOCX: paragraphs with their styles, tables and footnotes, as Word's own XML has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from roadmapfit.errors import InputError
from roadmapfit.readers.documents.blocks import Block, BlockKind, Reading
from roadmapfit.readers.documents.drawings import count_charts, read_diagrams
from roadmapfit.readers.documents.packed_xml import XmlPackage, open_package
from roadmapfit.readers.documents.tidy import tidy_text
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Outcome

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TITLE_ELEMENT = "{http://purl.org/dc/elements/1.1/}title"

_WRAPPERS = frozenset({f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"})
_NOTES = {f"{_W}footnoteReference": "footnote", f"{_W}endnoteReference": "endnote"}
# Deleted or moved away; a field's code; what is read on its own, or says the same again.
_NOT_TEXT = frozenset(
    {f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "txbxContent")} | {_FALLBACK}
)

_HEADING_STYLE = re.compile(r"(?:heading|titre|überschrift|título)\s*(\d)", re.IGNORECASE)
_TITLE_STYLES = frozenset({"title", "titre", "titre principal"})
_CONTENTS_STYLE = re.compile(r"(?:toc|tm|table of contents)\b", re.IGNORECASE)
_N_HEADING_LEVELS = 9
_STYLE_CHAIN_LIMIT = 20
_FALSE = frozenset({"0", "false", "off", "none"})


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style says, with what it takes over from the style it is based on."""

    name: str = ""
    level: int = 0
    size: float = 0.0
    is_bold: bool = False
    is_list: bool = False


def read_docx(raw: bytes, *, fields: FieldReader) -> Reading:
    """Read a DOCX file.

    Deleted revisions, field codes and the table of contents are left out; hidden text is
    left out and reported, and so are charts.

    Raises
    ------
    InputError
        ``not_this_type``, or what :mod:`packed_xml` refuses.
    """
    with open_package(raw, fields=fields) as package:
        root = package.parse("word/document.xml")
        if root is None:
            raise InputError("not_this_type", file=fields.file, found="word/document.xml –")
        package.relations("word/document.xml")
        package.relations("word/settings.xml")
        styles_root = package.parse("word/styles.xml")
        reader = _DocxReader(
            styles=_read_styles(styles_root),
            notes=_read_notes(package),
            reading=Reading(fields, title=_read_title(package)),
        )
        reader.reading.language = _read_language(styles_root)
        body = root.find(f"{_W}body")
        if body is not None:
            reader.read_flow(body)
            reader.read_diagrams(package, body)
    reader.finish()
    return reader.reading


class _DocxReader:
    """Walks the body and turns its paragraphs into blocks."""

    def __init__(
        self, *, styles: dict[str, _Style], notes: dict[str, Element], reading: Reading
    ) -> None:
        self.styles = styles
        self.notes = notes
        self.reading = reading
        self.n_hidden = 0
        self.hidden = ""
        self.n_contents = 0
        self.n_charts = 0

    def read_flow(self, parent: Element) -> None:
        """Read the paragraphs and tables under an element, in order."""
        for child in parent:
            if child.tag == f"{_W}p":
                self._read_paragraph(child)
            elif child.tag == f"{_W}tbl":
                self._read_table(child)
            elif child.tag in _WRAPPERS:
                self.read_flow(child)

    def read_diagrams(self, package: XmlPackage, body: Element) -> None:
        """Read the words of diagrams, at the document's end, and count the charts."""
        self.reading.add(
            Block(BlockKind.LIST_ENTRY, text)
            for text in read_diagrams(package, "word/document.xml", body)
        )
        self.n_charts = count_charts(body)

    def finish(self) -> None:
        """Report what was left out."""
        if self.n_charts:
            self.reading.fields.report("charts_left", Outcome.NOTED, found=str(self.n_charts))
        fields = self.reading.fields
        if self.n_hidden:
            fields.report("hidden_text", Outcome.REFUSED, found=f"{self.n_hidden} : {self.hidden}")
        if self.n_contents:
            fields.report("contents_left", Outcome.NOTED, found=str(self.n_contents))

    def _read_paragraph(self, paragraph: Element) -> None:
        settings = paragraph.find(f"{_W}pPr")
        style = self._style_of(settings)
        text = tidy_text(self._text(paragraph))
        if _CONTENTS_STYLE.match(style.name):
            self.n_contents += bool(text)
        else:
            self.reading.add([self._block(paragraph, settings, style, text)])
        for box in paragraph.iter(f"{_W}txbxContent"):
            if not _is_inside(paragraph, box, _FALLBACK):
                self.read_flow(box)
        self.reading.add(self._notes_of(paragraph))

    def _block(
        self, paragraph: Element, settings: Element | None, style: _Style, text: str
    ) -> Block:
        direct = settings.find(f"{_W}outlineLvl") if settings is not None else None
        level = _outline_level(direct) or style.level
        size, is_bold = self._typography(paragraph, style)
        if style.name.lower() in _TITLE_STYLES:
            kind, level = BlockKind.TITLE, 0
        elif level:
            kind = BlockKind.HEADING
        elif style.is_list or (settings is not None and settings.find(f"{_W}numPr") is not None):
            kind = BlockKind.LIST_ENTRY
        else:
            kind = BlockKind.PARAGRAPH
        return Block(kind, text, level=level, size=size, is_bold=is_bold)

    def _style_of(self, settings: Element | None) -> _Style:
        named = settings.find(f"{_W}pStyle") if settings is not None else None
        name = named.get(f"{_W}val", "") if named is not None else ""
        return self.styles.get(name) or self.styles.get("") or _Style()

    def _typography(self, paragraph: Element, style: _Style) -> tuple[float, bool]:
        """Give the largest size of the runs, and whether every run with text is bold."""
        sizes, bolds = [], []
        for run in paragraph.iter(f"{_W}r"):
            if not any(node.text and node.text.strip() for node in run.iter(f"{_W}t")):
                continue
            settings = run.find(f"{_W}rPr")
            sizes.append(_size(settings) or style.size)
            bolds.append(_flag(settings, "b", default=style.is_bold))
        return max(sizes, default=0.0), bool(bolds) and all(bolds)

    def _read_table(self, table: Element) -> None:
        rows = _unwrap(table, f"{_W}tr")
        cells_by_row = [_unwrap(row, f"{_W}tc") for row in rows]
        if sum(map(len, cells_by_row)) == 1:  # a frame around text, not a table
            self.read_flow(cells_by_row[0][0])
            return
        for cells in cells_by_row:
            texts = [
                " ".join(filter(None, (tidy_text(self._text(p)) for p in cell.iter(f"{_W}p"))))
                for cell in cells
            ]
            self.reading.add([Block(BlockKind.TABLE, " | ".join(filter(None, texts)))])
            for cell in cells:
                self.reading.add(self._notes_of(cell))

    def _notes_of(self, parent: Element) -> Iterator[Block]:
        for reference in parent.iter():
            kind = _NOTES.get(reference.tag)
            note = self.notes.get(f"{kind} {reference.get(f'{_W}id', '')}") if kind else None
            if note is not None:
                yield Block(BlockKind.FOOTNOTE, tidy_text(self._text(note)))

    def _text(self, parent: Element) -> str:
        """Join the visible text under an element; text boxes are read on their own."""
        pieces: list[str] = []
        for child in parent:
            tag = child.tag
            if tag in {f"{_W}t", _MATH_TEXT}:
                pieces.append(child.text or "")
            elif tag in {f"{_W}tab", f"{_W}br", f"{_W}cr"}:
                pieces.append(" ")
            elif tag == f"{_W}noBreakHyphen":
                pieces.append("-")
            elif tag == f"{_W}r" and _flag(child.find(f"{_W}rPr"), "vanish"):
                hidden = "".join(node.text or "" for node in child.iter(f"{_W}t"))
                self.n_hidden += len(hidden)
                self.hidden = self.hidden or hidden
            elif tag not in _NOT_TEXT:
                pieces.append(self._text(child))
                if tag == f"{_W}p":
                    pieces.append(" ")
        return "".join(pieces)


def _unwrap(parent: Element, tag: str) -> list[Element]:
    """List the rows of a table or the cells of a row, those in content controls among them."""
    found: list[Element] = []
    for child in parent:
        if child.tag == tag:
            found.append(child)
        elif child.tag in _WRAPPERS:
            found += _unwrap(child, tag)
    return found


def _is_inside(top: Element, wanted: Element, tag: str) -> bool:
    return any(found is wanted for outer in top.iter(tag) for found in outer.iter(wanted.tag))


def _read_styles(root: Element | None) -> dict[str, _Style]:
    """Read the paragraph styles by id; the default one goes by an empty id as well."""
    if root is None:
        return {}
    elements = {element.get(f"{_W}styleId", ""): element for element in root.findall(f"{_W}style")}
    defaults = root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr")
    base = _Style(size=_size(defaults) or 10.0)
    styles = {name: _resolve(name, elements, base) for name in elements}
    for name, element in elements.items():
        if element.get(f"{_W}type") == "paragraph" and element.get(f"{_W}default") in {"1", "true"}:
            styles[""] = styles[name]
    styles.setdefault("", base)
    return styles


def _resolve(name: str, elements: dict[str, Element], base: _Style) -> _Style:
    """Follow a style to what it is based on, and read from there up."""
    chain: list[Element] = []
    while name in elements and len(chain) < _STYLE_CHAIN_LIMIT:
        element = elements[name]
        chain.append(element)
        parent = element.find(f"{_W}basedOn")
        name = parent.get(f"{_W}val", "") if parent is not None else ""
    style = base
    for element in reversed(chain):
        said = element.find(f"{_W}name")
        label = said.get(f"{_W}val", "") if said is not None else ""
        heading = _HEADING_STYLE.match(label)
        outline = _outline_level(element.find(f"{_W}pPr/{_W}outlineLvl"))
        settings = element.find(f"{_W}rPr")
        style = _Style(
            name=label,
            level=int(heading[1]) if heading else outline or style.level,
            size=_size(settings) or style.size,
            is_bold=_flag(settings, "b", default=style.is_bold),
            is_list=element.find(f"{_W}pPr/{_W}numPr") is not None or style.is_list,
        )
    return style


def _outline_level(element: Element | None) -> int:
    """Read a level from 1; 0 where there is none or the text is body text."""
    value = element.get(f"{_W}val", "") if element is not None else ""
    level = int(value) + 1 if value.isascii() and value.isdecimal() and len(value) < 3 else 0
    return level if level <= _N_HEADING_LEVELS else 0


def _size(settings: Element | None) -> float:
    """Read the size of letters in points; 0 where none is stated."""
    element = settings.find(f"{_W}sz") if settings is not None else None
    value = element.get(f"{_W}val", "") if element is not None else ""
    return int(value) / 2 if value.isascii() and value.isdecimal() and len(value) < 5 else 0.0


def _flag(settings: Element | None, name: str, *, default: bool = False) -> bool:
    element = settings.find(f"{_W}{name}") if settings is not None else None
    return default if element is None else element.get(f"{_W}val", "1").lower() not in _FALSE


def _read_notes(package: XmlPackage) -> dict[str, Element]:
    """Read the foot- and endnotes, by their kind and id."""
    notes: dict[str, Element] = {}
    for kind in _NOTES.values():
        root = package.parse(f"word/{kind}s.xml")
        for note in root.findall(f"{_W}{kind}") if root is not None else ():
            if note.get(f"{_W}type") is None:
                notes[f"{kind} {note.get(f'{_W}id', '')}"] = note
    return notes


def _read_title(package: XmlPackage) -> str:
    root = package.parse("docProps/core.xml")
    element = root.find(_TITLE_ELEMENT) if root is not None else None
    return tidy_text(element.text or "") if element is not None else ""


def _read_language(styles: Element | None) -> str:
    path = f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr/{_W}lang"
    element = styles.find(path) if styles is not None else None
    return element.get(f"{_W}val", "")[:2].lower() if element is not None else ""
