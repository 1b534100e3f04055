"""PDF: what is printed comes out in reading order; what is not, is said."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from made_documents import (
    ReportlabSetter,
    character_errors,
    count_joined,
    draw_pages,
    heading_f1,
    load_story,
    make_fpdf,
    make_scan,
    tidy,
)
from roadmapfit.errors import InputError
from roadmapfit.readers.documents import Proposal, ocr, pdf, pdf_pages, propose_document
from roadmapfit.records import Outcome

Draw = Callable[..., Proposal]

BODY = (
    "La conversion de l'énergie demande des matériaux qui durent, et des procédés sobres "
    "que plusieurs laboratoires mettent au point avec leurs partenaires industriels."
)


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    """Return a function that lets a canvas be drawn on, and reads the PDF."""

    def read(*pages: Callable[..., None], size: tuple[float, float] = (595, 842)) -> Proposal:
        from reportlab.pdfgen.canvas import Canvas

        stream = io.BytesIO()
        canvas = Canvas(stream, pagesize=size, invariant=1)
        for page in pages:
            page(canvas)
            canvas.showPage()
        canvas.save()
        path = tmp_path / "drawn.pdf"
        path.write_bytes(stream.getvalue())
        return propose_document(path)

    return read


def write(
    canvas: object, text: str, *, y: float, size: float = 11, font: str = "Helvetica"
) -> None:
    """Set a text in lines of about eighty signs."""
    canvas.setFont(font, size)  # type: ignore[attr-defined]
    line = ""
    for word in [*text.split(), ""]:
        if word and len(line) + len(word) < 80:
            line += f"{word} "
            continue
        canvas.drawString(60, y, line.strip())  # type: ignore[attr-defined]
        line, y = f"{word} ", y - 1.25 * size


def whole(proposal: Proposal) -> str:
    """Join all that was understood, in order."""
    outline = proposal.outline
    parts = [outline.title, *(block.text for block in outline.opening)]
    for section in outline.sections:
        parts += [section.title, *(block.text for block in section.blocks)]
    return tidy(" ".join(parts))


def codes(proposal: Proposal) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.row) for problem in proposal.problems]


def tree(proposal: Proposal) -> list[tuple[int, str]]:
    return [(section.level, section.title) for section in proposal.outline.sections]


# --- whole documents ---------------------------------------------------------


@pytest.mark.parametrize(
    ("n_columns", "hyphen", "face"),
    [
        (1, "-", ""),
        (2, "\u2010", "dejavu"),
        (2, "\u00ad", "dejavu"),
        (2, "-", "serif"),
        (3, "-", "dejavu"),
        (3, "-", "liberation"),
        (3, "-", "serif"),
    ],
)
def test_columns_heads_and_broken_words(
    repository: Path, tmp_path: Path, n_columns: int, hyphen: str, face: str
) -> None:
    story = load_story(repository, "technologies-cles-2020", numbering="decimal")
    setter = ReportlabSetter(
        n_columns=n_columns,
        hyphen=hyphen,
        face=face,
        head="Direction générale, édition de mai",
        foot="Technologies",
        size=10,
    )
    made = setter.set_story(story)
    path = tmp_path / "story.pdf"
    path.write_bytes(made.raw)
    proposal = propose_document(path)
    found = whole(proposal)
    joined, broken, lost, _ = count_joined(made, found)
    assert character_errors(story.text, found) <= 0.002 * len(story.text)
    assert heading_f1(story.headings, tree(proposal)) == 1.0
    assert (joined >= 0.9 * broken, broken > 5, lost) == (True, True, 0)
    assert proposal.outline.n_pages == made.n_pages


def test_a_single_page_loses_its_numbered_foot_and_nothing_else(draw: Draw) -> None:
    def page(canvas: object) -> None:
        write(canvas, "Une page seule dit peu – mais elle le dit – 1", y=700, size=11)
        write(canvas, "L'hydrogène alimente les péniches de la Seine.", y=680, size=11)
        write(canvas, "Budget 2024 : 3 M€", y=60, size=8)
        write(canvas, "Direction générale – 1", y=36, size=8)

    proposal = draw(page)
    found = whole(proposal)
    assert found.endswith("Budget 2024 : 3 M€")
    assert "elle le dit – 1" in found
    assert [problem.code for problem in proposal.problems] == ["page_numbers"]


def test_another_producer(repository: Path, tmp_path: Path) -> None:
    made = make_fpdf(load_story(repository, "innovation-2030", numbering="axe"))
    path = tmp_path / "story.pdf"
    path.write_bytes(made.raw)
    proposal = propose_document(path)
    found = whole(proposal)
    assert character_errors(made.story.text, found) == 0
    assert tree(proposal) == made.story.headings
    assert count_joined(made, found)[:2] == (len(made.broken), len(made.broken))
    said = {problem.code for problem in proposal.problems}
    assert said == {"running_line", "page_numbers"}


def test_pages_are_kept_for_every_passage(repository: Path, tmp_path: Path) -> None:
    story = load_story(repository, "innovation-2030")
    made = ReportlabSetter(n_columns=1, size=16).set_story(story)
    path = tmp_path / "story.pdf"
    path.write_bytes(made.raw)
    proposal = propose_document(path)
    pages = [section.page for section in proposal.outline.sections]
    assert pages == sorted(page or 0 for page in pages)
    assert (pages[0], pages[-1]) == (1, made.n_pages)
    breaks = [
        (block.page, page, block.text[offset - 1])
        for section in proposal.outline.sections
        for block in section.blocks
        for offset, page in block.breaks
    ]
    assert [(before + 1, " ") for before, _, _ in breaks] == [(p, sign) for _, p, sign in breaks]


# --- furniture, footnotes, tables, contents --------------------------------------


def test_page_numbers_go_and_figures_in_the_text_stay(draw: Draw) -> None:
    def page(number: int) -> Callable[..., None]:
        def fill(canvas: object) -> None:
            write(canvas, f"{BODY} Il y en a {number + 40}.", y=700)
            write(canvas, f"Page {number} sur 3", y=30, size=8)

        return fill

    proposal = draw(page(1), page(2), page(3))
    assert [f"Il y en a {n}." in whole(proposal) for n in (41, 42, 43)] == [True] * 3
    assert "sur 3" not in whole(proposal)
    assert codes(proposal) == [("page_numbers", None)]


def test_chapter_titles_at_the_head_of_pages_are_no_running_heads(draw: Draw) -> None:
    def page(number: int) -> Callable[..., None]:
        def fill(canvas: object) -> None:
            write(canvas, f"Axe {number}", y=780, size=18, font="Helvetica-Bold")
            write(canvas, BODY, y=740)

        return fill

    assert tree(draw(page(1), page(2), page(3))) == [(1, "Axe 1"), (1, "Axe 2"), (1, "Axe 3")]


def test_footnotes_come_after_the_paragraph_and_their_calls_go(draw: Draw) -> None:
    def fill(canvas: object) -> None:
        write(canvas, "Axe 1 Mobilités", y=780, size=16, font="Helvetica-Bold")
        canvas.setFont("Helvetica", 11)  # type: ignore[attr-defined]
        canvas.drawString(60, 740, "Le programme des bateaux")  # type: ignore[attr-defined]
        canvas.setFont("Helvetica", 6.5)  # type: ignore[attr-defined]
        width = canvas.stringWidth("Le programme des bateaux", "Helvetica", 11)  # type: ignore[attr-defined]
        canvas.drawString(60 + width, 744, "1")  # type: ignore[attr-defined]
        write(canvas, "avance sur les fleuves du pays sans bruit et sans", y=726)
        write(canvas, "fumée, de 25 m² à l'abri.", y=712)
        write(canvas, "1. Étude de faisabilité menée en trois ans.", y=80, size=8)

    proposal = draw(fill)
    (section,) = proposal.outline.sections
    assert [block.text for block in section.blocks] == [
        "Le programme des bateaux avance sur les fleuves du pays sans bruit et sans fumée, "
        "de 25 m² à l'abri.",
        "Étude de faisabilité menée en trois ans.",
    ]
    assert codes(proposal) == [("footnotes_kept", None)]


def test_tables_are_read_row_by_row(draw: Draw) -> None:
    def fill(canvas: object) -> None:
        write(canvas, BODY, y=780)
        rows = [("Axe", "Budget", "Pilote"), ("Mer", "12 M€", "Nord"), ("Terre", "7 M€", "Sud")]
        canvas.setFont("Helvetica", 10)  # type: ignore[attr-defined]
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                canvas.drawString(60 + 150 * column, 700 - 20 * number, cell)  # type: ignore[attr-defined]
        write(canvas, BODY, y=620)

    blocks = draw(fill).outline.opening
    assert [block.text for block in blocks if block.kind == "table"] == [
        "Axe | Budget | Pilote",
        "Mer | 12 M€ | Nord",
        "Terre | 7 M€ | Sud",
    ]


def test_cells_of_several_lines_between_rules_are_one_row(draw: Draw) -> None:
    def fill(canvas: object) -> None:
        write(canvas, BODY, y=780)
        canvas.setFont("Helvetica", 10)  # type: ignore[attr-defined]
        for y in (720, 680, 640):
            canvas.line(60, y, 500, y)  # type: ignore[attr-defined]
        for x, y, text in (
            (64, 705, "Stockage de"),
            (64, 692, "l'énergie"),
            (300, 705, "batteries, volants,"),
            (300, 692, "air comprimé"),
            (64, 665, "Recyclage"),
            (300, 665, "métaux rares"),
        ):
            canvas.drawString(x, y, text)  # type: ignore[attr-defined]

    blocks = draw(fill).outline.opening
    assert [block.text for block in blocks if block.kind == "table"] == [
        "Stockage de l'énergie | batteries, volants, air comprimé",
        "Recyclage | métaux rares",
    ]


def test_columns_of_a_few_lines_within_a_page(draw: Draw) -> None:
    rows = (
        ("La conversion de l'énergie", "que plusieurs laboratoires", "et les ports de la mer"),
        (
            "demande des matériaux sobres",
            "mettent au point pour l'eau",
            "qui les attendent en 2027",
        ),
        ("et des procédés qui durent,", "douce, les fleuves, les lacs", "pour leurs flottes."),
    )

    def page(canvas: object) -> None:
        write(canvas, BODY, y=760)
        write(canvas, "1.1 Eau", y=716, font="Helvetica-Bold")
        canvas.setFont("Helvetica", 11)  # type: ignore[attr-defined]
        for n, row in enumerate(rows):
            for place, text in zip((60, 235, 410), row, strict=True):
                canvas.drawString(place, 695 - 14 * n, text)  # type: ignore[attr-defined]
        write(canvas, "1.2 Air", y=640, font="Helvetica-Bold")
        write(canvas, BODY, y=620)

    columns = " ".join(" ".join(column) for column in zip(*rows, strict=True))
    found = whole(draw(page))
    assert found == f"1.1 Eau {BODY} 1.1 Eau {columns} 1.2 Air {BODY}"


def test_a_stretched_heading_is_one_line(draw: Draw) -> None:
    def page(canvas: object) -> None:
        write(canvas, BODY, y=760)
        canvas.setFont("Helvetica-Bold", 14)  # type: ignore[attr-defined]
        canvas.drawString(60, 700, "Santé,")  # type: ignore[attr-defined]
        canvas.drawRightString(445, 700, "agriculture,")  # type: ignore[attr-defined]
        canvas.drawString(60, 683, "agroalimentaire")  # type: ignore[attr-defined]
        write(canvas, BODY, y=660)

    assert tree(draw(page)) == [(1, "Santé, agriculture, agroalimentaire")]


def test_a_ruled_table_under_a_centred_header(draw: Draw) -> None:
    def page(canvas: object) -> None:
        write(canvas, BODY, y=760)
        for y, cells in (
            (700, ((70, "Axe"), (250, "Actions prévues"), (495, "Budget"))),
            (682, ((62, "Hydrogène"), (132, "Électrolyse et stockage en cavité"), (490, "3 M€"))),
            (664, ((62, "Réseaux"), (132, "Pilotage de la demande"), (490, "2 M€"))),
        ):
            for x, text in cells:
                canvas.drawString(x, y, text)  # type: ignore[attr-defined]
        for y in (712, 694, 676, 658):
            for x0, x1 in ((60, 130), (130, 488), (488, 535)):
                canvas.line(x0, y, x1, y)  # type: ignore[attr-defined]
        write(canvas, BODY, y=630)

    found = whole(draw(page))
    assert "Axe | Actions prévues | Budget Hydrogène | Électrolyse et stockage" in found
    assert "Réseaux | Pilotage de la demande | 2 M€" in found


def test_decimal_numbers_stand_under_the_axis_whatever_the_type(draw: Draw) -> None:
    def page(canvas: object) -> None:
        for y, text, font in (
            (740, "Axe 1 – Énergies", "Helvetica"),
            (680, "1.1 HYDROGÈNE", "Helvetica-Bold"),
            (620, "Axe 2 – Réseaux", "Helvetica"),
            (560, "2.1 CAPTEURS", "Helvetica-Bold"),
        ):
            write(canvas, text, y=y, font=font)
            write(canvas, BODY, y=y - 20)

    levels = [level for level, _ in tree(draw(page))]
    assert levels == [1, 2, 1, 2]


def test_contents_are_left_out_and_spaced_capitals_closed_up(draw: Draw) -> None:
    def contents(canvas: object) -> None:
        write(canvas, "Sommaire", y=780, size=16, font="Helvetica-Bold")
        write(canvas, "Axe 1 La mer ........................... 2", y=740)
        write(canvas, "Axe 2 La terre ......................... 9", y=720)

    def chapter(canvas: object) -> None:
        canvas.setFont("Helvetica-Bold", 16)  # type: ignore[attr-defined]
        canvas.drawString(60, 780, "A X E  1  L A  M E R")  # type: ignore[attr-defined]
        write(canvas, BODY, y=740)

    proposal = draw(contents, chapter)
    assert whole(proposal) == f"AXE 1 LA MER AXE 1 LA MER {BODY}"
    assert codes(proposal) == [("contents_left", None)]


def test_a_file_s_own_contents_name_its_headings(draw: Draw) -> None:
    def fill(canvas: object) -> None:
        canvas.bookmarkPage("a")  # type: ignore[attr-defined]
        canvas.addOutlineEntry("Mers et fleuves", "a", level=0)  # type: ignore[attr-defined]
        canvas.bookmarkPage("b")  # type: ignore[attr-defined]
        canvas.addOutlineEntry("Bateaux sobres", "b", level=1)  # type: ignore[attr-defined]
        write(canvas, "Mers et fleuves", y=780)
        write(canvas, BODY, y=755)
        write(canvas, "Bateaux sobres", y=700)
        write(canvas, BODY, y=675)
        canvas.bookmarkPage("c")  # type: ignore[attr-defined]
        canvas.addOutlineEntry("Terres", "c", level=0)  # type: ignore[attr-defined]
        write(canvas, "Terres", y=600)
        write(canvas, BODY, y=575)

    expected = [(1, "Mers et fleuves"), (2, "Bateaux sobres"), (1, "Terres")]
    assert tree(draw(fill)) == expected


# --- what cannot be seen -------------------------------------------------------------


def test_hidden_text_is_left_out_and_reported(draw: Draw) -> None:
    def fill(canvas: object) -> None:
        write(canvas, BODY, y=780)
        write(canvas, "tiny secret", y=560, size=1.5)
        canvas.setFont("Helvetica", 11)  # type: ignore[attr-defined]
        canvas.drawString(60, 2000, "outside secret")  # type: ignore[attr-defined]
        canvas.setFillColorRGB(1, 1, 1)  # type: ignore[attr-defined]
        write(canvas, "pale secret", y=500)
        canvas.setFillColorRGB(0.1, 0.2, 0.5)  # type: ignore[attr-defined]
        canvas.rect(50, 440, 300, 30, fill=1, stroke=0)  # type: ignore[attr-defined]
        canvas.setFillColorRGB(1, 1, 1)  # type: ignore[attr-defined]
        write(canvas, "Blanc sur un bandeau bleu", y=450)
        text = canvas.beginText(60, 600)  # type: ignore[attr-defined]
        text.setFont("Helvetica", 11)
        text.setTextRenderMode(3)
        text.textLine("invisible secret")
        canvas.drawText(text)  # type: ignore[attr-defined]

    proposal = draw(fill)
    assert "secret" not in whole(proposal)
    assert "Blanc sur un bandeau bleu" in whole(proposal)
    said = {problem.code: problem for problem in proposal.problems}
    assert sorted(said) == ["hidden_invisible", "hidden_outside", "hidden_pale", "hidden_tiny"]
    assert {problem.outcome for problem in proposal.problems} == {Outcome.REFUSED}
    assert (said["hidden_invisible"].row, said["hidden_invisible"].found) == (
        1,
        "15 : invisible secret",
    )


def test_a_landscape_page_and_text_on_its_side(draw: Draw) -> None:
    def upright_on_its_side(canvas: object) -> None:
        canvas.translate(595, 0)  # type: ignore[attr-defined]
        canvas.rotate(90)  # type: ignore[attr-defined]
        write(canvas, BODY, y=500)

    def with_margin_note(canvas: object) -> None:
        write(canvas, BODY, y=700)
        canvas.rotate(90)  # type: ignore[attr-defined]
        canvas.drawString(300, -30, "En marge")  # type: ignore[attr-defined]

    proposal = draw(upright_on_its_side, with_margin_note)
    assert whole(proposal) == f"{BODY} {BODY}"
    assert codes(proposal) == [("sideways_text", 2)]


# --- scans --------------------------------------------------------------------------------


def test_a_scanned_page_is_said_to_be_one(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "find_languages", tuple)
    path = tmp_path / "scan.pdf"
    path.write_bytes(make_scan(load_story(repository, "innovation-2030")).raw)
    with pytest.raises(InputError) as caught:
        propose_document(path)
    assert (caught.value.code, caught.value.values["found"]) == (
        "document_wordless",
        "page_scanned",
    )


@pytest.mark.slow
@pytest.mark.skipif(ocr.find_languages() != ("fra", "eng"), reason="needs Tesseract with French")
def test_tesseract_reads_a_scanned_page_and_marks_it(repository: Path, tmp_path: Path) -> None:
    made = make_scan(load_story(repository, "innovation-2030"))
    path = tmp_path / "scan.pdf"
    path.write_bytes(made.raw)
    proposal = propose_document(path)
    found = whole(proposal)
    start = made.story.text[: len(found)]
    assert character_errors(start, found) < 0.03 * len(start)
    assert codes(proposal) == [("page_ocr", 1)]
    assert all(section.is_ocr for section in proposal.outline.sections)
    assert "<!-- page 1, OCR -->" in proposal.markdown


# --- files that cannot be read ------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "file_blank"),
        (b"%PDF-1.7\nnothing more", "not_this_type"),
        (b"PK\x03\x04 not a PDF", "not_this_type"),
    ],
)
def test_what_is_no_pdf_is_refused(tmp_path: Path, raw: bytes, code: str) -> None:
    path = tmp_path / "bad.pdf"
    path.write_bytes(raw)
    with pytest.raises(InputError) as caught:
        propose_document(path)
    assert caught.value.code == code


def test_a_locked_pdf_is_refused(tmp_path: Path) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    path = tmp_path / "locked.pdf"
    canvas = Canvas(str(path), encrypt=StandardEncryption("reader", "owner"))
    canvas.drawString(60, 700, "secret")
    canvas.save()
    with pytest.raises(InputError) as caught:
        propose_document(path)
    assert caught.value.code == "document_encrypted"


class Stopped(BaseException):
    """Raised by who watches the pages, as a reader who clicks Stop does."""


def test_pages_are_told_as_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(draw_pages([["Un plan", BODY[:80]], [BODY[:70]], [BODY[:60]]]))
    heard: list[tuple[int, int]] = []
    propose_document(path, on_progress=lambda *pages: heard.append(pages))
    assert heard == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_reading_that_is_stopped_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(draw_pages([["Un plan", BODY[:80]], [BODY[:70]], [BODY[:60]]]))
    started: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def note_start(*command: object, **options: object) -> subprocess.Popen[bytes]:
        started.append(start(*command, **options))
        return started[-1]

    monkeypatch.setattr(pdf_pages.subprocess, "Popen", note_start)

    def stop(done: int, _total: int) -> None:
        if done == 1:
            raise Stopped

    with pytest.raises(Stopped):
        propose_document(path, on_progress=stop)
    (child,) = started
    assert child.poll() is not None
