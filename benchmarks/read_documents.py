"""Measure what the document readers keep of documents whose text and tree are known.

    python benchmarks/read_documents.py [--scan] [--chromium PROGRAM]

Documents are made here, by two PDF producers (three with Chromium) and the libraries of
the office formats, from the words of the demonstration corpus: see
``tests/made_documents.py``. Speed is pages a second beside PDFium's own plain extraction
of the same files in the same run, which orders nothing and joins nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from made_documents import (  # noqa: E402 (the folder is added above)
    Made,
    ReportlabSetter,
    Story,
    character_errors,
    count_joined,
    heading_f1,
    load_story,
    make_docx,
    make_fpdf,
    make_html,
    make_odt,
    make_pptx,
    make_scan,
    render_html,
    tidy,
)
from roadmapfit.readers.documents import Proposal, propose_document  # noqa: E402

STORIES = (
    ("technologies-cles-2020", "decimal"),
    ("innovation-2030", "axe"),
    ("strategies-acceleration", ""),
    ("horizon-europe", "decimal"),
    ("technologies-cles-2015", ""),
    ("snr-2015", "axe"),
)
PRINTED = (
    "@page { size: A4; margin: 20mm } main { columns: 2; column-gap: 8mm; text-align: justify;"
    " hyphens: manual; font: 10pt sans-serif } h1 { column-span: all } header, nav, aside,"
    " footer, .menu, #cookie-banner { display: none } h2 { font-size: 14pt } h3 { font-size: 12pt }"
)
N_SPEED_RUNS = 3


def main() -> int:
    """Read every document and write the figures, by kind and in all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scan", action="store_true", help="read one scanned page by Tesseract")
    parser.add_argument("--chromium", default="", help="print web pages to PDF with this program")
    arguments = parser.parse_args()
    figures: dict[str, Any] = {"kinds": {}}
    with tempfile.TemporaryDirectory() as folder:
        for kind, suffix, made in make_all(arguments.chromium):
            path = Path(folder) / f"{kind}{suffix}"
            path.write_bytes(made.raw)
            figures["kinds"].setdefault(kind, []).append(measure(propose_document(path), made))
        figures["kinds"] = {kind: summarise(rows) for kind, rows in figures["kinds"].items()}
        digital = [row for kind, row in figures["kinds"].items() if kind != "scan"]
        figures["digital"] = summarise(digital)
        if arguments.scan:
            story = load_story(HERE.parent, "innovation-2030")
            path = Path(folder) / "scan.pdf"
            made = make_scan(story)
            path.write_bytes(made.raw)
            proposal = propose_document(path)
            shown = story.text[: len(say(proposal))]
            figures["scan"] = {
                "n_characters": len(shown),
                "character_error_rate": character_errors(shown, say(proposal)) / len(shown),
            }
        figures["speed"] = measure_speed(Path(folder))
    text = json.dumps(figures, indent=1) + "\n"
    (HERE / "results" / "read_documents.json").write_text(text, encoding="utf-8")
    print(text)
    return 0


def make_all(chromium: str) -> Iterator[tuple[str, str, Made]]:
    """Make each story by each producer."""
    for name, numbering in STORIES:
        story = load_story(HERE.parent, name, numbering=numbering)
        head = {"head": "Feuille de route, édition de mai", "foot": "Direction générale"}
        yield "reportlab, 1 column", ".pdf", ReportlabSetter(n_columns=1, **head).set_story(story)
        yield "reportlab, 2 columns", ".pdf", ReportlabSetter(**head).set_story(story)
        narrow = ReportlabSetter(
            n_columns=3, size=8, face="dejavu", hyphen="\u2010", **head
        ).set_story(story, sizes=(11, 10, 9))
        yield "reportlab, 3 columns, U+2010", ".pdf", narrow
        yield (
            "reportlab, 2 columns, U+00AD",
            ".pdf",
            ReportlabSetter(face="dejavu", hyphen="\u00ad", **head).set_story(story),
        )
        yield "fpdf2, 1 column", ".pdf", make_fpdf(story)
        yield "docx", ".docx", make_docx(story, has_styles=True)
        yield "docx without styles", ".docx", make_docx(story, has_styles=False)
        yield "pptx", ".pptx", make_pptx(story)
        yield "odt", ".odt", make_odt(story)
        yield "html", ".html", make_html(story)
        yield "html without main", ".html", make_html(story, has_main=False)
        if chromium:
            yield "chromium, 2 columns", ".pdf", print_page(story, chromium)


