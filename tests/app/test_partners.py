"""The partners page from its other sides: an item, an organisation, a roadmap, a set."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from roadmapfit.app import state
from roadmapfit.text import render_text

OpenApp = Callable[..., AppTest]


def read(app: AppTest) -> str:
    """Return what was drawn as HTML or said beside it, without tags, in plain spaces."""
    parts = [element.body for element in app.html if "<style>" not in element.body]
    parts += [
        each.value
        for kind in ("subheader", "caption", "info", "markdown", "warning")
        for each in app.get(kind)
    ]
    said = unescape(re.sub(r"<[^>]+>", " ", " ".join(parts))).replace("\\", "")
    return re.sub(r"\s+", " ", said)


def test_an_item_shows_who_could_carry_it(open_app: OpenApp, toys: Path) -> None:
    app = open_app("partners", "en", subject="item", carry="pole-nord/solaire")
    said = read(app)
    assert "Who could carry this item" in said
    assert "École du solaire invented" in said
    assert "already works on it: HELIOS" in said
    assert app.query_params["carry"] == "pole-nord/solaire"
    # There is no consortium that anybody could have met.
    assert not [each for each in app.toggle if each.key == state.PARTNERS_NETWORK]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ("Ce qu'elle sait faire", "sa propre description", "aligné")),
        ("en", ("What it can do", "its own description", "aligned")),
    ],
)
def test_an_organisation_shows_what_it_can_do_and_where_it_belongs(
    open_app: OpenApp, toys: Path, language: str, words: tuple[str, ...]
) -> None:
    app = open_app("partners", language, subject="organisation", organisation="ecole-solaire")
    said = read(app)
    assert [word for word in words if word not in said] == []
    assert "AQUABAT" in said
    assert "84" in said  # the probability of the solar item, by HELIOS


def test_a_link_carries_how_the_list_was_narrowed(open_app: OpenApp, toys: Path) -> None:
    app = open_app("partners", project="helios")
    assert not {"newcomers", "network", "kinds", "except"} & set(app.query_params)
    app.toggle(key=state.PARTNERS_NETWORK).set_value(False).run()
    app.multiselect(key=state.PARTNERS_EXCLUDED).set_value(["labo-batterie"]).run()
    carried = dict(app.query_params)
    assert (carried["network"], carried["except"]) == ("0", "labo-batterie")
    again = open_app("partners", **carried)
    assert again.toggle(key=state.PARTNERS_NETWORK).value is False
    assert again.multiselect(key=state.PARTNERS_EXCLUDED).value == ["labo-batterie"]


@pytest.mark.parametrize(
    "address", [{"kinds": "x"}, {"places": "Nulle%20part"}, {"except": "a,b"}, {"network": "2"}]
)
def test_partners_stand_any_link(open_app: OpenApp, toys: Path, address: dict[str, str]) -> None:
    app = open_app("partners", project="helios", **address)
    assert not app.exception
    assert app.toggle(key=state.PARTNERS_NETWORK).value is True
    assert app.multiselect(key=state.PARTNERS_EXCLUDED).value == []


def show_table(language: str) -> None:
    """Show the table that the button on the page hands out."""
    import streamlit as st

    from roadmapfit.analysis import prepare_text
    from roadmapfit.app import resources, state
    from roadmapfit.app.widgets.partner_list import write_partners
    from roadmapfit.partnering import find_partners

    st.session_state[state.LANGUAGE] = language
    workspace = resources.get_workspace()
    asked = prepare_text(workspace, "The pilot stores power in a battery beside the town hall.")
    fits = find_partners(workspace, asked, n_partners=1)
    st.text(write_partners(workspace.generation, fits).decode("utf-8-sig"))


@pytest.mark.parametrize(
    ("language", "delimiter", "expected"),
    [
        (
            "fr",
            ";",
            {
                "Organisation": "Laboratoire des accumulateurs (inventé)",
                "Type": "laboratoire",
                "Territoire": "Occitanie",
                "Besoins comblés": "1",
                "Nouveau venu": "oui",
                "Pourquoi": "Répond surtout à « The pilot stores power in a battery beside the "
                "town hall » (preuve : sa propre description).",
            },
        ),
        (
            "en",
            ",",
            {
                "Organisation": "Laboratoire des accumulateurs (invented)",
                "Type": "laboratory",
                "Territory": "Occitanie",
                "Needs closed": "1",
                "Newcomer": "yes",
                "Why": "Best answers “The pilot stores power in a battery beside the town hall” "
                "(proof: its own description).",
            },
        ),
    ],
)
def test_the_table_of_partners_says_why_and_what_proves_it(
    toys: Path, language: str, delimiter: str, expected: dict[str, str]
) -> None:
    script = AppTest.from_function(show_table, kwargs={"language": language})
    shown = script.run(timeout=60)
    said = shown.text[0].value.replace("\u202f", " ").replace("\u00a0", " ")
    (row,) = csv.DictReader(said.splitlines(), delimiter=delimiter)
    proof = row.pop({"fr": "Preuve", "en": "Proof"}[language])
    assert row == expected
    assert proof == "Le laboratoire vieillit chaque batterie pendant des mois pour prédire sa fin."


def test_an_unknown_organisation_is_said(open_app: OpenApp, toys: Path) -> None:
    app = open_app("partners", "en", subject="organisation", organisation="nobody")
    assert "nobody" in read(app)
    assert app.session_state[state.PARTNERS_ORGANISATION] is None


def test_a_roadmap_has_neighbours(open_app: OpenApp, toys: Path) -> None:
    said = read(open_app("partners", "en", subject="neighbours", roadmap="pole-nord"))
    assert "Roadmap of the South Cluster" in said
    assert "Items: 0 in common, 2 that you do not have" in said
    assert "Water reuse" in said


def test_a_set_keeps_to_its_limits(open_app: OpenApp, toys: Path) -> None:
    app = open_app("partners", "en", project="museum")
    assert "Together, these organisations close" in read(app)
    # The clinic usually gets 600,000 euros.
    app.number_input(key=state.PARTNERS_SET_BUDGET).set_value(100).run()
    assert render_text("app.partners.set_none", "en") in read(app)


def test_who_is_left_out_is_no_candidate(open_app: OpenApp, toys: Path) -> None:
    app = open_app("partners", "en", project="museum")
    app.multiselect(key=state.PARTNERS_EXCLUDED).set_value(["clinic"]).run()
    cards = [each.body for each in app.html if "rf-partner" in each.body]
    assert [body for body in cards if "Clinic of the South" in body] == []


def test_roles_that_are_held_and_missing_are_said(open_app: OpenApp, toys: Path) -> None:
    said = read(open_app("partners", "en", project="hydroport"))
    assert "Present: an SME (Électrolys" in said
    assert "Absent: a training body; the text does not ask for one" in said


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("asked", ["stored", "item", "organisation", "neighbours"])
def test_before_a_choice_the_page_says_what_there_will_be(
    open_app: OpenApp, toys: Path, language: str, asked: str
) -> None:
    said = read(open_app("partners", language, subject=asked))
    wanted = render_text(f"app.partners.choose_first.{asked}", language)
    assert re.sub(r"\s+", " ", wanted) in said
