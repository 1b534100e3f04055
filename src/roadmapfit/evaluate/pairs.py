"""The judged pairs of a task, and how well the shipped probabilities agree with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from roadmapfit.calibrate import ACROSS, WITHIN
from roadmapfit.evaluate.calibration import measure_pairs
from roadmapfit.evaluate.corpus import EncodedTexts
from roadmapfit.evaluate.ranking import find_eligible
from roadmapfit.evaluate.sides import PairMatrix, Sides

Array = NDArray[np.float32]

# Wrong candidates drawn a query: thousands more would tell nothing new of it.
N_WRONG = 500
# Passages of a text cut short: the three sentences that people paste.
N_SHORT = 3
# One aligned pair in ten, where the calibrator does not say what it was fitted to.
PREVALENCE = 0.1


@dataclass(frozen=True, slots=True)
class JudgedPairs:
    """Pairs with a judgement, by place in the matrix of queries by candidates.

    ``rows``, ``columns``, ``labels`` (1 for right) and ``weights`` (the part of the
    reference population that a pair stands for; they add up to one when there are
    both right and wrong ones) have shape (n_pairs,).
    """

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    labels: NDArray[np.int8]
    weights: Array

    def take(self, keep: NDArray[np.bool_]) -> JudgedPairs:
        """Return some of the pairs."""
        return JudgedPairs(
            self.rows[keep], self.columns[keep], self.labels[keep], self.weights[keep]
        )


def draw_pairs(
    sides: Sides, is_read: NDArray[np.bool_], *, prevalence: float, seed: int
) -> JudgedPairs:
    """Take each query's right candidates, and at most ``N_WRONG`` of its wrong ones.

    Queries count the same among the right pairs, and among the wrong ones, whatever
    their number; both together make a population where ``prevalence`` are right.

    Parameters
    ----------
    sides
        Whose queries and candidates.
    is_read
        Shape (n_queries, n_candidates): pairs without text on one side are not judged.
    prevalence
        Share of aligned pairs, in (0, 1).
    seed
        Of the draw.
    """
    rng = np.random.default_rng(seed)
    task = sides.task
    columns = {each: column for column, each in enumerate(sides.candidate_ids)}
    eligible = find_eligible(sides.query_ids, sides.candidate_ids, task)
    rights, wrongs = [], []
    for row, (query_id, is_in) in enumerate(zip(sides.query_ids, eligible, strict=True)):
        is_right = np.zeros(len(columns), dtype=np.bool_)
        is_right[[columns[each] for each in task.relevant.get(query_id, ())]] = True
        counted = is_in & is_read[row]
        right = np.flatnonzero(counted & is_right)
        wrong = np.flatnonzero(counted & ~is_right)
        if len(wrong) > N_WRONG:
            wrong = np.sort(rng.choice(wrong, size=N_WRONG, replace=False))
        rights.append((row, right))
        wrongs.append((row, wrong))
    parts = [_stack(rights, 1, prevalence), _stack(wrongs, 0, 1 - prevalence)]
    return JudgedPairs(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("rows", "columns", "labels", "weights")
        )
    )


def measure_parts(sides: Sides, *, seed: int) -> dict[str, Any] | None:
    """Measure the shipped probabilities on all judged pairs, and on parts of them.

    Returns
    -------
    dict
        ``prevalence``, ``examine`` (the threshold), ``n_to_read`` (candidates that
        reach it, a query), ``n_to_choose_from`` (candidates, a query) and ``parts``, each
        as ``measure_pairs`` returns and with its ``route``: ``all``; where there are
        pairs within one language and across two, ``within`` and ``across``; where most
        projects have more than three sentences, ``short``, the same pairs with the
        projects' first three alone. ``None`` where no pair is judged right, or none
        wrong.
    """
    _, model = sides.tools.parts
    prevalence = float(model.calibrator.origin.get("prevalence", PREVALENCE))
    examine = model.calibrator.thresholds.examine
    whole = sides.pairs
    pairs = draw_pairs(sides, whole.is_read, prevalence=prevalence, seed=seed)
    if pairs.labels.all() or not pairs.labels.any():
        return None

    def measure(matrix: PairMatrix, own: JudgedPairs) -> dict[str, Any]:
        at = (own.rows, own.columns)
        within = matrix.is_within[at]
        route = WITHIN if within.all() else ACROSS if not within.any() else "both"
        return {"route": route} | measure_pairs(
            matrix.value[at], own.labels, fit=matrix.fit[at], weights=own.weights, examine=examine
        )

    parts = {"all": measure(whole, pairs)}
    is_within = whole.is_within[pairs.rows, pairs.columns]
    if is_within.any() and not is_within.all():
        parts[WITHIN] = measure(whole, pairs.take(is_within))
        parts[ACROSS] = measure(whole, pairs.take(~is_within))
    short = sides.encoded_projects.shorten(N_SHORT)
    if _are_mostly_longer(sides.encoded_projects, short):
        parts["short"] = measure(sides.measure_pairs(sides.to_text_set(short)), pairs)
    n_to_read, n_to_choose_from = _count_to_read(sides, whole, examine)
    return {
        "prevalence": prevalence,
        "examine": examine,
        "n_to_read": n_to_read,
        "n_to_choose_from": n_to_choose_from,
        "parts": parts,
    }


def _stack(drawn: list[tuple[int, NDArray[np.int64]]], label: int, mass: float) -> JudgedPairs:
    """Give one mass to all pairs of a label, the same part of it to each query."""
    drawn = [(row, columns) for row, columns in drawn if len(columns)]
    counts = np.array([len(columns) for _, columns in drawn], dtype=np.int64)
    rows = np.array([row for row, _ in drawn], dtype=np.int64)
    weights = mass / (max(1, len(drawn)) * np.maximum(counts, 1))
    return JudgedPairs(
        rows=np.repeat(rows, counts),
        columns=np.concatenate([np.empty(0, np.int64), *(columns for _, columns in drawn)]),
        labels=np.full(int(counts.sum()), label, dtype=np.int8),
        weights=np.repeat(weights, counts).astype(np.float32),
    )


def _count_to_read(sides: Sides, matrix: PairMatrix, examine: float) -> tuple[float, float]:
    """Average over queries the candidates to be examined, and those there are."""
    reached, counted = [], []
    eligible = find_eligible(sides.query_ids, sides.candidate_ids, sides.task)
    for row, is_in in enumerate(eligible):
        is_counted = is_in & matrix.is_read[row]
        reached.append(int((matrix.value[row, is_counted] >= examine).sum()))
        counted.append(int(is_counted.sum()))
    return float(np.mean(reached)), float(np.mean(counted))


def _are_mostly_longer(whole: EncodedTexts, short: EncodedTexts) -> bool:
    """Whether most texts have more sentences than the cut leaves; titles do not count."""
    n_whole, n_short = _count_sentences(whole), _count_sentences(short)
    n_longer = sum(n > n_short.get(owner_id, 0) for owner_id, n in n_whole.items())
    return n_longer > len(n_whole) / 2


def _count_sentences(texts: EncodedTexts) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for passage in texts.passages:
        if passage.field != "title":
            counts[passage.owner_id] = counts.get(passage.owner_id, 0) + 1
    return counts
