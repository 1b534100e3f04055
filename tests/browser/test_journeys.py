"""The three users from what they come with to what they leave with, values compared on the way."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect

from browsing import open_page, save, wait
from roadmapfit.readers import read_path
from roadmapfit.text import LANGUAGES, render_text

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.slow]

# Projects of the demonstration corpus; the first is stored as well, and told as a copy.
FILES = ("repolytex", "fibrescope", "flexibourg", "cryopont")
GERMAN = (
    "Das Museum restauriert mittelalterliche Handschriften und öffnet sein Archiv für alle "
    "Besucher der Stadt, die mehr über das Leben der Mönche wissen möchten."
)
IDEA = {
    "fr": (
        "Nous voulons recycler les vêtements de travail en polycoton.\n"
        "Des enzymes séparent le polyester du coton, sans solvant.\n"
        "Le fil obtenu est tissé de nouveau dans la région."
    ),
    "en": (
        "We want to recycle work clothes made of polycotton.\n"
        "Enzymes take polyester and cotton apart, without solvent.\n"
        "The yarn is woven again in the region."
    ),
}
AXIS = "Textile technique"  # which axis it is of, and among the first whatever the language


def test_committee_member_prepares_five_files(
    page: Page, repository: Path, artefacts: Path
) -> None:
    files = [(f"{name}.docx", *write_docx(repository, name)) for name in FILES]
    files.append(("museum.txt", "Das Museum", f"Das Museum\n\n{GERMAN}".encode()))
    open_page(page, "/project")
    page.get_by_text("Texte ou fichier", exact=True).click()
    said = {}
    for name, title, content in files:
        page.locator('input[type="file"]').set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        )
        expect(page.locator(".rf-heading").first).to_contain_text(title)
        wait(page)
        said[name] = [normal(each) for each in page.locator(".rf-fit").all_inner_texts()]
        page.get_by_role("button", name="Préparer la fiche").click()
        sheet = normal(read_docx(download(page, "Fiche Word")))
        assert title in sheet
        save(page, artefacts / f"committee-{Path(name).stem}.png")
        # What the screen says of the nearest item is what the file takes along.
        assert all(probability_of(row) in sheet for row in said[name][:1])
    assert [bool(rows) for rows in said.values()] == [True, True, True, True, False]
    obstacle = normal(render_text("obstacle.language", "fr"))
    assert obstacle in normal(page.locator('[data-testid="stMain"]').inner_text())
    # A copy of a stored project is told as one.
    page.locator('input[type="file"]').set_input_files(
        {"name": files[0][0], "mimeType": "application/octet-stream", "buffer": files[0][2]}
    )
    expect(page.locator(".rf-heading").first).to_contain_text(files[0][1])
    close = page.locator('[data-testid="stExpander"] summary', has_text="REPOLYTEX")
    expect(close.first).to_contain_text(render_text("closeness.same_text", "fr"))


def test_board_finds_three_gaps_and_exports_them(page: Page, artefacts: Path) -> None:
    open_page(page, "/coverage?series=eau")
    figures = page.locator(".rf-figures dd")
    n_covered, n_items = map(int, re.findall(r"\d+", figures.nth(0).inner_text()))
    n_gaps = int(figures.nth(1).inner_text())
    assert (n_covered + n_gaps, n_gaps >= 3) == (n_items, True)
    gaps = page.locator('[data-testid="stExpander"]', has_text="Items sans projet")
    gaps.locator("summary").click()
    expect(gaps.locator("li")).to_have_count(n_gaps)
    listed = [normal(each) for each in gaps.locator("li").all_inner_texts()]
    save(page, artefacts / "board-gaps.png")
    rows = list(
        csv.DictReader(
            io.StringIO(download(page, "Télécharger la table").decode("utf-8-sig")), delimiter=";"
        )
    )
    counted = render_text("app.column.n_counted", "fr")
    assert len(rows) == n_items
    assert [normal(row["Item"]) for row in rows if row[counted] == "0"] == listed
    # Euros of the items, of no item, and the total: the page says that they add up.
    sentence = page.get_by_text("sans item =").first.inner_text()
    to_items, none, total = (
        int(re.sub(r"\D", "", part)) for part in re.findall(r"[\d\s]+(?=€)", sentence)
    )
    funding = render_text("app.column.funding", "fr")
    assert to_items + none == total
    assert abs(sum(int(row[funding]) for row in rows) - to_items) <= n_items  # each row is rounded


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_member_pastes_an_idea_and_leaves_with_a_sheet(
    page: Page, artefacts: Path, language: str
) -> None:
    def say(key: str) -> str:
        return re.sub(r"\s", " ", render_text(key, language))

    open_page(page, f"/?lang={language}")
    page.get_by_label(say("app.home.text"), exact=True).fill(IDEA[language])
    page.get_by_role("button", name=say("app.home.submit"), exact=True).click()
    first = page.locator(".rf-fit").first
    expect(first).to_be_visible()
    wait(page)
    rows = page.locator(".rf-fit").all_inner_texts()
    assert any(row.startswith(AXIS) for row in rows[:3])
    found = normal(first.inner_text())
    save(page, artefacts / f"staff-{language}-axes.png")
    page.get_by_text(say("app.documents.programme"), exact=True).click()
    expect(first).not_to_contain_text(found.split("\n")[0])
    wait(page)

    page.get_by_role("link", name=say("app.home.partners")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        render_text("app.partners.title", language)
    )
    wait(page)
    organisation = page.locator(".rf-title").last
    expect(organisation).not_to_be_empty()
    save(page, artefacts / f"staff-{language}-partners.png")

    page.get_by_role("link", name=say("app.page.project"), exact=True).click()
    page.get_by_text(say("app.subject.draft"), exact=True).click()
    page.get_by_text(say("app.documents.roadmap"), exact=True).click()
    expect(first).to_contain_text(found.split("\n")[0])
    wait(page)
    page.get_by_role("button", name=say("app.sheet.prepare")).click()
    sheet = normal(unescape(download(page, say("app.sheet.html")).decode("utf-8")))
    title, *_rest = found.split("\n")
    assert (title in sheet, probability_of(found) in sheet) == (True, True)
    assert IDEA[language].split("\n")[1] in sheet
    save(page, artefacts / f"staff-{language}-sheet.png")


def write_docx(repository: Path, name: str) -> tuple[str, bytes]:
    """Lay a project of the demonstration corpus out as a Word file; return its title too."""
    (project,) = read_path(
        repository / "corpora" / "demonstration" / "projects" / f"{name}.md"
    ).projects
    document = docx.Document()
    document.add_heading(project.title, level=0)
    for paragraph in project.abstract.split("\n\n"):
        document.add_paragraph(paragraph)
    content = io.BytesIO()
    document.save(content)
    return project.title, content.getvalue()


def read_docx(content: bytes) -> str:
    """Return all words of a Word file, its tables among them."""
    document = docx.Document(io.BytesIO(content))
    return "\n".join(document.element.body.itertext())


def download(page: Page, name: str) -> bytes:
    """Click what saves a file, and return the file."""
    button = page.get_by_role("button", name=name)
    expect(button).to_be_visible()
    with page.expect_download() as saved:
        button.click()
    return saved.value.path().read_bytes()


def normal(text: str) -> str:
    """Return a text with plain spaces, its lines kept."""
    return re.sub(r"[^\S\n]+", " ", text)


def probability_of(row: str) -> str:
    """Return the words of a row that say how probable it is: per cent, between two others."""
    (found,) = re.findall(r"\d+ ?%, (?:entre|between) \d+ (?:et|and) \d+ ?%", row)
    return str(found)
