"""PPTX: the visible slides in order, each with its title, texts and tables."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from roadmapfit.errors import InputError
from roadmapfit.readers.documents.blocks import PAGE_LIMIT, Block, BlockKind, Reading
from roadmapfit.readers.documents.drawings import count_charts, read_diagrams
from roadmapfit.readers.documents.numbering import read_numbering
from roadmapfit.readers.documents.packed_xml import XmlPackage, open_package
from roadmapfit.readers.documents.tidy import tidy_text
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Outcome

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

_FURNITURE = frozenset({"sldNum", "ftr", "dt", "hdr"})
_TITLES = frozenset({"title", "ctrTitle"})
_SECTION_LAYOUT = "secHead"
_TITLE_LAYOUT = "title"


def read_pptx(raw: bytes, *, fields: FieldReader) -> Reading:
    """Read a PPTX file; a slide is a page.

    A slide's title is a heading, of a section's slide one level higher. Hidden slides
    are left out and reported, and so are charts and slides that are but a picture; the
    speaker's notes are left out.

    Raises
    ------
    InputError
        ``not_this_type``, ``document_pages``, or what :mod:`packed_xml` refuses.
    """
    with open_package(raw, fields=fields) as package:
        root = package.parse("ppt/presentation.xml")
        if root is None:
            raise InputError("not_this_type", file=fields.file, found="ppt/presentation.xml –")
        targets = package.relations("ppt/presentation.xml")
        members = [targets.get(entry.get(f"{_R}id", ""), "") for entry in root.iter(f"{_P}sldId")]
        if len(members) > PAGE_LIMIT:
            found = str(len(members))
            raise InputError("document_pages", file=fields.file, found=found, limit=PAGE_LIMIT)
        reading = Reading(fields, n_pages=len(members))
        last_title, n_charts = "", 0
        for page, member in enumerate(members, start=1):
            slide = package.parse(member)
            if slide is None:
                fields.report("page_missing", Outcome.REFUSED, row=page, field="page", found=member)
                continue
            if slide.get("show") in {"0", "false"}:
                fields.report("hidden_page", Outcome.REFUSED, row=page, field="page")
                continue
            _drop_fallbacks(slide)
            blocks = list(_read_slide(slide, page, _layout_type(package, member)))
            blocks += [
                Block(BlockKind.LIST_ENTRY, text, page=page)
                for text in read_diagrams(package, member, slide)
            ]
            n_charts += count_charts(slide)
            if not any(block.text for block in blocks) and slide.find(f".//{_P}pic") is not None:
                fields.report("page_pictured", Outcome.NOTED, row=page, field="page")
            # A slide that goes on under the same title is no new section.
            is_repeat = bool(blocks) and blocks[0].level > 0 and blocks[0].text == last_title
            last_title = blocks[0].text if blocks and blocks[0].level else last_title
            reading.add(blocks[1:] if is_repeat else blocks)
        if n_charts:
            fields.report("charts_left", Outcome.NOTED, found=str(n_charts))
    return reading


def _drop_fallbacks(slide: Element) -> None:
    """Take out what says the same again for programs that cannot draw the first."""
    for parent in list(slide.iter()):
        for child in parent.findall(_FALLBACK):
            parent.remove(child)


def _layout_type(package: XmlPackage, member: str) -> str:
    for target in package.relations(member).values():
        if "/slideLayouts/" in target:
            layout = package.parse(target)
            return layout.get("type", "") if layout is not None else ""
    return ""


def _read_slide(slide: Element, page: int, layout: str) -> Iterator[Block]:
    shapes = [shape for shape in _list_shapes(slide) if _placeholder(shape) not in _FURNITURE]
    titles = [shape for shape in shapes if _placeholder(shape) in _TITLES]
    for shape in titles:
        text = " ".join(text for text, _ in _paragraphs(shape))
        if page == 1 and (layout == _TITLE_LAYOUT or _placeholder(shape) == "ctrTitle"):
            yield Block(BlockKind.TITLE, text, page=page)
        else:
            numbering = read_numbering(text)
            is_decimal = numbering is not None and numbering.family == "decimal"
            level = 1 if layout == _SECTION_LAYOUT else 2
            if numbering is not None and is_decimal:
                level = numbering.depth  # says more than the slide's layout
            yield Block(BlockKind.HEADING, text, level=level, page=page)
    for shape in shapes:
        if shape in titles:
            continue
        for row in shape.iter(f"{_A}tr"):
            cells = [" ".join(text for text, _ in _paragraphs(cell)) for cell in row]
            yield Block(BlockKind.TABLE, " | ".join(filter(None, cells)), page=page)
        if shape.find(f".//{_A}tbl") is None:
            is_body = _placeholder(shape) in {"body", "obj", "content"}
            paragraphs = list(_paragraphs(shape))
            for text, is_entry in paragraphs:
                is_list = is_entry or (is_body and len(paragraphs) > 1)
                kind = BlockKind.LIST_ENTRY if is_list else BlockKind.PARAGRAPH
                yield Block(kind, text, page=page)


def _list_shapes(slide: Element) -> list[Element]:
    """List shapes from top to bottom, then left to right; groups are opened.

    A placeholder without a place of its own keeps the place of the layout, which comes
    in the order of the file.
    """
    tree = slide.find(f"{_P}cSld/{_P}spTree")
    found = [
        shape
        for shape in (tree.iter() if tree is not None else ())
        if shape.tag in {f"{_P}sp", f"{_P}graphicFrame"}
    ]
    places = [_place(shape) for shape in found]
    known = [place for place in places if place is not None]
    order = sorted(
        range(len(found)),
        # What has no place stands where the layout has its text: before what was added.
        key=lambda n: (places[n] is not None and len(known) < len(found), places[n] or (0, 0), n),
    )
    return [found[n] for n in order]


def _place(shape: Element) -> tuple[int, int] | None:
    for offset in shape.iter(f"{_A}off"):
        try:
            return int(offset.get("y", "0")), int(offset.get("x", "0"))
        except ValueError:
            return None
    for frame in shape.iter(f"{_P}xfrm"):
        for offset in frame.iter(f"{_A}off"):
            return int(offset.get("y", "0")), int(offset.get("x", "0"))
    return None


def _placeholder(shape: Element) -> str:
    """Give what a shape holds the place of: ``title``, ``body``...; empty for its own."""
    for mark in shape.iter(f"{_P}ph"):
        return mark.get("type", "obj")
    return ""


def _paragraphs(parent: Element) -> Iterator[tuple[str, bool]]:
    """Yield each paragraph's text, and whether it is an entry of a list."""
    for paragraph in parent.iter(f"{_A}p"):
        pieces = [
            node.text or "" if node.tag == f"{_A}t" else " "
            for node in paragraph.iter()
            if node.tag in {f"{_A}t", f"{_A}br", f"{_A}tab"}
        ]
        settings = paragraph.find(f"{_A}pPr")
        is_entry = settings is not None and (
            settings.get("lvl", "0") != "0"
            or settings.find(f"{_A}buChar") is not None
            or settings.find(f"{_A}buAutoNum") is not None
        )
        if text := tidy_text("".join(pieces)):
            yield text, is_entry
