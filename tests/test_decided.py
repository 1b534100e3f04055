from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from fakes import WordCountEncoder
from roadmapfit.align import Alignment
from roadmapfit.analysis import (
    align_text,
    compare_documents,
    measure_portfolio,
    prepare_project,
    prepare_text,
)
from roadmapfit.calibrate import Verdict
from roadmapfit.decided import (
    count_past,
    decisions_of,
    gather_past,
    list_without_effect,
    measure_decided_pairs,
    recalibrate,
)
from roadmapfit.errors import InputError, LockedError, WorkspaceError
from roadmapfit.recalibration import correct_probability
from roadmapfit.records import Batch, Decision, Project
from roadmapfit.workspace import Workspace, create_workspace
from toys import (
    ITEMS,
    TOY_SOURCE,
    build_toy_workspace,
    open_toy_workspace,
    toy_batch,
    toy_model_with_memory,
)

DAY = date(2026, 3, 3)
READABLE = ("aquabat", "cohorte", "helios", "hydroharbour", "hydroport", "museum")
LEAVES = tuple(item.id for item in ITEMS if not item.is_heading)
# The pairs of toys.py with a probability above 0, as they are tabled there.
TOUCHED = {
    ("hydroport", "pole-nord/hydrogene"),
    ("hydroport", "pole-sud/water"),
    ("hydroharbour", "pole-nord/hydrogene"),
    ("hydroharbour", "pole-sud/water"),
    ("helios", "pole-nord/solaire"),
    ("helios", "programme-industrie/batterie"),
    ("helios", "pole-sud/health-data"),
    ("helios", "pole-sud/water"),
    ("cohorte", "pole-sud/health-data"),
    ("aquabat", "pole-nord/solaire"),
    ("aquabat", "programme-industrie/batterie"),
    ("aquabat", "pole-sud/health-data"),
    ("aquabat", "pole-sud/water"),
}


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("decided") / "toys"
    build_toy_workspace(directory).refresh()
    return directory


@pytest.fixture
def workspace(pristine: Path, tmp_path: Path) -> Workspace:
    return open_toy_workspace(shutil.copytree(pristine, tmp_path / "toys"))


@pytest.fixture
def remembering(tmp_path: Path) -> Workspace:
    """A workspace whose model learnt from past decisions."""
    encoder = WordCountEncoder()
    model = toy_model_with_memory(encoder)
    made = create_workspace(tmp_path / "remembering", encoder=encoder, model=model)
    made.add_batch(toy_batch(), source_name=TOY_SOURCE)
    made.build()
    return made


def decide_all(workspace: Workspace, *, is_aligned: Callable[[tuple[str, str]], bool]) -> None:
    """Decide all 36 pairs of the toys that can be compared."""
    decisions = [
        Decision(project_id, item_id, is_aligned((project_id, item_id)))
        for project_id in READABLE
        for item_id in LEAVES
    ]
    workspace.add_batch(Batch(decisions=decisions), source_name="all.csv")


def align(workspace: Workspace, project_id: str) -> dict[str, Alignment]:
    found = align_text(workspace, prepare_project(workspace, project_id))
    return {each.item_id: each for each in found}


# --- a person's word ------------------------------------------------------------


def test_a_decision_counts_at_once_and_can_be_withdrawn(workspace: Workspace) -> None:
    made = workspace.decide(
        "helios", "pole-nord/solaire", is_aligned=True, note=" seen\x00 \ud800it ", decided_on=DAY
    )
    assert made == Decision("helios", "pole-nord/solaire", True, DAY, "seen it")
    assert decisions_of(workspace, "helios") == {"pole-nord/solaire": made}
    assert (decisions_of(workspace, "museum"), workspace.decisions()) == ({}, [made])
    assert workspace.is_up_to_date()
    workspace.withdraw_decision("helios", "pole-nord/solaire")
    assert workspace.decisions() == []


def test_a_decision_waits_its_turn_to_be_written(workspace: Workspace) -> None:
    workspace.decide("helios", "pole-nord/solaire", is_aligned=True)
    with (
        FileLock(workspace.directory / "write.lock"),
        pytest.raises(LockedError, match="^another program is writing to the workspace toys;"),
    ):
        workspace.withdraw_decision("helios", "pole-nord/solaire")
    assert len(workspace.decisions()) == 1


def test_a_decision_leaves_its_own_pair_as_it_was_measured(workspace: Workspace) -> None:
    before = align(workspace, "helios"), measure_portfolio(workspace, ["pole-nord"])
    workspace.decide("helios", "pole-nord/solaire", is_aligned=False)
    assert (align(workspace, "helios"), measure_portfolio(workspace, ["pole-nord"])) == before


