"""What a reader does, click by click; its twin without a browser is ``tests/app``."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browsing import open_page, save, wait
from demonstration import HOSTILE_ID, HOSTILE_TITLE

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.slow]

IDEA = (
    "Nous voulons livrer les chantiers du centre-ville par une péniche sans émission.\n"
    "Une pile à combustible alimentée en hydrogène remplace le moteur diesel.\n"
    "L'hydrogène est produit au port par électrolyse, à partir d'électricité solaire."
)


def test_idea_to_axes_to_reasons(page: Page, artefacts: Path) -> None:
    open_page(page, "/")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("À quels axes ce projet répond-il\u202f?")
    page.get_by_label("Résumé ou idée").fill(IDEA)
    page.get_by_role("button", name="Comparer").click()
    first = page.locator(".rf-fit").first
    expect(first.get_by_role("img")).to_have_attribute("aria-label", re.compile(r"%, entre \d"))
    page.get_by_text("Pourquoi\u202f?").first.click()
    pair = page.locator(".rf-pair").first
    expect(pair).to_contain_text("Projet, résumé")
    expect(page.locator(".rf-pair mark", has_text="hydrogène").first).to_be_visible()
    expect(page.get_by_text("Lire l'item en entier").first).to_be_visible()
    save(page, artefacts / "idea.png")

    page.get_by_text("EN", exact=True).click()
    expect(heading).to_have_text("Which axes does this project answer?")
    expect(page.locator(".rf-fit").first).to_contain_text("between")
    expect(page).to_have_url(re.compile(r"lang=en$"))


def test_square_of_the_coverage_leads_to_a_project(page: Page, artefacts: Path) -> None:
    open_page(page, "/coverage?series=techtera&group=leader")
    # The lowest threshold: the test is about the way, whatever the model says.
    page.get_by_text("Autre seuil").click()
    page.get_by_role("slider").press("Home")
    square = page.locator(".stVegaLiteChart .mark-rect path").first
    square.click()
    panel = page.locator(".st-key-rf-selection")
    expect(panel).to_be_visible()
    save(page, artefacts / "coverage.png")
    panel.locator("a").first.click()
    page.wait_for_url("**/project?project=*")
    wait(page)
    expect(page.locator(".rf-table caption").first).to_contain_text("consortium")
    save(page, artefacts / "project.png")
    page.go_back()
    page.wait_for_url("**/coverage?*")
    assert "series=techtera" in page.url


def test_hostile_name_is_shown_and_does_not_run(page: Page) -> None:
    open_page(page, f"/project?project={HOSTILE_ID}")
    expect(page.locator(".rf-heading")).to_contain_text(HOSTILE_TITLE)
    assert page.evaluate("window.hacked") is None
