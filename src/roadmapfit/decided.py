"""What people decided, and what comes of it.

Decisions are read live from the workspace, so that one counts as soon as it is made:
in the ranking of other projects (``open_aligner``) and, after ``recalibrate``, in every
probability. The person's word itself is shown beside the measured verdict
(``decisions_of``) and changes neither that pair's probability nor a count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from roadmapfit.align import Aligner, Alignment, AlignmentTable, find_obstacle
from roadmapfit.calibrate import Verdict
from roadmapfit.generation import Generation
from roadmapfit.past import PastDecisions
from roadmapfit.recalibration import DecidedPairs, Recalibration, fit_recalibration
from roadmapfit.records import Decision
from roadmapfit.textset import TextSet
from roadmapfit.workspace import Workspace


@dataclass(frozen=True, slots=True)
class _Placed:
    """A decision about a project and an item that the index can compare, by their rows."""

    decision: Decision
    project_row: int
    item_row: int


def decisions_of(workspace: Workspace, project_id: str) -> dict[str, Decision]:
    """Return what was decided about a project, by item id."""
    return {each.item_id: each for each in workspace.decisions(project_id=project_id)}


def list_without_effect(workspace: Workspace) -> list[Decision]:
    """List the decisions that count for nothing now.

    Their project or item is not in the index, any more or yet, or is none that can be
    compared. They are kept: an update may bring it back. Before the first build that is
    all of them.
    """
    decisions = workspace.decisions()
    if not decisions or not workspace.is_built:
        return decisions
    placed = {each.decision for each in _place(workspace.generation, decisions)}
    return [each for each in decisions if each not in placed]


def count_past(workspace: Workspace, *, project_id: str | None = None) -> int:
    """Count the decisions that stand behind a text's ranking: those about other projects.

    0 where the alignment model never learnt how much such decisions say.
    """
    if workspace.model.calibrator.past is None:
        return 0
    return len(_place_past(workspace, project_id))


def gather_past(workspace: Workspace, *, project_id: str | None = None) -> PastDecisions | None:
    """Gather what was decided about other projects than one; ``None`` if that is nothing.

    Parameters
    ----------
    workspace
        Whose decisions and index.
    project_id
        The project to be aligned: what people said of it must not answer for it.
    """
    placed = _place_past(workspace, project_id)
    if not placed:
        return None
    return PastDecisions(
        item_rows=np.array([each.item_row for each in placed], dtype=np.int64),
        is_aligned=np.array([each.decision.is_aligned for each in placed], dtype=np.bool_),
        texts=workspace.generation.projects.take([each.project_row for each in placed]),
    )


def open_aligner(workspace: Workspace, *, project_id: str | None = None) -> Aligner:
    """Return what aligns one text with the items, past decisions brought to bear.

    ``project_id`` is the text's own, if it is stored. The bulk alignments behind
    coverage were measured without decisions.
    """
    generation = workspace.generation
    past = gather_past(workspace, project_id=project_id)
    return generation.aligner if past is None else _align_with(generation, past)


def correct_alignments(workspace: Workspace, alignments: Sequence[Alignment]) -> list[Alignment]:
    """Correct probabilities, intervals and verdicts, if the workspace was recalibrated.

    The order stays: the correction keeps it.
    """
    correction = workspace.recalibration
    if correction is None:
        return list(alignments)
    judge = workspace.model.calibrator.thresholds.judge
    figures = np.array([(each.probability, each.low, each.high) for each in alignments])
    corrected = []
    for each, (value, low, high) in zip(
        alignments, correction.correct(figures.astype(np.float32)).tolist(), strict=True
    ):
        if each.verdict is Verdict.CANNOT_TELL:
            corrected.append(each)
        else:
            corrected.append(
                replace(each, probability=value, low=low, high=high, verdict=judge(value))
            )
    return corrected


def correct_table(workspace: Workspace, table: AlignmentTable) -> AlignmentTable:
    """Correct the bulk alignments, if the workspace was recalibrated."""
    correction = workspace.recalibration
    if correction is None:
        return table
    return replace(
        table,
        probability=correction.correct(table.probability),
        low=correction.correct(table.low),
        high=correction.correct(table.high),
    )


def correct_probability(
    workspace: Workspace, probability: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Correct probabilities of any shape, if the workspace was recalibrated."""
    correction = workspace.recalibration
    return probability if correction is None else correction.correct(probability)


def measure_decided_pairs(workspace: Workspace) -> DecidedPairs:
    """Measure the decided pairs as they would be shown without any recalibration.

    Each project is measured without the decisions about itself, as it is when shown.
    """
    generation = workspace.generation
    by_project: dict[int, list[_Placed]] = {}
    for each in _place(generation, workspace.decisions()):
        by_project.setdefault(each.project_row, []).append(each)
    probability: list[float] = []
    placed: list[_Placed] = []
    for row, own in by_project.items():
        aligner = open_aligner(workspace, project_id=own[0].decision.project_id)
        measured = aligner.measure(generation.projects.take([row])).value[0]
        probability += [float(measured[each.item_row]) for each in own]
        placed += own
    return DecidedPairs(
        probability=np.array(probability),
        is_aligned=np.array([each.decision.is_aligned for each in placed], dtype=np.bool_),
        project_ids=tuple(each.decision.project_id for each in placed),
    )


def recalibrate(workspace: Workspace, *, today: date | None = None) -> Recalibration:
    """Fit probabilities to the workspace's decisions, and keep the fit if it is better.

    Kept or not, an earlier recalibration is gone afterwards; ``is_better`` of what is
    returned says whether this one took its place.

    Parameters
    ----------
    workspace
        With at least 30 decisions that have an effect, 8 of each kind.
    today
        The day to note; today unless given.

    Raises
    ------
    InputError
        If there are too few decisions.
    """
    fitted = fit_recalibration(
        measure_decided_pairs(workspace),
        alignment_model=workspace.alignment_model,
        fitted_on=today or date.today(),
    )
    if fitted.is_better:
        workspace.keep_recalibration(fitted)
    else:
        workspace.forget_recalibration()
    return fitted


def _align_with(generation: Generation, past: PastDecisions) -> Aligner:
    own = generation.aligner
    return Aligner(
        own.items,
        own.model,
        item_norms=own.item_norms,
        cohort_norms=own.cohort_norms,
        past=past,
    )


def _place_past(workspace: Workspace, project_id: str | None) -> list[_Placed]:
    decisions = [each for each in workspace.decisions() if each.project_id != project_id]
    return _place(workspace.generation, decisions) if decisions else []


def _place(generation: Generation, decisions: Sequence[Decision]) -> list[_Placed]:
    """Find the rows of projects and items; leave out what the index cannot compare."""
    projects, items = generation.projects, generation.items
    project_rows = {text_id: row for row, text_id in enumerate(projects.ids)}
    item_rows = {text_id: row for row, text_id in enumerate(items.ids)}
    return [
        _Placed(each, project_rows[each.project_id], item_rows[each.item_id])
        for each in decisions
        if each.item_id in item_rows
        and each.project_id in project_rows
        and _is_readable(projects, project_rows[each.project_id])
    ]


def _is_readable(texts: TextSet, row: int) -> bool:
    return not find_obstacle(str(texts.languages[row]), int(texts.n_words[row]))
