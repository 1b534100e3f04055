"""Portfolio, strategies and sheet in Chromium: what is saved, and what keys do."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from browsing import open_page, save, wait

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.slow]


def test_portfolio_is_narrowed_saved_and_walked(page: Page, artefacts: Path) -> None:
    open_page(page, "/portfolio")
    figure = page.locator(".rf-figures dd").first
    expect(figure).to_have_text("13")
    search = page.get_by_label("Chercher", exact=True)
    search.fill("textile")
    search.press("Enter")
    expect(figure).not_to_have_text("13")
    expect(page).to_have_url(re.compile("filter=text%3Dtextile"))
    save(page, artefacts / "portfolio.png")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Excel").click()
    (sheet,) = openpyxl.load_workbook(io.BytesIO(saved.value.path().read_bytes())).worksheets
    n_found = int(figure.inner_text().split()[0])
    assert (sheet.max_row - 1, sheet["A1"].value) == (n_found, "identifiant")

    open_page(page, "/project?project=repolytex")
    expect(page.get_by_text("Précédent")).to_be_visible()
    page.keyboard.press("o")
    expect(page.locator("details[open]")).to_have_count(1)
    page.keyboard.press("j")
    page.wait_for_url(lambda address: "project=repolytex" not in address)
    wait(page)


def test_sheet_is_prepared_and_saved(page: Page) -> None:
    open_page(page, "/project?project=repolytex")
    page.get_by_role("button", name="Préparer la fiche").click()
    for name, start in (("Fiche Word", b"PK"), ("Fiche à imprimer", b"<!doctype html>")):
        button = page.get_by_role("button", name=name)
        expect(button).to_be_visible()
        with page.expect_download() as saved:
            button.click()
        assert saved.value.path().read_bytes().startswith(start)


def test_strategies_are_searched_related_and_linked(page: Page, artefacts: Path) -> None:
    open_page(page, "/roadmaps")
    search = page.get_by_label("Chercher dans les items")
    page.get_by_text("Rapprocher deux documents").click()
    expect(page.locator('[data-testid="stVegaLiteChart"], .stAlert').first).to_be_visible()
    wait(page)
    save(page, artefacts / "strategies.png")
    page.get_by_text("Lire", exact=True).click()
    expect(search).to_be_visible()
    page.locator('[data-testid="stExpander"] summary').first.click()
    link = page.get_by_role("link", name="Lien vers cet item")
    expect(link).to_have_attribute("href", re.compile("item="))


@pytest.mark.parametrize(
    ("width", "paper", "hidden"), [(1280, "wide", "narrow"), (390, "narrow", "wide")]
)
def test_a_click_in_a_picture_picks_an_organisation(
    page: Page, width: int, paper: str, hidden: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, "/partners?project=repolytex")
    chart = page.locator(f"[class*='st-key-rf-plane-{paper}']")
    expect(page.locator(f"[class*='st-key-rf-plane-{hidden}']")).to_be_hidden()
    # Needs are drawn first, organisations after them.
    sign = chart.locator("g.mark-symbol.role-mark path").last
    sign.scroll_into_view_if_needed()
    assert chart.evaluate("each => each.scrollWidth - each.clientWidth") <= 1
    sign.click(force=True)
    expect(page.locator(".st-key-rf-picked .rf-heading").first).not_to_be_empty()
