from __future__ import annotations

import pytest

from fakes import WordCountEncoder
from roadmapfit.absent_phrases import list_absent_phrases
from roadmapfit.analysis import prepare_project, prepare_text
from roadmapfit.errors import WorkspaceError
from roadmapfit.records import Batch, StrategyItem
from roadmapfit.workspace import Workspace, create_workspace
from toys import DOCUMENTS, build_toy_workspace, toy_batch, toy_model


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build_toy_workspace(tmp_path_factory.mktemp("absent") / "toys")


@pytest.fixture(scope="module")
def titles(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """An item that is a title alone, and one in a language without rules for phrases."""
    encoder = WordCountEncoder()
    made = create_workspace(
        tmp_path_factory.mktemp("titles") / "titles", encoder=encoder, model=toy_model(encoder)
    )
    items = [
        StrategyItem("pole-nord/court", "pole-nord", "Batterie et parc solaire", "", "fr", 0),
        StrategyItem("pole-nord/de", "pole-nord", "Wasserstoff und Solaranlagen", "", "de", 1),
    ]
    batch = Batch(documents=list(DOCUMENTS), items=items, projects=toy_batch().projects)
    made.add_batch(batch, source_name="titles")
    made.build()
    return made


@pytest.mark.parametrize("item_id", ["pole-nord/none", "pole-nord/energies"])
def test_only_items_with_text_have_phrases(workspace: Workspace, item_id: str) -> None:
    prepared = prepare_project(workspace, "hydroport")
    with pytest.raises(WorkspaceError, match="a heading is not an item"):
        list_absent_phrases(workspace, prepared, item_id)


def test_phrases_nearer_to_the_item_than_to_the_project_are_named(workspace: Workspace) -> None:
    # Of "parc solaire", "batterie", "courant", "soir" hydroport speaks of none, and the item
    # is about the first two.
    prepared = prepare_project(workspace, "hydroport")
    found = list_absent_phrases(workspace, prepared, "pole-nord/solaire")
    assert found == ["parc solaire", "batterie"]
    assert list_absent_phrases(workspace, prepared, "pole-nord/solaire", n_phrases=1) == found[:1]


def test_phrases_in_the_very_words_of_the_project_are_not_absent(workspace: Workspace) -> None:
    prepared = prepare_text(
        workspace, "Un parc solaire et une batterie couvrent le toit de la mairie du village."
    )
    assert list_absent_phrases(workspace, prepared, "pole-nord/solaire") == ["courant"]


def test_words_of_the_title_are_left_out_unless_there_is_nothing_else(
    workspace: Workspace, titles: Workspace
) -> None:
    with_text = list_absent_phrases(
        workspace, prepare_project(workspace, "hydroport"), "pole-nord/solaire"
    )
    assert "Énergie solaire" not in with_text
    bare = list_absent_phrases(titles, prepare_project(titles, "hydroport"), "pole-nord/court")
    assert bare == ["parc solaire"]


def test_a_language_without_rules_for_phrases_has_none(titles: Workspace) -> None:
    prepared = prepare_project(titles, "hydroport")
    assert list_absent_phrases(titles, prepared, "pole-nord/de") == []
