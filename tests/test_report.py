"""Sheets and tables as files: what they say, that it is harmless, and the same every time."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from html import unescape
from pathlib import Path

import docx
import numpy as np
import openpyxl
import pytest

from roadmapfit.analysis import prepare_project, prepare_text
from roadmapfit.lexical import Term
from roadmapfit.report.blocks import Bar, Heading, Pair, Paragraph, Quote, split_terms
from roadmapfit.report.html_file import write_html
from roadmapfit.report.layout import lay_out
from roadmapfit.report.picture import HEIGHT_PX, WIDTH_PX, draw_bar
from roadmapfit.report.sheet_file import SHEET_KINDS, SheetKind, write_sheet
from roadmapfit.report.xlsx_file import Column, write_xlsx
from roadmapfit.sheet import Sheet, gather_sheet
from roadmapfit.text import LANGUAGES, render_text
from roadmapfit.workspace import Workspace
from toys import open_toy_workspace

ATTACK = '<script>alert("x")</script> =HYPERLINK("http://example.org")'


@pytest.fixture(scope="module")
def workspace(built: Path) -> Workspace:
    return open_toy_workspace(built)


@pytest.fixture(scope="module")
def sheet(workspace: Workspace) -> Sheet:
    return gather_sheet(workspace, prepare_project(workspace, "hydroport"))


def read_html(content: bytes) -> str:
    """Return what a page says, without its tags and style."""
    body = re.sub(r"<style>.*?</style>", "", content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def read_docx(content: bytes) -> str:
    """Return what a document says."""
    document = docx.Document(io.BytesIO(content))
    texts = [paragraph.text for paragraph in document.paragraphs]
    texts += [
        paragraph.text
        for table in document.tables
        for row in table.rows
        for cell in row.cells
        for paragraph in cell.paragraphs
    ]
    return re.sub(r"\s+", " ", " ".join(texts))


def test_sheet_gathers_the_best_items_by_kind(sheet: Sheet) -> None:
    roadmaps, programmes = sheet.kinds
    assert (roadmaps.n_items, roadmaps.n_documents, roadmaps.n_aligned) == (4, 2, 1)
    assert (programmes.n_items, programmes.n_aligned, programmes.n_examine) == (2, 0, 0)
    (fit,) = roadmaps.documents
    (line,) = fit.lines
    assert (fit.document.id, line.item.id) == ("pole-nord", "pole-nord/hydrogene")
    assert line.alignment.probability == pytest.approx(0.9024, abs=5e-5)
    assert len(line.evidence) == 2
    assert roadmaps.missed is not None
    assert roadmaps.missed.item.id == "pole-sud/water"
    assert roadmaps.n_unshown == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "read"), [("html", read_html), ("docx", read_docx)])
def test_sheet_says_it_all(sheet: Sheet, kind: SheetKind, read: object, language: str) -> None:
    said = read(write_sheet(sheet, kind=kind, language=language))
    expected = [
        "Hydrogène pour le port",
        "Hydrogène bas carbone",
        render_text("verdict.aligned", language),
        "90",
        render_text("sheet.missed", language),
        "R311-3-1-2",
        *(
            render_text(f"sheet.making.{name}", language)
            for name in ("contribution", "data", "parameters", "operations")
        ),
        render_text("sheet.feature.phrases", language),
    ]
    assert [text for text in expected if re.sub(r"\s+", " ", text) not in said] == []


@pytest.mark.parametrize("kind", sorted(SHEET_KINDS))
def test_same_sheet_same_bytes(workspace: Workspace, sheet: Sheet, kind: SheetKind) -> None:
    again = gather_sheet(workspace, prepare_project(workspace, "hydroport"))
    assert again == sheet
    first = write_sheet(sheet, kind=kind, language="fr")
    assert write_sheet(again, kind=kind, language="fr") == first


def test_text_that_cannot_be_judged_has_a_sheet_without_figures(workspace: Workspace) -> None:
    german = gather_sheet(workspace, prepare_project(workspace, "archiv"))
    said = read_html(write_sheet(german, kind="html", language="en"))
    assert render_text("obstacle.language", "en") in said
    assert german.kinds == ()


def test_pasted_text_has_a_sheet(workspace: Workspace) -> None:
    body = "Une station de recharge distribue de l'hydrogène aux navires du port. " * 4
    gathered = gather_sheet(workspace, prepare_text(workspace, body), abstract=body)
    said = read_html(write_sheet(gathered, kind="html", language="fr"))
    assert render_text("app.project.untitled", "fr") in said
    assert "Hydrogène bas carbone" in said


def test_hostile_names_stay_texts(sheet: Sheet) -> None:
    hostile = replace(sheet, title=ATTACK, abstract=ATTACK)
    page = write_sheet(hostile, kind="html", language="fr").decode()
    assert "<script>" not in page
    assert "default-src 'none'" in page
    assert ATTACK in read_docx(write_sheet(hostile, kind="docx", language="fr"))


def test_blocks_are_said_once_in_order(sheet: Sheet) -> None:
    blocks = lay_out(sheet, language="en")
    titles = [block.text for block in blocks if isinstance(block, Heading) and block.level == 2]
    assert titles == [
        "In brief",
        "Roadmaps",
        "Programmes",
        "Close projects",
        "The project's abstract",
        "How these figures were made",
    ]


def test_a_heading_stands_on_a_line_of_its_own_above_what_it_was_read_with() -> None:
    text = "1. Context\n\nGreen hydrogen\nfor barges"
    assert split_terms(text, [Term("hydrogen", 18, 26)]) == [
        ("1. Context\nGreen ", False),
        ("hydrogen", True),
        (" for barges", False),
    ]
    block = Pair("", Quote("Project", text), Quote("Item", "Wind"))
    page = write_html([block], title="t", language="en").decode()
    assert "<p>1. Context\nGreen hydrogen for barges</p>" in page
    assert "blockquote p { margin: 0; white-space: pre-line; }" in page


def test_page_of_blocks_is_escaped() -> None:
    page = write_html([Paragraph("a < b & c")], title="<t>", language="en").decode()
    assert "<p>a &lt; b &amp; c</p>" in page
    assert "<title>&lt;t&gt;</title>" in page


def test_bar_is_a_picture_with_its_dot_where_the_value_is() -> None:
    from PIL import Image

    bar = Bar(0.5, 0.25, 0.75, (0.2,), "50%")
    pixels = np.asarray(Image.open(io.BytesIO(draw_bar(bar))).convert("RGB"))
    assert pixels.shape == (HEIGHT_PX, WIDTH_PX, 3)
    assert tuple(pixels[HEIGHT_PX // 2, WIDTH_PX // 2]) == (29, 79, 184)
    assert tuple(pixels[0, 0]) == (255, 255, 255)
    assert draw_bar(bar) == draw_bar(bar)


def test_workbook_holds_texts_and_numbers_and_no_formula() -> None:
    columns = [Column("=name"), Column("share", "share"), Column("n", "number")]
    rows = [(ATTACK, 0.5, 3), ("=1+1", float("nan"), None), ("x" * 40_000, 1.0, 7)]
    content = write_xlsx(columns, rows, name="[a]/b")
    assert content == write_xlsx(columns, rows, name="[a]/b")
    (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    read = [[(cell.data_type, cell.value) for cell in row] for row in sheet.iter_rows()]
    assert read[0][0] == ("s", "=name")
    assert read[1] == [("s", ATTACK), ("n", 0.5), ("n", 3)]
    assert read[2] == [("s", "=1+1"), ("n", None), ("n", None)]
    assert len(read[3][0][1]) == 32_767
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheets
    assert b"hyperlink" not in sheets