def test_what_stands_behind_a_ranking_is_said_of_other_projects(workspace: Workspace) -> None:
    assert gather_past(workspace) is None
    workspace.decide("hydroport", "pole-nord/hydrogene", is_aligned=True)
    workspace.decide("helios", "pole-sud/water", is_aligned=False)
    past = gather_past(workspace)
    assert past is not None
    assert (past.item_rows.tolist(), past.is_aligned.tolist()) == ([3, 0], [False, True])
    assert past.texts.ids == ("helios", "hydroport")
    without = gather_past(workspace, project_id="helios")
    assert without is not None
    assert without.texts.ids == ("hydroport",)
    assert count_past(workspace) == 0  # for the model never learnt from decisions


def test_past_decisions_move_the_ranking_of_projects_alike(remembering: Workspace) -> None:
    # toys: hydroharbour says in English what hydroport says in French, museum neither.
    before = {each: align(remembering, each) for each in ("hydroharbour", "museum")}
    remembering.decide("hydroport", "pole-nord/solaire", is_aligned=True)
    remembering.decide("hydroport", "pole-nord/hydrogene", is_aligned=False)
    found = align(remembering, "hydroharbour")
    assert before["hydroharbour"]["pole-nord/solaire"].probability == pytest.approx(0, abs=1e-4)
    assert found["pole-nord/solaire"].probability == pytest.approx(0.1, abs=1e-3)
    assert found["pole-nord/hydrogene"].probability == pytest.approx(0.8024, abs=1e-3)
    assert found["pole-sud/water"] == before["hydroharbour"]["pole-sud/water"]
    museum = {item_id: each.probability for item_id, each in align(remembering, "museum").items()}
    assert museum == {item_id: pytest.approx(0, abs=1e-4) for item_id in LEAVES}


def test_decisions_about_a_project_do_not_answer_for_it(remembering: Workspace) -> None:
    before = align(remembering, "hydroport"), measure_portfolio(remembering, ["pole-nord"])
    remembering.decide("hydroport", "pole-nord/solaire", is_aligned=True)
    after = align(remembering, "hydroport"), measure_portfolio(remembering, ["pole-nord"])
    assert after == before
    assert [count_past(remembering, project_id=each) for each in ("hydroport", None)] == [0, 1]


def test_decisions_that_cannot_count_are_kept_and_listed(workspace: Workspace) -> None:
    gone = workspace.decide("helios", "pole-sud/water", is_aligned=True)
    workspace.decide("helios", "pole-nord/solaire", is_aligned=True)
    unread = workspace.decide("archiv", "pole-nord/solaire", is_aligned=True)  # German
    assert list_without_effect(workspace) == [unread]
    updated = toy_batch()
    updated.items = [item for item in updated.items if item.id != "pole-sud/water"]
    workspace.add_batch(updated, source_name=TOY_SOURCE)
    workspace.build()
    assert list_without_effect(workspace) == [unread, gone]
    workspace.add_batch(toy_batch(), source_name=TOY_SOURCE)
    workspace.build()
    assert list_without_effect(workspace) == [unread]


def test_a_decision_about_a_new_project_waits_for_the_build(workspace: Workspace) -> None:
    text = "The project builds floating wind turbines far from the coast of the region."
    new = Project("seawind", "Wind at sea", text, "en", "test")
    workspace.add_batch(Batch(projects=[new]), source_name="new")
    made = workspace.decide("seawind", "programme-industrie/eolien", is_aligned=True)
    assert list_without_effect(workspace) == [made]
    workspace.build()
    assert list_without_effect(workspace) == []


def test_without_an_index_no_decision_has_an_effect(tmp_path: Path, workspace: Workspace) -> None:
    made = workspace.decide("helios", "pole-nord/solaire", is_aligned=True)
    (workspace.directory / "CURRENT").unlink()
    assert list_without_effect(open_toy_workspace(workspace.directory)) == [made]


# --- recalibration --------------------------------------------------------------


def test_decided_pairs_carry_the_shipped_probabilities(workspace: Workspace) -> None:
    workspace.decide("aquabat", "pole-sud/water", is_aligned=False)
    workspace.decide("aquabat", "pole-nord/hydrogene", is_aligned=True)
    workspace.decide("archiv", "pole-nord/hydrogene", is_aligned=True)  # cannot tell
    pairs = measure_decided_pairs(workspace)
    assert pairs.project_ids == ("aquabat", "aquabat")
    assert pairs.probability.round(4).tolist() == [0.0, 0.569]
    assert pairs.is_aligned.tolist() == [True, False]


