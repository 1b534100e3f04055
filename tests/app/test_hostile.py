"""Names that are scripts and formulas leave the app as the harmless words that they are."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from reading import bodies, bring, loose_signs, read
from roadmapfit.analysis import (
    PreparedText,
    align_text,
    list_documents_items,
    measure_portfolio,
    prepare_project,
    prepare_text,
)
from roadmapfit.app import resources, state
from roadmapfit.app.widgets import fit, portfolio, problems, revision, scoring
from roadmapfit.app.widgets.decisions import write_decisions
from roadmapfit.app.widgets.project_table import write_table
from roadmapfit.bulk import ScoredTable, score_texts
from roadmapfit.portfolio import judge_projects, list_projects, list_target_items
from roadmapfit.readers.text_table import TextRow
from roadmapfit.records import Decision, Outcome, Problem
from roadmapfit.report.sheet_file import SHEET_KINDS, write_sheet
from roadmapfit.revision import compare_alignments
from roadmapfit.sheet import gather_sheet
from roadmapfit.text import LANGUAGES
from roadmapfit.workspace import Workspace, open_workspace

OpenApp = Callable[..., AppTest]
Export = Callable[[Workspace], bytes]

FORMULA = '=HYPERLINK("http://example.org")'
SCRIPT = "<script>alert(1)</script>"
TEXT = f"{FORMULA} Hydrogen for the ships that pass the harbour every day. {SCRIPT}"


def export_fit(workspace: Workspace) -> bytes:
    return fit._write(workspace.generation, align_text(workspace, _project(workspace)))


def export_revision(workspace: Workspace) -> bytes:
    revised = prepare_text(workspace, TEXT, title=FORMULA)
    changes = compare_alignments(
        *(align_text(workspace, each) for each in (_project(workspace), revised))
    )
    return revision._write(workspace.generation, changes)


def export_coverage(workspace: Workspace) -> bytes:
    items = list_documents_items(workspace.generation, ["roadmap", "programme"])
    measured = measure_portfolio(workspace, ["roadmap", "programme"])
    return portfolio._write(measured, {item.id: item for item in items})


def export_projects(workspace: Workspace, *, is_workbook: bool = False) -> bytes:
    generation = workspace.generation
    judged = judge_projects(workspace, list_target_items(generation, ""))
    table = list_projects(generation).join(judged)
    return write_table(generation, table, {}, is_workbook=is_workbook)


def export_problems(_workspace: Workspace) -> bytes:
    return problems._write(
        [Problem(FORMULA, "unreadable_date", Outcome.NOTED, field=FORMULA, found=FORMULA)]
    )


def export_decisions(_workspace: Workspace) -> bytes:
    return write_decisions([Decision(FORMULA, "roadmap/a", True, date(2026, 3, 3), FORMULA)])


def export_scores(workspace: Workspace, *, kind: str = "csv") -> bytes:
    texts = score_texts(workspace, [TextRow(1, FORMULA, FORMULA, TEXT)])
    return scoring._write(workspace.generation, ScoredTable(FORMULA, tuple(texts), ()), kind=kind)


def _project(workspace: Workspace) -> PreparedText:
    return prepare_project(workspace, "p1")


@pytest.fixture
def workspace(hostile: Path) -> Workspace:
    """Open the workspace whose every name is an attack."""
    return open_workspace(hostile, encoder=resources.get_encoder())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "export",
    [
        export_fit,
        export_revision,
        export_coverage,
        export_projects,
        export_problems,
        export_decisions,
        export_scores,
    ],
)
def test_no_cell_of_a_csv_runs(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, export: Export, language: str
) -> None:
    monkeypatch.setattr(state, "language", lambda: language)
    text = export(workspace).decode("utf-8-sig")
    delimiter = {"fr": ";", "en": ","}[language]
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    cells = [cell for row in rows for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    numbers = [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    # A difference may be below zero; nothing else begins so.
    assert [
        cell for cell in numbers if not cell[1:].replace(",", ".").replace(".", "").isdigit()
    ] == []


@pytest.mark.parametrize("export", [export_projects, export_scores])
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, export: Callable[..., bytes]
) -> None:
    monkeypatch.setattr(state, "language", lambda: "en")
    options = {export_projects: {"is_workbook": True}, export_scores: {"kind": "xlsx"}}[export]
    book = zipfile.ZipFile(io.BytesIO(export(workspace, **options)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "HYPERLINK" in book.read("xl/sharedStrings.xml").decode()
    assert ("<f>" in sheet, "<hyperlink" in sheet) == (False, False)


@pytest.mark.parametrize("kind", sorted(SHEET_KINDS))
def test_a_sheet_holds_no_script_and_no_link_of_a_name(workspace: Workspace, kind: str) -> None:
    sheet = gather_sheet(workspace, _project(workspace), title=FORMULA, abstract=TEXT)
    content = write_sheet(sheet, kind=kind, language="en")
    parts = {
        "html": lambda: [content.decode()],
        "docx": lambda: [zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()],
    }[kind]()
    assert "HYPERLINK" in parts[0]
    assert ("<script" in parts[0], "<w:hyperlink" in parts[0]) == (False, False)
    assert "w:instrText" not in parts[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_tried_is_shown_harmlessly(open_app: OpenApp, hostile: Path, language: str) -> None:
    app = open_app("coverage", language, series="roadmap", group="cluster", without="p1")
    app.text_input(key="scenario.title").set_value(f"{SCRIPT} [link](javascript:x)")
    app.text_area(key="scenario.text").set_value(TEXT)
    app.button(key="scenario.add").click().run()
    assert SCRIPT in read(app)
    assert loose_signs(app) == []
    assert not any("<script" in body for body in bodies(app))
    assert not app.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_wording_is_shown_harmlessly(
    open_app: OpenApp, hostile: Path, language: str
) -> None:
    app = open_app("project", language, project="p1")
    app.text_input(key="revision.title.project:p1").set_value("Wind")
    app.text_area(key="revision.text.project:p1").set_value(
        f"{SCRIPT} " + "Wind on the coast. " * 9
    )
    app.button(key="revision.submit.project:p1").click().run()
    assert not any("<script" in body for body in bodies(app))
    assert loose_signs(app) == []
    assert not app.exception


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", f"{SCRIPT}.csv", "=1+1.csv"])
@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"", b"a;b\n1"])
def test_a_file_of_a_hostile_name_or_content_is_answered_without_a_path(
    open_app: OpenApp, toys: Path, name: str, content: bytes
) -> None:
    app = bring(open_app("sources", "en"), toys, name, content)
    said = read(app)
    assert not app.exception
    assert ("/tmp/" in said, "roadmapfit-" in said, "etc/passwd" in said) == (False, False, False)
    assert loose_signs(app) == []
