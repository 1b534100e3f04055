"""Blocks as a Word document, the same bytes for the same blocks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from roadmapfit.report.blocks import (
    Block,
    Bullets,
    Fit,
    Heading,
    Pair,
    Paragraph,
    Quote,
    Table,
    split_terms,
)
from roadmapfit.report.picture import HEIGHT_PX, WIDTH_PX, draw_bar

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph as Line

# A zip archive and Word's own properties want a moment; the sheet depends on none.
_MOMENT = datetime(2000, 1, 1)
_BAR_CM = 5.0
_INK, _SOFT, _RULE = "1A2130", "566072", "CFD5E0"


def write_docx(blocks: Sequence[Block], *, title: str, language: str) -> bytes:
    """Write blocks as DOCX."""
    import docx

    document = docx.Document()
    _set_up(document, title=title, language=language)
    for block in blocks:
        _write(document, block)
    stream = io.BytesIO()
    document.save(stream)
    return _fix_moments(stream.getvalue())


def _set_up(document: Document, *, title: str, language: str) -> None:
    """Give the document A4, our fonts and colours, its language and its properties."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.9)
    section.top_margin = section.bottom_margin = Cm(1.8)
    sizes = {"Normal": 10.5, "Heading 1": 19, "Heading 2": 14, "Heading 3": 11.5, "Heading 4": 11}
    for name, size in sizes.items():
        style = document.styles[name]
        style.font.name, style.font.size = "Calibri", Pt(size)
        style.font.color.rgb = RGBColor.from_string(_SOFT if name == "Heading 3" else _INK)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(script), "Calibri")
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
    document.styles["Heading 4"].font.italic = False
    document.styles["Normal"].paragraph_format.space_after = Pt(5)
    _set_language(document, {"fr": "fr-FR", "en": "en-GB"}[language])
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title[:255], "RoadmapFit", ""
    properties.language = language
    properties.created = properties.modified = _MOMENT
    properties.last_modified_by, properties.revision = "RoadmapFit", 1


def _set_language(document: Document, code: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = document.styles["Normal"].element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), code)
    properties.append(language)


def _write(document: Document, block: Block) -> None:
    match block:
        case Heading(level, text):
            document.add_heading(text, level=level)
        case Paragraph(text, is_note):
            _add_run(document.add_paragraph(), text, is_note=is_note)
        case Bullets(texts):
            for text in texts:
                document.add_paragraph(text, style="List Bullet")
        case Fit():
            _write_fit(document, block)
        case Pair():
            _write_pair(document, block)
        case Table():
            _write_table(document, block)


def _write_fit(document: Document, fit: Fit) -> None:
    from docx.shared import Cm

    document.add_heading(fit.title, level=4)
    line = document.add_paragraph()
    line.paragraph_format.keep_with_next = True
    line.add_run(f"{fit.mark} {fit.verdict}  ").bold = True
    picture = line.add_run().add_picture(
        io.BytesIO(draw_bar(fit.bar)), width=Cm(_BAR_CM), height=Cm(_BAR_CM * HEIGHT_PX / WIDTH_PX)
    )
    picture._inline.docPr.set("descr", fit.bar.words)
    line.add_run(f"  {fit.bar.words}")
    if fit.decided:
        _add_run(line, f"  {fit.decided}", is_note=True)


def _write_pair(document: Document, pair: Pair) -> None:
    from docx.shared import Cm

    how = document.add_paragraph()
    how.paragraph_format.keep_with_next = True
    how.paragraph_format.space_after = Cm(0.1)
    _add_run(how, pair.how, is_note=True)
    table = document.add_table(rows=1, cols=2)
    for cell, quote in zip(table.rows[0].cells, (pair.left, pair.right), strict=True):
        _write_quote(cell, quote)
    document.add_paragraph().paragraph_format.space_after = Cm(0)


def _write_quote(cell: _Cell, quote: Quote) -> None:
    line = cell.paragraphs[0]
    for text, is_word in split_terms(quote.text, quote.terms):
        run = line.add_run(text)
        run.bold = run.underline = is_word or None
    _add_run(cell.add_paragraph(), quote.place, is_note=True)
    _rule(cell, "left", size=18)


def _write_table(document: Document, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    caption = document.add_paragraph()
    caption.paragraph_format.keep_with_next = True
    _add_run(caption, table.caption, is_note=True)
    drawn = document.add_table(rows=0, cols=len(table.header))
    for number, row in enumerate([table.header, *table.rows]):
        cells = drawn.add_row().cells
        for column, (cell, text) in enumerate(zip(cells, row, strict=True)):
            line = cell.paragraphs[0]
            run = line.add_run(text)
            run.bold = number == 0 or None
            if column in table.numbers:
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _rule(cell, "bottom", size=4)
    document.add_paragraph()


def _add_run(line: Line, text: str, *, is_note: bool) -> None:
    from docx.shared import Pt, RGBColor

    run = line.add_run(text)
    if is_note:
        run.font.size = Pt(9)
        run.font.color.rgb = RGBColor.from_string(_SOFT)


def _rule(cell: _Cell, side: str, *, size: int) -> None:
    """Draw a line on one side of a cell; ``size`` is in eighths of a point."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tcBorders")
    edge = OxmlElement(f"w:{side}")
    values = {"val": "single", "sz": str(size), "space": "4", "color": _RULE}
    for name, value in values.items():
        edge.set(qn(f"w:{name}"), value)
    borders.append(edge)
    cell._tc.get_or_add_tcPr().append(borders)


def _fix_moments(content: bytes) -> bytes:
    """Write an archive again with one moment for all its members."""
    fixed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            member = zipfile.ZipInfo(name, date_time=_MOMENT.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, source.read(name))
    return fixed.getvalue()
