"""A sheet as a file, of whichever kind is asked for."""

from __future__ import annotations

from typing import Literal

from roadmapfit.report.docx_file import write_docx
from roadmapfit.report.html_file import write_html
from roadmapfit.report.layout import lay_out
from roadmapfit.sheet import Sheet
from roadmapfit.text import render_text

SheetKind = Literal["docx", "html"]
SHEET_KINDS: dict[SheetKind, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
}
"""What a sheet can be written as, and the media type of each."""


def write_sheet(sheet: Sheet, *, kind: SheetKind, language: str) -> bytes:
    """Write a sheet; the same sheet gives the same bytes.

    Parameters
    ----------
    sheet
        As ``gather_sheet`` gathered it.
    kind
        ``docx`` for Word, ``html`` for a page that prints well and loads nothing.
    language
        ``fr`` or ``en``: of everything that is not quoted.
    """
    blocks = lay_out(sheet, language=language)
    title = sheet.title or render_text("app.project.untitled", language)
    write = {"docx": write_docx, "html": write_html}[kind]
    return write(blocks, title=title, language=language)
