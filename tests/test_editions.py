"""Two documents matched item by item, on texts that count concepts."""

from __future__ import annotations

import pytest

from fakes import WordCountEncoder
from roadmapfit.editions import Change, compare_editions
from roadmapfit.errors import WorkspaceError
from roadmapfit.records import Batch, DocumentKind, StrategyDocument, StrategyItem
from roadmapfit.workspace import Workspace, create_workspace
from toys import toy_model

OLD = {
    "Hydrogen": "Hydrogen feeds the ships of the harbour.",
    "Wind": "Wind turns the mills of the island.",
    "Solar": "Solar heat dries the fruit of the valley.",
    "Health": "Health care reaches every village of the coast.",
}
NEW = {
    "Hydrogen": "Hydrogen feeds the ships of the harbour.",
    "Wind": "Wind turns the mills of two islands.",
    "Solar drying": "Solar heat dries all the fruit of the valley.",
    "Water": "Water is cleaned where people need it.",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    encoder = WordCountEncoder()
    made = create_workspace(
        tmp_path_factory.mktemp("editions") / "w", encoder=encoder, model=toy_model(encoder)
    )
    batch = Batch()
    for number, (name, items) in enumerate((("old", OLD), ("new", NEW))):
        batch.documents.append(
            StrategyDocument(
                name,
                DocumentKind.ROADMAP,
                name,
                "cluster",
                "en",
                "series",
                start_year=2020 + number,
            )
        )
        batch.items += [
            StrategyItem(f"{name}/{position}", name, title, text, "en", position)
            for position, (title, text) in enumerate(items.items())
        ]
    made.add_batch(batch, source_name="editions")
    made.build()
    return made


def test_items_are_kept_reworded_added_and_dropped(workspace: Workspace) -> None:
    changes = compare_editions(workspace, "old", "new")
    found = [
        (each.change, each.old.title if each.old else "", each.new.title if each.new else "")
        for each in changes.items
    ]
    assert found == [
        (Change.KEPT, "Hydrogen", "Hydrogen"),
        (Change.REWORDED, "Wind", "Wind"),
        (Change.REWORDED, "Solar", "Solar drying"),
        (Change.ADDED, "", "Water"),
        (Change.DROPPED, "Health", ""),
    ]
    assert [each.new.title for each in changes.of(Change.ADDED) if each.new] == ["Water"]


def test_a_document_against_itself_is_kept(workspace: Workspace) -> None:
    changes = compare_editions(workspace, "old", "old")
    assert {each.change for each in changes.items} == {Change.KEPT}


def test_an_unknown_document_is_refused(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="none"):
        compare_editions(workspace, "old", "none")
