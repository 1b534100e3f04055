"""What-if in the app: another wording of a project, other projects in a portfolio."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from reading import bodies, bring_project, normal, pick, read
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
    bring_project(app, toys, "a.txt", content)
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
    assert normal(render_text(said, "en"))[1:] in read(app)  # begins with a capital there
    assert not app.exception


def test_reasons_of_another_wording_are_its_own(open_app: OpenApp, toys: Path) -> None:
    app = revise(open_app("project", project="hydroport"), "hydroport", SOLAR)
    key = app.session_state[state.REVISIONS]["project:hydroport"].key
    app.session_state[f"revision.why.{key}.pole-nord/solaire"] = True
    app.run()
    assert any("<mark>solaire</mark>" in body for body in bodies(app) if "rf-pair" in body)


# --- coverage -----------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_projects_of_a_link_are_taken_out(open_app: OpenApp, toys: Path, language: str) -> None:
    app = open_app("coverage", language, series="pole-nord", without="helios|none|helios")
    said = read(app)
    gap, supported = (render_text(f"app.support.{name}", language) for name in ("gap", "supported"))
    sentence = render_text(
        "app.revision.turned", language, title="Énergie solaire", before=supported, after=gap
    )
    assert normal(sentence) in said
    assert app.query_params["without"] == "helios"
    assert app.multiselect(key=state.SCENARIO_PICKED).value == ["helios"]
    assert not app.exception


def test_taken_out_projects_take_their_euros_along(open_app: OpenApp, toys: Path) -> None:
    said = read(open_app("coverage", "en", series="pole-nord", without="helios"))
    # Helios had 250,000: 84.1 % of it went to solaire.
    assert "1 of 2 items covered (2 of 2 before)" in said
    assert "€902,369 attributed to the items + €937,631 to no item = €1,840,000" in said
    assert "−€210,300 for the items and −€39,700 without an item: −€250,000 in all." in said


def test_a_text_put_in_counts_with_its_euros(open_app: OpenApp, toys: Path) -> None:
    app = open_app("coverage", "en", series="programme-industrie")
    app.text_input(key="scenario.title").set_value("Éolien flottant")
    app.text_area(key="scenario.text").set_value(
        "Le parc éolien flottant livre du courant au port."
    )
    app.number_input(key="scenario.funding").set_value(100_000)
    app.button(key="scenario.add").click().run()
    said = read(app)
    assert "“Éolien en mer” goes from “without a project” to “covered”." in said
    assert "Portfolio changed: 0 projects taken out, 1 added." in said.replace("*", "")
    assert "+€100,000 for the items and +€0 without an item: +€100,000 in all." in said
    assert "Éolien flottant – €100,000" in said
    app.button(key="scenario.drop.0").click().run()
    assert "Portfolio changed" not in read(app)


def test_the_real_portfolio_is_one_click_back(open_app: OpenApp, toys: Path) -> None:
    before = read(open_app("coverage", series="pole-nord"))
    app = open_app("coverage", series="pole-nord", without="helios|hydroport")
    app.button(key="scenario.undo").click().run()
    assert read(app) == before
    assert "without" not in app.query_params


def test_projects_are_chosen_and_let_go(open_app: OpenApp, toys: Path) -> None:
    app = open_app("coverage", "en", series="pole-nord")
    app.multiselect(key=state.SCENARIO_PICKED).set_value(["hydroport"]).run()
    assert app.query_params["without"] == "hydroport"
    assert "1 project taken out" in read(app)
    app.multiselect(key=state.SCENARIO_PICKED).set_value([]).run()
    assert "taken out," not in read(app)


def test_projects_behind_a_square_are_taken_out(open_app: OpenApp, toys: Path) -> None:
    app = open_app("coverage", "en", series="pole-nord", group="year")
    app.session_state["coverage.map.pole-nord.year.0.500.pole-nord/hydrogene.0.wide"] = {
        "selection": {"square": [{"row_number": 1, "column_number": 1}]}
    }
    app.run()
    app.button(key="coverage.take_out").click().run()
    assert app.query_params["without"] == "hydroport"


def test_a_blank_text_put_in_is_said(open_app: OpenApp, toys: Path) -> None:
    app = open_app("coverage", "en", series="pole-nord")
    app.button(key="scenario.add").click().run()
    assert normal(render_text("error.text_blank", "en"))[1:] in read(app)
    assert not app.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_coverage_by_cluster_and_who_carries_it(
    open_app: OpenApp, toys: Path, language: str
) -> None:
    app = open_app("coverage", language, series="pole-nord", group="cluster")
    assert app.query_params["group"] == "cluster"
    said = read(app)
    assert normal(render_text("app.group.cluster_note", language)) in said
    assert render_text("kind.school", language) in said
    # Electrolys, the port and the school lead one project each: nothing is said of the first three.
    assert {"fr": "33 %", "en": "33%"}[language] in said
    assert {"fr": "100 %", "en": "100%"}[language] not in said
    assert {"fr": "3,0 porteurs", "en": "3.0 leads"}[language] in said
    assert not app.exception
