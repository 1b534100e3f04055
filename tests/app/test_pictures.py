"""The pictures of the page on partners, on the toy workspace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from reading import read
from roadmapfit.app import state

OpenApp = Callable[..., AppTest]


def read_captions(app: AppTest) -> str:
    return " ".join(each.value for each in app.caption)


def list_choices(app: AppTest) -> list[str]:
    return list(app.selectbox(key=state.PICTURE_CHOSEN).options)


def test_the_map_of_a_project_says_what_it_shows(open_app: OpenApp, toys: Path) -> None:
    app = open_app("partners", "en", project="museum")
    assert not app.exception
    assert "Around 2 needs: 1 member, 1 candidate." in read_captions(app)
    assert "The nearer an organisation is to a diamond" in read_captions(app)
    assert list_choices(app) == ["Clinic of the South (invented)", "Wind Group (invented)"]


def test_who_is_chosen_shows_the_proof(open_app: OpenApp, toys: Path) -> None:
    app = open_app("partners", "fr", project="museum", who="clinic")
    said = " ".join(each.body for each in app.html)
    assert "le projet ARCHIV" in said
    assert "Abtei" in said
    assert app.query_params["who"] == "clinic"


def test_an_item_and_a_territory_have_their_map(open_app: OpenApp, toys: Path) -> None:
    app = open_app("partners", "fr", project="museum", around="item")
    app.selectbox(key=state.PICTURE_DOCUMENT).set_value("programme-industrie").run()
    app.selectbox(key=state.PICTURE_ITEM).set_value("programme-industrie/batterie").run()
    assert "Les meilleures preuves pour « Batterie pour l'industrie » :" in read(app)
    app = open_app("partners", "fr", project="museum", around="territory")
    app.selectbox(key=state.PICTURE_TERRITORY).set_value("Hauts-de-France").run()
    app.selectbox(key=state.PICTURE_DOCUMENT).set_value("pole-nord").run()
    assert list_choices(app) == ["Grand Port du Nord (inventé)", "Électrolys (inventé)"]


def test_the_network_of_an_organisation_lists_who_it_worked_with(
    open_app: OpenApp, toys: Path
) -> None:
    app = open_app("partners", "fr", project="museum", picture="network", around="organisation")
    app.text_input(key=state.PICTURE_SEARCH).set_value("port").run()
    assert "3 organisations reliées : 2 paires" in read(app)
    app.selectbox(key=state.PICTURE_CHOSEN).set_value("wind-group").run()
    said = " ".join(each.body for each in app.html)
    assert "Grand Port du Nord" in said
    app.text_input(key=state.PICTURE_SEARCH).set_value("nobody of this name").run()
    assert [each.value for each in app.info] == ["Aucune organisation ne porte ces mots."]


def test_the_network_of_a_strategy_names_who_is_alone(open_app: OpenApp, toys: Path) -> None:
    app = open_app("partners", "en", project="museum", picture="network", around="portfolio")
    app.selectbox(key=state.PICTURE_DOCUMENT).set_value("pole-nord").run()
    assert "With no project in common with the others: 1 organisation" in read_captions(app)


@pytest.mark.parametrize(
    "address", [{"picture": "x"}, {"around": "y"}, {"who": "z"}, {"picture": "network"}]
)
def test_pictures_stand_any_link(open_app: OpenApp, toys: Path, address: dict[str, str]) -> None:
    app = open_app("partners", project="museum", **address)
    assert not app.exception
    assert app.query_params["around"] == "project"
