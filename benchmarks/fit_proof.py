"""Fit what likeness weighs as a proof of a need, on pairs that were read, and check it.

    python -m benchmarks.fit_proof --workspace workspaces/cordis --demonstration workspaces/demo

prints as JSON the weights that ``roadmapfit.proof`` ships; how often what is proven to a degree
was judged to be so, projects of the other half left out of the fit; and, on CORDIS alone
and without any judgement, how often an organisation proves a passage of a project to one
half or more when it was in another project of the same topic, and when it was not.

Pairs (``benchmarks/proof_judged.csv``) were drawn evenly over the cosine of the need with the
organisation's nearest passage, so that close and distant ones are read equally often. Others,
drawn by a high degree of proof on the demonstration corpus, are no part of the fit and check
it; some of the first were read a second time.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score, roc_auc_score

from roadmapfit.competence import find_best
from roadmapfit.evaluate.runner import SEED
from roadmapfit.generation import Generation
from roadmapfit.proof import (
    LEAST_PROOF,
    MOST_SHARED,
    ProofWeights,
    compare_passages,
    measure_proof,
    measure_usual,
    weigh_evidence,
)
from roadmapfit.records import OwnerKind
from roadmapfit.workspace import open_workspace

Array = NDArray[np.float64]

JUDGED = Path(__file__).parent / "proof_judged.csv"
# Columns of what is measured of a pair, in their order.
PASSAGE, TEXT, WORDS, PASSAGES = range(4)
FORMS: dict[str, tuple[int, ...]] = {
    "passage": (PASSAGE,),
    "passage, and number of passages": (PASSAGE, PASSAGES),
    "passage and text": (PASSAGE, TEXT),
    "passage and words": (PASSAGE, WORDS),
    "passage, text and words": (PASSAGE, TEXT, WORDS),
    "passage, text, words, and number of passages": (PASSAGE, TEXT, WORDS, PASSAGES),
}
SHIPPED = "passage, text and words"
WITHOUT = "passage and text"
BOUNDS = (0.0, LEAST_PROOF, 0.25, 0.5, 0.75, 1.0)
N_SPLITS = 20
# What was in use before: the cosine from nothing at .2 to full at .5.
OLD_NONE, OLD_FULL = 0.2, 0.5
# Topics with as many projects; those of the largest calls are no subject.
LEAST_OF_TOPIC, MOST_OF_TOPIC = 2, 15
N_ASKED, N_DRAWN = 300, 25
OPEN_CALLS = ("ERC", "MSCA")


@dataclass(frozen=True)
class Judged:
    """Pairs that were read.

    ``measured`` has shape (n, 4), ``judged``, ``again`` (nan where read once), ``owners`` (the
    need's project) and ``are_own_words`` (of the proving organisation) (n,).
    """

    measured: Array
    judged: Array
    again: Array
    owners: NDArray[np.str_]
    are_own_words: NDArray[np.bool_]
    corpora: NDArray[np.str_]

    def take(self, rows: NDArray[np.bool_]) -> Judged:
        """Take some of the pairs."""
        return Judged(*(getattr(self, each.name)[rows] for each in fields(self)))


def main() -> int:
    """Measure, fit, check, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workspace", type=Path, required=True, help="of CORDIS")
    parser.add_argument("--demonstration", type=Path, required=True, help="of the demonstration")
    arguments = parser.parse_args()
    homes = {"cordis": arguments.workspace, "demonstration": arguments.demonstration}
    generations = {name: open_workspace(home).generation for name, home in homes.items()}
    drawn = read_judged(generations)
    pairs, high = drawn["cosine"], drawn["degree"]
    found = {
        "n_pairs": {name: int((pairs.corpora == name).sum()) for name in homes},
        "forms": {
            name: check_form(pairs, columns) | {"weights": fit_weights(pairs, columns).tolist()}
            for name, columns in FORMS.items()
        },
        "before": describe(
            pairs,
            np.clip((pairs.measured[:, PASSAGE] - OLD_NONE) / (OLD_FULL - OLD_NONE), 0, 1),
        ),
        "with words": asdict(name_weights(pairs, SHIPPED)),
        "without words": asdict(name_weights(pairs, WITHOUT)),
        "reliability": {
            name: tabulate(pairs, predict_apart(pairs, FORMS[SHIPPED]), pairs.corpora == name)
            for name in homes
        },
        "drawn by degree": tabulate(
            high, predict_shipped(pairs, high), high.corpora == "demonstration"
        ),
        "read twice": compare_readings(pairs),
        "same topic": compare_topics(generations["cordis"]),
    }
    print(json.dumps(found, indent=1))
    return 0


def read_judged(generations: dict[str, Generation]) -> dict[str, Judged]:
    """Measure the pairs that were read, by how they were drawn.

    A passage that a workspace lacks is an error.
    """
    with JUDGED.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(line for line in stream if not line.startswith("#")))
    row_of = {
        name: {str(each): row for row, each in enumerate(generation.index.table.id)}
        for name, generation in generations.items()
    }
    measured, owners = [], []
    for row in rows:
        generation, known = generations[row["corpus"]], row_of[row["corpus"]]
        need, proof = known[row["need"]], known[row["proof"]]
        owners.append(str(generation.index.table.owner_id[need]))
        measured.append(measure_pair(generation, need, proof))
    pairs = Judged(
        measured=np.array(measured),
        judged=np.array([float(row["judged"]) for row in rows]),
        again=np.array([float(row["again"] or "nan") for row in rows]),
        owners=np.array(owners),
        are_own_words=np.array(
            [row["proof"].startswith(f"{OwnerKind.ORGANISATION}:") for row in rows]
        ),
        corpora=np.array([row["corpus"] for row in rows]),
    )
    ways = np.array([row["drawn"] for row in rows])
    return {str(way): pairs.take(ways == way) for way in np.unique(ways)}


