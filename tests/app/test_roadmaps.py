"""Strategies read, searched, related, compared; and the sheet of a project."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from roadmapfit.app import state
from roadmapfit.text import LANGUAGES, render_share, render_text

OpenApp = Callable[..., AppTest]


def read(app: AppTest) -> str:
    """Return what was drawn as HTML or said in captions, without tags."""
    bodies = [element.body for element in app.html if "<style>" not in element.body]
    captions = [each.value for each in app.caption]
    return unescape(re.sub(r"<[^>]+>", " ", " ".join([*bodies, *captions]))).replace("\\", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_linked_item_is_open_with_its_projects(
    open_app: OpenApp, toys: Path, language: str
) -> None:
    app = open_app("roadmaps", language, item="pole-nord/hydrogene")
    said = read(app)
    assert "électrolyse alimente les usines" in said
    assert "Journal du port" in said
    counts = render_text("app.count.aligned.many", language, n=2)
    assert counts in said
    assert app.query_params["document"] == "pole-nord"


def test_headings_group_their_items(open_app: OpenApp, toys: Path) -> None:
    app = open_app("roadmaps", document="pole-nord")
    assert [each.value for each in app.subheader] == ["Énergies décarbonées"]
    assert [each.label for each in app.expander] == [
        "**Hydrogène bas carbone**",
        "**Énergie solaire**",
    ]


def test_words_are_looked_for_in_all_documents(open_app: OpenApp, toys: Path) -> None:
    app = open_app("roadmaps", document="pole-nord")
    app.selectbox(key=state.ROADMAPS_DOCUMENT).select("").run()
    app.text_input(key=state.ROADMAPS_SEARCH).set_value("BATTERIE").run()
    assert sorted(each.label.split("**")[1] for each in app.expander) == [
        "Batterie pour l'industrie",
        "Énergie solaire",
    ]


@pytest.mark.parametrize(
    "address", [{"item": "none"}, {"document": "none"}, {"read": "x"}, {"with": "none"}]
)
def test_any_link_is_stood(open_app: OpenApp, toys: Path, address: dict[str, str]) -> None:
    app = open_app("roadmaps", **address)
    assert not app.exception
    assert app.session_state[state.ROADMAPS_VIEW] == "read"


def test_two_documents_are_related_in_a_table(open_app: OpenApp, toys: Path) -> None:
    app = open_app(
        "roadmaps", "en", read="relate", document="pole-nord", **{"with": "programme-industrie"}
    )
    table = app.dataframe[0].value
    assert table["Item of the first document"].tolist() == ["Énergie solaire"]
    assert table["Item of the other"].tolist() == ["Batterie pour l'industrie"]
    assert not app.exception


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("first", "second", "n_said"),
    [("pole-nord", "programme-industrie", 1), ("programme-industrie", "pole-nord", 0)],
)
def test_links_that_are_all_in_doubt_are_said_to_be(
    open_app: OpenApp, toys: Path, first: str, second: str, n_said: int, language: str
) -> None:
    # The best link is .35 one way and .71 the other; *aligned* starts at .5.
    doubt = render_text("app.compare.doubtful", language, share=render_share(0.5, language))
    for page, address in (
        ("roadmaps", {"read": "relate", "document": first, "with": second}),
        ("coverage", {"view": "comparison", "series": first, "other": second}),
    ):
        app = open_app(page, language, **address)
        assert [each.value for each in app.info] == [doubt] * n_said


def test_a_telephone_gets_the_links_as_lines(open_app: OpenApp, toys: Path) -> None:
    app = open_app(
        "roadmaps", "en", read="relate", document="pole-nord", **{"with": "programme-industrie"}
    )
    (lines,) = [each.body for each in app.html if '<ul class="rf-entries"' in each.body]
    assert "35% · Batterie pour l&#x27;industrie" in lines


def test_a_roadmap_of_one_edition_says_so(open_app: OpenApp, toys: Path) -> None:
    app = open_app("roadmaps", read="changes", document="pole-nord")
    assert [each.value for each in app.info] == [render_text("app.roadmaps.no_other_changes", "fr")]


def test_hostile_items_are_shown_harmlessly(open_app: OpenApp, hostile: Path) -> None:
    app = open_app("roadmaps", item="roadmap/a")
    assert not app.exception
    documents = [each for each in app.html if not each.proto.unsafe_allow_javascript]
    drawn = " ".join(each.body for each in documents if "<style>" not in each.body)
    assert "<script" not in drawn
    assert '<script>alert("x")</script>' in read(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_is_prepared_when_asked_for(open_app: OpenApp, toys: Path, language: str) -> None:
    app = open_app("project", language, project="hydroport")
    keys = [each.proto.id for each in app.get("download_button")]
    app.button(key="sheet.prepare.project:hydroport").click().run()
    assert len(app.get("download_button")) == len(keys) + 2
    assert not app.exception
