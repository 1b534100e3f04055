"""What-if in the app: another wording of a project, other projects in a portfolio."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from reading import bodies, normal, pick, read
from roadmapfit.app import resources, state
from roadmapfit.text import LANGUAGES, render_text
from roadmapfit.workspace import open_workspace

OpenApp = Callable[..., AppTest]

GERMAN = (
    "Das Museum restauriert mittelalterliche Handschriften und öffnet sein Archiv für alle "
    "Besucher der Stadt, die mehr über das Leben der Mönche wissen möchten."
)
SOLAR = "Le parc solaire du port livre du courant aux quais, le jour comme la nuit. " * 2


def revise(app: AppTest, project_id: str, text: str) -> AppTest:
    """Give a project's box another text and send it."""
    app.text_area(key=f"revision.text.project:{project_id}").set_value(text)
    return app.button(key=f"revision.submit.project:{project_id}").click().run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_wording_says_what_turned_first(
    open_app: OpenApp, toys: Path, language: str
) -> None:
    app = revise(open_app("project", language, project="hydroport"), "hydroport", SOLAR)
    aligned, examine = (render_text(f"verdict.{name}", language) for name in ("aligned", "examine"))
    sentence = render_text(
        "app.revision.turned",
        language,
        title="Hydrogène bas carbone",
        before=aligned,
        after=examine,
    )
    assert normal(sentence) in read(app)
    first = next(body for body in bodies(app) if "rf-ring" in body)
    # Of three passages two speak of nothing but solar, and the title still of hydrogen.
    assert "Énergie solaire" in first
    assert "+67 points" in first
    assert "→ 33" in read(app)
    assert not app.exception


def test_another_wording_stores_nothing(open_app: OpenApp, toys: Path) -> None:
    before = (toys / "corpus.sqlite").read_bytes()
    app = revise(open_app("project", project="hydroport"), "hydroport", SOLAR)
    assert "passe de" in read(app)
    assert (toys / "corpus.sqlite").read_bytes() == before
    stored = open_workspace(toys, encoder=resources.get_encoder()).generation.project_heads
    assert stored["hydroport"].abstract.startswith("Le projet produit de l'hydrogène")


def test_original_text_is_a_click_away(open_app: OpenApp, toys: Path) -> None:
    app = open_app("project", project="hydroport")
    original = app.text_area(key="revision.text.project:hydroport").value
    revise(app, "hydroport", SOLAR)
    app.button(key="revision.undo.project:hydroport").click().run()
    assert app.text_area(key="revision.text.project:hydroport").value == original
    assert "passe de" not in read(app)


def test_the_same_wording_changes_nothing(open_app: OpenApp, toys: Path) -> None:
    app = open_app("project", "en", project="hydroport")
    app.button(key="revision.submit.project:hydroport").click().run()
    assert render_text("app.revision.none_turned", "en") in read(app)
    assert "4 items without a difference of a point or more." in read(app)


def test_a_wording_is_kept_for_its_project(open_app: OpenApp, toys: Path) -> None:
    app = revise(open_app("project", project="hydroport"), "hydroport", SOLAR)
    app.selectbox(key=state.PROJECT_ID).select("helios").run()
    assert "passe de" not in read(app)
    app.selectbox(key=state.PROJECT_ID).select("hydroport").run()
    assert app.text_area(key="revision.text.project:hydroport").value == SOLAR
    assert "passe de" in read(app)


def test_a_pasted_text_can_be_reworded_too(open_app: OpenApp, toys: Path) -> None:
    app = open_app("project")
    pick(app, state.PROJECT_SOURCE, "draft")
    content = f"Une idée\n\n{SOLAR}".encode()
    app.file_uploader(key=state.PROJECT_FILE).upload("a.txt", content, "text/plain").run()
    (box,) = app.text_area
    box.set_value("Une station distribue de l'hydrogène aux navires du port. " * 3)
    (send,) = [each for each in app.button if str(each.key).startswith("revision.submit")]
    send.click().run()
    assert "« Énergie solaire » passe de « aligné » à « non aligné »." in read(app)


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "error.text_blank"), (GERMAN, "obstacle.language")],
)
def test_a_wording_that_cannot_be_judged_is_said(
    open_app: OpenApp, toys: Path, text: str, said: str
) -> None:
    app = open_app("project", "en", project="museum")
    app.text_input(key="revision.title.project:museum").set_value("")
    revise(app, "museum", text)
    assert normal(render_text(said, "en")) in read(app)
    assert not app.exception


def test_reasons_of_another_wording_are_its_own(open_app: OpenApp, toys: Path) -> None:
    app = revise(open_app("project", project="hydroport"), "hydroport", SOLAR)
    key = app.session_state[state.REVISIONS]["project:hydroport"].key
    app.session_state[f"revision.why.{key}.pole-nord/solaire"] = True
    app.run()
    assert any("<mark>solaire</mark>" in body for body in bodies(app) if "rf-pair" in body)
