from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fakes import WordCountEncoder
from roadmapfit.analysis import (
    DocumentComparison,
    align_text,
    compare_documents,
    explain,
    find_close_projects,
    list_documents_items,
    load_meeting_passages,
    measure_portfolio,
    prepare_project,
    prepare_text,
)
from roadmapfit.calibrate import Thresholds, Verdict
from roadmapfit.errors import InputError, WorkspaceError
from roadmapfit.records import Batch, Project, StrategyDocument, StrategyItem
from roadmapfit.similar import Closeness
from roadmapfit.workspace import Workspace
from toys import DOCUMENTS, build_toy_workspace, toy_batch, toy_model

ROOT_2 = 2**0.5


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return build_toy_workspace(tmp_path_factory.mktemp("analysis") / "toys")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace whose documents have nothing but headings, and a project without text."""
    from roadmapfit.workspace import create_workspace

    encoder = WordCountEncoder()
    made = create_workspace(tmp_path / "empty", encoder=encoder, model=toy_model(encoder))
    heading = StrategyItem("pole-nord/h", "pole-nord", "Titre", "", "fr", 0, is_heading=True)
    blank = Project("blank", " ", "", "fr", "test")
    made.add_batch(
        Batch(documents=list(DOCUMENTS), items=[heading], projects=[blank]), source_name="s"
    )
    made.build()
    yield made
    made.refresh()


# --- alignment ------------------------------------------------------------------


def test_a_stored_project_is_aligned_with_every_item(workspace: Workspace) -> None:
    prepared = prepare_project(workspace, "aquabat")
    assert (prepared.project_id, prepared.language, prepared.n_words) == ("aquabat", "en", 30)
    assert prepared.obstacle == ""
    found = align_text(workspace, prepared)
    assert [(each.item_id, round(each.probability, 4), each.verdict) for each in found][:4] == [
        ("pole-sud/water", 0.569, Verdict.ALIGNED),
        ("programme-industrie/batterie", 0.3333, Verdict.EXAMINE),
        ("pole-nord/solaire", 0.2357, Verdict.NOT_ALIGNED),
        ("pole-sud/health-data", 0.1667, Verdict.NOT_ALIGNED),
    ]
    assert found[0].low == pytest.approx(0.569 - 30**-0.5, abs=1e-3)
    assert len(found) == 6


def test_alignment_can_be_kept_to_some_documents(workspace: Workspace) -> None:
    prepared = prepare_project(workspace, "aquabat")
    found = align_text(workspace, prepared, document_ids=["pole-nord", "programme-industrie"])
    assert [each.item_id for each in found] == [
        "programme-industrie/batterie",
        "pole-nord/solaire",
        "pole-nord/hydrogene",
        "programme-industrie/eolien",
    ]


def test_a_pasted_text_is_aligned_like_a_stored_one(workspace: Workspace) -> None:
    (project,) = [each for each in toy_batch().projects if each.id == "helios"]
    pasted = prepare_text(workspace, project.abstract, title=project.title)
    stored = prepare_project(workspace, "helios")
    assert (pasted.project_id, pasted.language, pasted.n_words) == (None, "en", stored.n_words)
    assert [passage.text for passage in pasted.passages] == [
        passage.text for passage in stored.passages
    ]
    for one, other in zip(
        align_text(workspace, pasted), align_text(workspace, stored), strict=True
    ):
        assert one.item_id == other.item_id
        assert one.probability == pytest.approx(other.probability, abs=1e-3)


def test_a_pasted_text_settles_its_language_as_a_whole(workspace: Workspace) -> None:
    prepared = prepare_text(
        workspace,
        "L'hydrogène vient de l'eau de mer et part dans les navires du port.",
        title="Hydrogène marin",
    )
    assert [(each.field, each.language) for each in prepared.passages] == [
        ("title", "fr"),
        ("abstract", "fr"),
    ]


def test_accents_that_stand_apart_are_put_together(workspace: Workspace) -> None:
    text = "L'hydrogène décarboné alimente les péniches et les remorqueurs du port."
    apart = unicodedata.normalize("NFD", text)
    (passage,) = prepare_text(workspace, apart).passages
    assert passage.text == text
    assert align_text(workspace, prepare_text(workspace, apart)) == align_text(
        workspace, prepare_text(workspace, text)
    )


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_a_blank_text_is_refused(workspace: Workspace, text: str) -> None:
    with pytest.raises(InputError, match="^the text is empty; a title or an abstract of a few"):
        prepare_text(workspace, text, title=text)


def test_what_cannot_be_read_says_why(workspace: Workspace) -> None:
    german = prepare_project(workspace, "archiv")
    assert (german.language, german.obstacle) == ("de", "obstacle.language")
    found = align_text(workspace, german)
    assert {(each.verdict, each.reason) for each in found} == {
        (Verdict.CANNOT_TELL, "obstacle.language")
    }
    assert all(math.isnan(each.probability) for each in found)
    assert prepare_text(workspace, "hydrogène vert").obstacle == "obstacle.too_short"


def test_an_unknown_project_is_refused(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="^the index has no project “hydro”; check the id, or"):
        prepare_project(workspace, "hydro")


def test_a_project_without_text_is_refused(empty: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="^the project “blank” has no text to compare; give"):
        prepare_project(empty, "blank")


# --- evidence -------------------------------------------------------------------


def test_evidence_is_shown_on_both_sides(workspace: Workspace) -> None:
    found = explain(workspace, prepare_project(workspace, "hydroport"), "pole-nord/hydrogene")
    assert [(each.project_passage.field, round(each.similarity, 4)) for each in found] == [
        ("title", 1.0),
        ("abstract", 1.0),
    ]  # without the third, at 1 / root 2, the mean of the three would be higher
    first = found[1]
    words = [first.project_passage.text[term.start : term.end] for term in first.project_terms]
    # The title is as near by meaning; the text holds more of the words.
    assert first.item_passage.id == "item:pole-nord/hydrogene:text:0"
    assert words == ["produit", "hydrogène", "électrolyse", "port"]


@pytest.mark.parametrize("item_id", ["pole-nord/none", "pole-nord/energies"])
def test_only_items_with_text_can_be_explained(workspace: Workspace, item_id: str) -> None:
    prepared = prepare_project(workspace, "hydroport")
    with pytest.raises(WorkspaceError, match=f"^the index has no item “{item_id}” to align with;"):
        explain(workspace, prepared, item_id)


# --- close projects and partners ------------------------------------------------


def test_close_projects_leave_the_project_itself_out(workspace: Workspace) -> None:
    found = find_close_projects(workspace, prepare_project(workspace, "hydroport"))
    assert [(each.project_id, each.closeness) for each in found] == [
        ("hydroharbour", Closeness.SAME_AIM)
    ]
    meeting = load_meeting_passages(workspace, prepare_project(workspace, "hydroport"), found[0])
    assert {(ours.text[:20], theirs.text[:20]) for ours, theirs in meeting} == {
        ("Hydrogène pour le po", "Hydrogen for the har"),
        ("Le projet produit de", "Hydrogen for the har"),
        ("Une station distribu", "A station delivers t"),
    }


def test_a_pasted_text_finds_its_original(workspace: Workspace) -> None:
    (project,) = [each for each in toy_batch().projects if each.id == "helios"]
    pasted = prepare_text(workspace, project.abstract, title=project.title)
    found = find_close_projects(workspace, pasted, n_projects=1)
    assert [(each.project_id, each.closeness) for each in found] == [
        ("helios", Closeness.SAME_TEXT)
    ]


# --- coverage -------------------------------------------------------------------


def test_items_of_documents_come_in_reading_order_without_headings(workspace: Workspace) -> None:
    found = list_documents_items(workspace.generation, ["pole-sud", "pole-nord"])
    assert [item.id for item in found] == [
        "pole-nord/hydrogene",
        "pole-nord/solaire",
        "pole-sud/health-data",
        "pole-sud/water",
    ]


def test_a_portfolio_is_measured_over_some_documents(workspace: Workspace) -> None:
    found = measure_portfolio(workspace, ["pole-nord", "pole-sud"])
    assert [(item.item_id, item.n_aligned, item.n_examine) for item in found.items] == [
        ("pole-nord/hydrogene", 2, 0),
        ("pole-nord/solaire", 1, 0),
        ("pole-sud/health-data", 1, 0),
        ("pole-sud/water", 1, 0),
    ]
    assert found.items[0].project_ids == ("hydroharbour", "hydroport")
    assert (found.orphan_ids, found.unread_ids) == (("museum",), ("archiv",))
    assert (found.n_projects, found.n_without_funding) == (7, 1)
    assert found.funding_eur == 2_090_000
    attributed = [item.funding_eur for item in found.items]
    best = (2 + 1 / ROOT_2) / 3
    assert attributed[0] == pytest.approx(1_000_000 * best, rel=1e-3)
    assert attributed[3] == pytest.approx(150_000 * (1 + 1 / ROOT_2) / 3, rel=1e-3)
    assert sum(attributed) + found.unattributed_eur == pytest.approx(2_090_000)


def test_a_portfolio_can_be_filtered_and_added_to(workspace: Workspace) -> None:
    idea = prepare_text(
        workspace, "An offshore wind farm feeds the small island all through the winter."
    )
    before = measure_portfolio(
        workspace, ["programme-industrie"], keep=lambda project: project.year == 2023
    )
    after = measure_portfolio(
        workspace,
        ["programme-industrie"],
        keep=lambda project: project.year == 2023,
        added=[idea, prepare_project(workspace, "archiv")],
    )
    assert [(item.n_aligned, item.n_examine) for item in before.items] == [(0, 1), (0, 0)]
    assert before.gap_ids == ("programme-industrie/batterie", "programme-industrie/eolien")
    assert after.gap_ids == ("programme-industrie/batterie",)
    assert after.items[1].project_ids == ("pasted-1",)
    assert (after.unread_ids, after.orphan_ids) == (("pasted-2",), ("cohorte",))
    assert (after.funding_eur, after.n_without_funding) == (before.funding_eur, 2)


def test_thresholds_only_change_the_counting(workspace: Workspace) -> None:
    strict = measure_portfolio(
        workspace, ["pole-nord"], thresholds=Thresholds(examine=0.5, aligned=0.9)
    )
    assert [(item.n_aligned, item.n_examine) for item in strict.items] == [(2, 0), (0, 1)]


# --- two documents --------------------------------------------------------------


def test_two_documents_are_related_item_by_item(workspace: Workspace) -> None:
    found = compare_documents(workspace, "pole-nord", "programme-industrie")
    assert found.row_ids == ("pole-nord/hydrogene", "pole-nord/solaire")
    assert found.column_ids == ("programme-industrie/batterie", "programme-industrie/eolien")
    # solaire's two passages: solar, and solar with battery, .707 from battery.
    np.testing.assert_allclose(found.probability, [[0, 0], [1 / ROOT_2 / 2, 0]], atol=1e-3)
    thresholds = Thresholds(examine=0.25, aligned=0.5)
    assert found.uncovered_columns(thresholds) == ("programme-industrie/eolien",)


def test_comparing_is_not_the_same_the_other_way_round(workspace: Workspace) -> None:
    found = compare_documents(workspace, "programme-industrie", "pole-nord")
    # batterie's two passages are both battery: each is .707 from solaire's second one.
    np.testing.assert_allclose(found.probability, [[0, 1 / ROOT_2], [0, 0]], atol=1e-3)


def test_without_rows_every_column_is_uncovered() -> None:
    none = DocumentComparison((), ("a", "b"), np.empty((0, 2), dtype=np.float32))
    assert none.uncovered_columns(Thresholds(examine=0.1, aligned=0.5)) == ("a", "b")


def test_an_unknown_document_is_refused_with_the_known_ones(workspace: Workspace) -> None:
    with pytest.raises(
        WorkspaceError,
        match="^the index has no document “pole”; known documents: pole-nord, pole-sud, programme-",
    ):
        compare_documents(workspace, "pole-nord", "pole")


def test_a_document_without_items_is_refused(empty: Workspace) -> None:
    assert list(empty.generation.documents) == [
        document.id for document in sorted(DOCUMENTS, key=lambda each: each.id)
    ]
    with pytest.raises(WorkspaceError, match="^the document “pole-nord” has no item to align with"):
        compare_documents(empty, "pole-nord", "pole-sud")


def test_documents_are_those_of_the_build(workspace: Workspace) -> None:
    assert isinstance(workspace.generation.documents["pole-nord"], StrategyDocument)