def print_page(story: Story, chromium: str) -> Made:
    """Print a web page in two columns to PDF."""
    with tempfile.TemporaryDirectory() as folder:
        page, printed = Path(folder) / "page.html", Path(folder) / "page.pdf"
        page.write_text(render_html(story, style=PRINTED), encoding="utf-8")
        command = [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
        ]
        subprocess.run(
            [*command, f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}", str(page)],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return Made(printed.read_bytes(), story)


def say(proposal: Proposal) -> str:
    """Join all that was understood, in order."""
    outline = proposal.outline
    parts = [outline.title, *(block.text for block in outline.opening)]
    for section in outline.sections:
        parts += [section.title, *(block.text for block in section.blocks)]
    return tidy(" ".join(parts))


def measure(proposal: Proposal, made: Made) -> dict[str, Any]:
    """Count what of one document was kept."""
    found = say(proposal)
    joined, broken, lost, own = count_joined(made, found)
    headings = [(section.level, section.title) for section in proposal.outline.sections]
    return {
        "n_documents": 1,
        "n_characters": len(made.story.text),
        "n_character_errors": character_errors(made.story.text, found),
        "n_headings": len(headings) + len(made.story.headings),
        "f1_weight": heading_f1(made.story.headings, headings)
        * (len(headings) + len(made.story.headings)),
        "n_broken": broken,
        "n_joined": joined,
        "n_own_hyphens": own,
        "n_own_hyphens_lost": lost,
    }


def summarise(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Add counts up, and give the shares that they make."""
    counted = [name for name in rows[0] if name.startswith("n_") or name == "f1_weight"]
    total = {name: sum(row[name] for row in rows) for name in counted}
    broken, own = total["n_broken"], total["n_own_hyphens"]
    return {
        **total,
        "character_error_rate": round(total["n_character_errors"] / total["n_characters"], 5),
        "heading_f1": round(total["f1_weight"] / total["n_headings"], 4),
        "share_joined": round(total["n_joined"] / broken, 4) if broken else None,
        # Of all that was joined, true compounds that lost their hyphen.
        "share_wrongly_joined": round(total["n_own_hyphens_lost"] / (total["n_joined"] + own), 4)
        if broken + own
        else None,
    }


def measure_speed(folder: Path) -> dict[str, float]:
    """Time a long PDF through the reader and through PDFium's own extraction."""
    import pypdfium2

    stories = [load_story(HERE.parent, name, numbering=numbering) for name, numbering in STORIES]
    chapters = tuple(chapter for story in stories for chapter in story.chapters) * 3
    made = ReportlabSetter(head="Feuille de route").set_story(
        Story("Long document", stories[0].opening, chapters)
    )
    path = folder / "long.pdf"
    path.write_bytes(made.raw)
    ours, ours_cpu, plain = [], [], []
    for _ in range(N_SPEED_RUNS):
        started, before = time.perf_counter(), count_cpu_s()
        propose_document(path)
        ours.append(time.perf_counter() - started)
        ours_cpu.append(count_cpu_s() - before)
        started = time.perf_counter()
        document = pypdfium2.PdfDocument(path)
        for page in document:
            page.get_textpage().get_text_range()
        plain.append(time.perf_counter() - started)
    return {
        "n_pages": made.n_pages,
        "pages_per_s": round(made.n_pages / min(ours), 1),
        "pages_per_cpu_s": round(made.n_pages / min(ours_cpu), 1),
        "plain_extraction_pages_per_s": round(made.n_pages / min(plain), 1),
    }


def count_cpu_s() -> float:
    """Count the processor's seconds of this process and of those it started."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


if __name__ == "__main__":
    raise SystemExit(main())