def measure_pair(generation: Generation, need: int, proof: int) -> list[float]:
    """Measure the likeness of two passages, by index row, and of the texts they stand in."""
    owners = generation.index.table.owner_id
    competences, projects = generation.competences, generation.projects
    asked = projects.ids.index(str(owners[need]))
    text = competences.texts.ids.index(str(owners[proof]))
    first = generation.rows_of(OwnerKind.PROJECT, [str(owners[need])])[0]
    vector = projects.vectors[projects.offsets[asked] + need - first]
    other = competences.texts.vectors[
        competences.texts.offsets[text] + proof - competences.first_rows[text]
    ]
    usual = measure_usual(vector[None], competences.texts)
    shared = float((projects.cognates[asked] @ competences.texts.cognates[text].T).sum())
    n_passages = np.diff(competences.texts.offsets)
    sizes = competences.proofs[:, text].T @ (competences.proofs @ n_passages)
    return [
        float(vector @ other),
        float(vector @ competences.texts.whole[text] - usual[0]),
        min(shared, MOST_SHARED),
        # Of the largest of the organisations that the text is a proof of.
        float(np.log(max(1.0, sizes.max(initial=1.0)))),
    ]


def fit_weights(
    pairs: Judged, columns: Sequence[int], rows: NDArray[np.bool_] | None = None
) -> Array:
    """Fit a logistic regression; a pair judged 0.5 counts half on either side.

    Returns
    -------
    numpy.ndarray
        Shape (n_columns + 1,): the weights, then the intercept.
    """
    rows = np.ones(len(pairs.judged), dtype=np.bool_) if rows is None else rows
    own, judged = pairs.measured[rows][:, list(columns)], pairs.judged[rows]
    model = LogisticRegression(C=1e3, max_iter=1000)
    model.fit(
        np.concatenate([own, own]),
        np.repeat([1, 0], len(own)),
        sample_weight=np.concatenate([judged, 1 - judged]),
    )
    return np.round(np.append(model.coef_[0], model.intercept_[0]), 2)


def name_weights(pairs: Judged, form: str) -> ProofWeights:
    """Fit a form and name its weights."""
    *weights, intercept = (float(each) for each in fit_weights(pairs, FORMS[form]))
    passage, text, *words = weights
    return ProofWeights(passage, text, words[0] if words else 0.0, intercept)


