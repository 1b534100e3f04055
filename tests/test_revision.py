"""Two wordings of one text: which fits changed, by how much, which verdicts turned."""

from __future__ import annotations

from pathlib import Path

import pytest

from roadmapfit.align import Alignment
from roadmapfit.analysis import align_text, prepare_project, prepare_text
from roadmapfit.calibrate import Verdict
from roadmapfit.errors import WorkspaceError
from roadmapfit.revision import compare_alignments, list_turned
from toys import PROJECTS, build_toy_workspace, toy_model_with_memory, write_toy_model

NAN = float("nan")


def fit(item_id: str, probability: float, verdict: Verdict) -> Alignment:
    return Alignment(item_id, probability, probability, probability, verdict)


def test_greatest_differences_come_first_whichever_way() -> None:
    before = [
        fit("a", 0.6, Verdict.ALIGNED),
        fit("b", 0.3, Verdict.EXAMINE),
        fit("c", 0.1, Verdict.NOT_ALIGNED),
        fit("d", 0.3, Verdict.EXAMINE),
    ]
    after = [
        fit("d", 0.34, Verdict.EXAMINE),
        fit("c", 0.45, Verdict.EXAMINE),
        fit("b", 0.3, Verdict.EXAMINE),
        fit("a", 0.1, Verdict.NOT_ALIGNED),
    ]
    changes = compare_alignments(before, after)
    assert [(each.item_id, each.n_points) for each in changes] == [
        ("a", -50),
        ("c", 35),
        ("d", 4),
        ("b", 0),
    ]
    assert [each.item_id for each in list_turned(changes)] == ["a", "c"]


def test_equal_differences_are_in_the_order_of_their_items() -> None:
    before = [fit(each, 0.5, Verdict.ALIGNED) for each in "ba"]
    after = [fit("b", 0.75, Verdict.ALIGNED), fit("a", 0.25, Verdict.EXAMINE)]
    assert [each.item_id for each in compare_alignments(before, after)] == ["a", "b"]


def test_a_text_that_cannot_be_judged_differs_by_nothing_known_and_stands_last() -> None:
    before = [fit("a", NAN, Verdict.CANNOT_TELL), fit("b", 0.5, Verdict.ALIGNED)]
    after = [fit("a", 0.9, Verdict.ALIGNED), fit("b", 0.5, Verdict.ALIGNED)]
    last = compare_alignments(before, after)[-1]
    assert (last.item_id, last.n_points, last.is_turned) == ("a", 0, True)


def test_texts_aligned_with_other_items_are_refused() -> None:
    with pytest.raises(ValueError, match="2 items are aligned with one text only, such as 'a'"):
        compare_alignments([fit("a", 0.5, Verdict.ALIGNED)], [fit("b", 0.5, Verdict.ALIGNED)])


def test_the_same_text_changes_nothing(tmp_path: Path) -> None:
    workspace = build_toy_workspace(tmp_path / "toys")
    for project in PROJECTS:
        again = prepare_text(
            workspace, project.abstract, title=project.title, project_id=project.id
        )
        stored = prepare_project(workspace, project.id)
        changes = compare_alignments(align_text(workspace, stored), align_text(workspace, again))
        assert [(each.n_points, each.is_turned) for each in changes] == [(0, False)] * 6


def test_another_wording_changes_what_it_says_of(tmp_path: Path) -> None:
    workspace = build_toy_workspace(tmp_path / "toys")
    stored = prepare_project(workspace, "hydroport")
    revised = prepare_text(
        workspace,
        "Le parc solaire du port livre du courant aux quais, le jour comme la nuit. " * 2,
        title="Énergie solaire pour le port",
        project_id="hydroport",
    )
    first, second, *_rest = compare_alignments(
        align_text(workspace, stored), align_text(workspace, revised)
    )
    # All three passages speak of solar and of nothing else, as the item's title does.
    assert (first.item_id, first.after.probability) == ("pole-nord/solaire", pytest.approx(1.0))
    assert (first.n_points, first.after.verdict) == (100, Verdict.ALIGNED)
    assert (second.item_id, second.before.verdict, second.after.verdict) == (
        "pole-nord/hydrogene",
        Verdict.ALIGNED,
        Verdict.NOT_ALIGNED,
    )
    assert (second.n_points, second.after.probability) == (-90, 0.0)


def test_decisions_about_a_project_answer_for_no_wording_of_it(tmp_path: Path) -> None:
    workspace = build_toy_workspace(tmp_path / "toys")
    encoder = workspace.encoder
    home = write_toy_model(tmp_path / "cache", encoder)
    toy_model_with_memory(encoder).calibrator.write(home / "calibrator.json")
    workspace.model = toy_model_with_memory(encoder)
    workspace.decide("helios", "pole-nord/solaire", is_aligned=False)
    helios = next(each for each in PROJECTS if each.id == "helios")
    own, pasted = (
        align_text(
            workspace,
            prepare_text(workspace, helios.abstract, title=helios.title, project_id=project_id),
        )[0]
        for project_id in ("helios", None)
    )
    assert round(own.probability, 4) == 0.8412
    assert pasted.probability < own.probability


def test_another_wording_of_no_project_is_refused(tmp_path: Path) -> None:
    workspace = build_toy_workspace(tmp_path / "toys")
    with pytest.raises(WorkspaceError, match="none"):
        prepare_text(workspace, "Wind for the islands.", project_id="none")
