"""Every screen, wide and narrow, light and dark, French and English: can everybody use it?

axe-core looks for barriers; a narrow screen must need no sideways scroll. Each screen is
kept as a picture, for people to look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from browsing import open_page, save
from contrast import measure_contrast

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.slow]

ADDRESSES = (
    "/",
    "/project?project=repolytex",
    "/portfolio",
    "/coverage?series=techtera",
    "/coverage?series=techtera&view=comparison",
    "/partners?project=repolytex",
    "/roadmaps?document=techtera-phase-4",
    "/roadmaps?read=relate",
    "/roadmaps?read=changes",
    "/sources",
)
# Each value of each of the three, and each pair of width and scheme.
LOOKS = (
    ("fr", 1280, "light"),
    ("en", 1280, "dark"),
    ("en", 390, "light"),
    ("fr", 390, "dark"),
)
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
TEXT_CONTRAST = 4.5
# axe-core passes over the words of drawings: what they are filled with, on the page's colour.
READ_DRAWN_COLOURS = """
() => {
  const page = getComputedStyle(document.querySelector('.stApp')).backgroundColor;
  const pencil = document.createElement('canvas').getContext('2d');
  const paint = colours => {
    for (const colour of colours) { pencil.fillStyle = colour; pencil.fillRect(0, 0, 1, 1); }
    return [...pencil.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const texts = document.querySelectorAll('.stVegaLiteChart [class*="role-axis"] text');
  return [paint([page]), ...[...texts].map(each => paint([page, getComputedStyle(each).fill]))];
}
"""
SETTLE_MS = 700  # pictures are drawn, and colours fade in, after the page stands


@pytest.fixture(scope="session")
def axe(repository: Path) -> str:
    """Return the script of axe-core, which CI installs from npm."""
    script = repository / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        pytest.skip(f"{script} is missing: npm install --no-save axe-core puts it there")
    return script.read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=LOOKS, ids=["-".join(map(str, each)) for each in LOOKS])
def look(
    request: pytest.FixtureRequest, browser: Browser, server: str
) -> Iterator[tuple[str, BrowserContext]]:
    """Open the browser of one reader; return the look's name with it."""
    language, width, scheme = request.param
    context = browser.new_context(
        base_url=server,
        locale=LOCALES[language],
        timezone_id="Europe/Paris",
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    yield f"{language}-{width}-{scheme}", context
    context.close()


@pytest.mark.parametrize("address", ADDRESSES)
def test_screen_has_no_barrier_and_fits(
    look: tuple[str, BrowserContext], axe: str, artefacts: Path, address: str
) -> None:
    name, context = look
    page = context.new_page()
    page.set_default_timeout(60_000)
    open_page(page, address)
    page.wait_for_timeout(SETTLE_MS)
    assert page.evaluate("document.documentElement.lang") == name[:2]
    widths = page.locator('[data-testid="stMain"]').evaluate(
        "main => [main.scrollWidth, main.clientWidth]"
    )
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    background, *drawn = map(to_hex, page.evaluate(READ_DRAWN_COLOURS))
    picture = re.sub(r"\W+", "-", address.strip("/")) or "home"
    save(page, artefacts / f"screen-{picture}-{name}.png")
    page.close()
    assert widths[0] <= widths[1]
    assert list_barriers(found) == []
    too_faint = {each for each in drawn if measure_contrast(each, background) < TEXT_CONTRAST}
    assert too_faint == set()


def to_hex(colour: list[int]) -> str:
    """Turn the three channels of a colour into ``#rrggbb``."""
    return "#" + "".join(f"{channel:02x}" for channel in colour)


def list_barriers(violations: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """List what keeps people out: the rule of each, and the element."""
    return [
        (each["id"], node["html"][:160])
        for each in violations
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