def predict_apart(pairs: Judged, columns: Sequence[int]) -> Array:
    """Predict each pair from fits that saw none of its project: halves, several times over."""
    rng = np.random.default_rng(SEED)
    projects = np.unique(pairs.owners)
    total = np.zeros(len(pairs.judged))
    for _ in range(N_SPLITS):
        half = np.isin(pairs.owners, rng.permutation(projects)[: len(projects) // 2])
        for fitted in (half, ~half):
            *weights, intercept = fit_weights(pairs, columns, fitted)
            own = pairs.measured[~fitted][:, list(columns)]
            total[~fitted] += expit(own @ np.array(weights) + intercept)
    return total / N_SPLITS


def predict_shipped(fitted: Judged, pairs: Judged) -> Array:
    """Predict pairs by the fits that are in use: own words have none in common."""
    degrees = np.zeros(len(pairs.judged))
    for form, rows in ((SHIPPED, ~pairs.are_own_words), (WITHOUT, pairs.are_own_words)):
        *weights, intercept = fit_weights(fitted, FORMS[form])
        own = pairs.measured[rows][:, list(FORMS[form])]
        degrees[rows] = expit(own @ np.array(weights) + intercept)
    return degrees


def check_form(pairs: Judged, columns: Sequence[int]) -> dict[str, float]:
    """Check a form on pairs of projects that it was not fitted on."""
    return describe(pairs, predict_apart(pairs, columns))


def describe(pairs: Judged, predicted: Array) -> dict[str, float]:
    """Say how near predictions come to the judgements: Brier score, and area under the curve."""
    return {
        "brier": round(float(((predicted - pairs.judged) ** 2).mean()), 3),
        "auc": round(float(roc_auc_score(pairs.judged >= 0.5, predicted)), 3),  # noqa: PLR2004
    }


def tabulate(
    pairs: Judged, predicted: Array, rows: NDArray[np.bool_]
) -> list[dict[str, float | int | None]]:
    """Set what was predicted beside what was judged, by level."""
    level = np.digitize(predicted, BOUNDS[1:-1])
    table = []
    for number in range(len(BOUNDS) - 1):
        own = rows & (level == number)
        table.append(
            {
                "from": BOUNDS[number],
                "to": BOUNDS[number + 1],
                "n": int(own.sum()),
                "predicted": _mean(predicted[own]),
                "judged": _mean(pairs.judged[own]),
            }
        )
    return table


def compare_readings(pairs: Judged) -> dict[str, float | int]:
    """Say how far two readings of the same pairs agree (Cohen, 1960; 1968 with weights)."""
    twice = ~np.isnan(pairs.again)
    # Whole numbers are classes to scikit-learn: none, half, all.
    first, second = ((2 * each[twice]).astype(int) for each in (pairs.judged, pairs.again))
    return {
        "n": int(twice.sum()),
        "the same": round(float((first == second).mean()), 3),
        "kappa": round(float(cohen_kappa_score(first, second)), 3),
        "kappa, linear weights": round(
            float(cohen_kappa_score(first, second, weights="linear")), 3
        ),
    }


def compare_topics(generation: Generation) -> dict[str, dict[str, float]]:
    """Count how often organisations prove a passage to one half or more.

    Returns
    -------
    dict
        By group of organisations and by whether they were in another project of the same
        topic: the share by what is in use, the share by the plain cosine as it was used
        before, and the number of pairs of a passage and an organisation.
    """
    projects, competences = generation.projects, generation.competences
    texts, groups, history = competences.texts, competences.proofs, competences.history
    heads = generation.project_heads
    topics = np.array([next(iter(heads[each].declared_item_ids), "") for each in texts.ids])
    names, counts = np.unique(topics, return_counts=True)
    of_size = {
        str(name)
        for name, n in zip(names, counts, strict=True)
        if name and LEAST_OF_TOPIC <= n <= MOST_OF_TOPIC
    }
    asked = [
        row
        for row, each in enumerate(projects.ids)
        if topics[texts.ids.index(each)] in of_size
        and not any(call in heads[each].programme for call in OPEN_CALLS)
    ]
    rng = np.random.default_rng(SEED)
    n_passages = groups @ np.diff(texts.offsets)
    by_size = np.argsort(n_passages, kind="stable")
    place = np.argsort(by_size, kind="stable")
    counted: dict[str, list[tuple[float, float]]] = {}
    for row in rng.choice(asked, min(N_ASKED, len(asked)), replace=False):
        own = texts.ids.index(projects.ids[row])
        members = set(history.members[history.project_ids.index(projects.ids[row])].indices)
        same = np.flatnonzero((topics == topics[own]) & (np.arange(len(texts)) != own))
        related = sorted(set(groups[:, same].nonzero()[0].tolist()) - members)[:N_DRAWN]
        # As many that were in no such project, each next in size to one that was.
        others = _find_beside(related, by_size, place, set(related) | members)
        passage = int(rng.integers(projects.offsets[row], projects.offsets[row + 1]))
        vectors = projects.vectors[passage : passage + 1]
        nearest = compare_passages(vectors, texts)
        evidence = weigh_evidence(
            nearest, vectors=vectors, words=projects.cognates[row], texts=texts, among=texts
        )
        near = find_best(nearest, groups, blank=-1.0)[0]
        proven = measure_proof(find_best(evidence, groups, blank=-np.inf))[0]
        before = np.clip((near - OLD_NONE) / (OLD_FULL - OLD_NONE), 0, 1)
        for name, columns in (("in the topic", related), ("as large, not in it", others)):
            counted.setdefault(name, []).extend(
                zip(proven[columns].tolist(), before[columns].tolist(), strict=True)
            )
    return {name: _share(values, lambda each: each >= OLD_FULL) for name, values in counted.items()}


def _mean(values: Array) -> float | None:
    return round(float(values.mean()), 2) if len(values) else None


def _find_beside(
    related: Sequence[int],
    by_size: NDArray[np.intp],
    place: NDArray[np.intp],
    taken: set[int],
) -> list[int]:
    found: list[int] = []
    for column in related:
        after = (int(each) for each in by_size[place[column] :])
        beside = next((each for each in after if each not in taken), None)
        if beside is not None:
            taken.add(beside)
            found.append(beside)
    return found


def _share(
    values: Sequence[tuple[float, float]], is_proven: Callable[[float], bool]
) -> dict[str, float]:
    now, before = zip(*values, strict=True)
    return {
        "proven": round(float(np.mean([is_proven(each) for each in now])), 3),
        "before": round(float(np.mean([is_proven(each) for each in before])), 3),
        "n": len(values),
    }


if __name__ == "__main__":
    raise SystemExit(main())