def test_a_better_fit_is_kept_and_applied_wherever_figures_are(workspace: Workspace) -> None:
    decide_all(workspace, is_aligned=TOUCHED.__contains__)
    shipped = align(workspace, "aquabat")
    covered = measure_portfolio(workspace, ["pole-nord"]).items
    related = compare_documents(workspace, "pole-nord", "programme-industrie")
    fitted = recalibrate(workspace, today=DAY)
    assert (fitted.n_decisions, fitted.n_aligned, fitted.n_projects) == (36, 13, 6)
    assert (fitted.is_better, fitted.fitted_on) == (True, DAY)
    assert workspace.recalibration == fitted

    def correct(*values: float) -> list[float]:
        figures = {"slope": fitted.slope, "intercept": fitted.intercept}
        return pytest.approx(correct_probability(np.array(values), **figures).tolist(), abs=1e-5)

    found = align(workspace, "aquabat")
    judge = workspace.model.calibrator.thresholds.judge
    assert list(found) == list(shipped)
    for item_id, each in found.items():
        was = shipped[item_id]
        assert [each.probability, each.low, each.high] == correct(
            was.probability, was.low, was.high
        )
        assert each.verdict is judge(each.probability)
    solar = measure_portfolio(workspace, ["pole-nord"]).items[1]
    assert [solar.coverage] == correct(covered[1].coverage)
    again = compare_documents(workspace, "pole-nord", "programme-industrie")
    assert again.probability.ravel().tolist() == correct(*related.probability.ravel())


def test_what_cannot_be_told_stays_so(workspace: Workspace) -> None:
    decide_all(workspace, is_aligned=TOUCHED.__contains__)
    before = align_text(workspace, prepare_text(workspace, "Solar panels."))
    recalibrate(workspace)
    after = align_text(workspace, prepare_text(workspace, "Solar panels."))
    assert [(each.item_id, each.verdict, each.reason) for each in after] == [
        (each.item_id, Verdict.CANNOT_TELL, "obstacle.too_short") for each in before
    ]


def test_fitting_again_measures_the_shipped_figures(workspace: Workspace) -> None:
    decide_all(workspace, is_aligned=TOUCHED.__contains__)
    first = recalibrate(workspace, today=DAY)
    assert recalibrate(workspace, today=DAY) == first


def test_a_fit_that_is_not_better_is_not_kept_and_ends_the_one_before(
    workspace: Workspace,
) -> None:
    decide_all(workspace, is_aligned=TOUCHED.__contains__)
    assert recalibrate(workspace) == workspace.recalibration
    decide_all(workspace, is_aligned=lambda pair: pair not in TOUCHED)
    fitted = recalibrate(workspace)
    assert (fitted.is_better, fitted.slope < 0, workspace.recalibration) == (False, True, None)


def test_a_recalibration_can_be_forgotten(workspace: Workspace) -> None:
    decide_all(workspace, is_aligned=TOUCHED.__contains__)
    before = align(workspace, "aquabat")
    assert workspace.forget_recalibration() is False
    recalibrate(workspace)
    assert align(workspace, "aquabat") != before
    assert workspace.forget_recalibration() is True
    assert align(workspace, "aquabat") == before


def test_a_recalibration_of_another_model_does_not_apply(workspace: Workspace) -> None:
    decide_all(workspace, is_aligned=TOUCHED.__contains__)
    before = align(workspace, "aquabat")
    other = replace(recalibrate(workspace), alignment_model="another")
    workspace.keep_recalibration(other)
    assert (workspace.recalibration, workspace.load_recalibration()) == (None, other)
    assert align(workspace, "aquabat") == before


def test_a_damaged_recalibration_is_said_and_can_be_forgotten(workspace: Workspace) -> None:
    (workspace.directory / "calibration.json").write_text("{", encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"^calibration\.json is not a readable recalibr"):
        align(workspace, "aquabat")
    assert workspace.forget_recalibration() is True
    assert align(workspace, "aquabat")["pole-sud/water"].verdict is Verdict.ALIGNED


def test_too_few_decisions_are_refused(workspace: Workspace) -> None:
    workspace.decide("helios", "pole-nord/solaire", is_aligned=True)
    with pytest.raises(InputError, match="^1 decisions have an effect: 1 aligned and 0 not"):
        recalibrate(workspace)
