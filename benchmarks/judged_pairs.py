"""Judged pairs of real data: which queries may serve what, their features, their weights."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.training_texts import own_topics, turn
from roadmapfit.calibrate import ACROSS, WITHIN
from roadmapfit.evaluate.corpus import EncodedTexts
from roadmapfit.evaluate.tasks import (
    Split,
    Task,
    Text,
    load_anr_committees,
    load_anr_titles,
    load_cordis_topics,
    load_fields,
    load_laureate_domains,
    load_siblings,
    split_of,
)
from roadmapfit.features import (
    Cohort,
    measure_item_norms,
    measure_project_norms,
    measure_similarities,
    normalise,
)
from roadmapfit.textset import TextSet

Array = NDArray[np.float32]
# One aligned pair in ten: between a file read against the few axes of the cluster it
# was sent to, and the same file read against every item of every roadmap. A workspace
# with judged pairs of its own would set this from them.
PREVALENCE = 0.1
N_NEGATIVES = 200
N_LAUREATES = 1200
N_SHORT = 3
# One topic or project code in this many of the calibration split serves the cohort alone.
COHORT_SHARE = 4
CHUNK = 128


@dataclass(frozen=True)
class JudgedTask:
    """A task whose queries are projects, and what each query may be used for."""

    task: Task
    cohort: frozenset[str]
    fitting: frozenset[str]
    # Candidates that are right for queries of the test split alone.
    unseen: frozenset[str]

    @property
    def background(self) -> frozenset[str]:
        """Queries whose texts may take part in means and term weights."""
        return self.cohort | self.fitting


@dataclass(frozen=True)
class Pairs:
    """Features and labels of sampled pairs of one task, with what they stand for."""

    task: str
    route: str
    features: Array
    labels: NDArray[np.int8]
    weights: Array


def load_judged_tasks(data: Path) -> list[JudgedTask]:
    """Load every task with judged pairs of projects and items; topics come first.

    The encoder's adapter learnt from the training split of CORDIS topics, field labels
    and ANR titles, so only the calibration split of these is used here; it never saw a
    committee or a domain.
    """
    topics = load_cordis_topics(data)
    keys = own_topics(topics)
    unseen_alone = {Split.CALIBRATION}
    all_but_test = {Split.CALIBRATION, Split.TRAINING}
    return [
        divide(topics, unseen_alone, keys),
        divide(load_fields(data, language="en", topics=topics), unseen_alone, keys),
        divide(load_fields(data, language="fr", topics=topics), unseen_alone, keys),
        divide(load_siblings(topics, n_sentences=N_SHORT), unseen_alone, keys),
        *(
            divide(turn(load_anr_titles(data, title=title, abstract=abstract)), unseen_alone)
            for title, abstract in (("fr", "en"), ("en", "fr"), ("fr", "fr"))
        ),
        divide(load_anr_committees(data, language="fr"), all_but_test),
        divide(load_anr_committees(data, language="en"), all_but_test),
        divide(load_laureate_domains(data, n_texts=N_LAUREATES), all_but_test),
    ]


def divide(task: Task, allowed: set[Split], keys: Mapping[str, str] | None = None) -> JudgedTask:
    """Say what each query serves; ``keys`` is what it is split by, where not its id."""
    keys = keys or {}
    cohort, fitting = set(), set()
    open_candidates: set[str] = set()
    test_candidates: set[str] = set()
    for query in task.queries:
        key = keys.get(query.id, query.id)
        split = split_of(key)
        if split is Split.TEST:
            test_candidates |= task.relevant[query.id]
            continue
        open_candidates |= task.relevant[query.id]
        if split in allowed:
            (cohort if _serves_cohort(key) else fitting).add(query.id)
    return JudgedTask(
        task,
        frozenset(cohort),
        frozenset(fitting),
        frozenset(test_candidates - open_candidates),
    )


def measure_features(projects: TextSet, items: TextSet, cohort: Cohort) -> Array:
    """Measure the features of every pair, shape (n_projects, n_items, n_features)."""
    return normalise(
        measure_similarities(projects, items),
        measure_project_norms(
            projects, cohort, cohort_norms=measure_item_norms(cohort.items, cohort)
        ),
        measure_item_norms(items, cohort),
        project_languages=projects.languages,
        item_languages=items.languages,
    )


def sample_pairs(
    judged: JudgedTask,
    projects: TextSet,
    items: TextSet,
    cohort: Cohort,
    rng: np.random.Generator,
) -> Pairs:
    """Take right and some wrong candidates of each query, weighted to the prevalence."""
    task = judged.task
    rows = [row for row, text_id in enumerate(projects.ids) if text_id in judged.fitting]
    columns = {candidate_id: column for column, candidate_id in enumerate(items.ids)}
    unseen = {columns[each] for each in judged.unseen}
    features, labels, weights = [], [], []
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        measured = measure_features(projects.take(chunk), items, cohort)
        for local, row in enumerate(chunk):
            query_id = projects.ids[row]
            right = [columns[each] for each in task.relevant[query_id]]
            out = {columns[each] for each in task.ambiguous.get(query_id, ())} | set(right)
            wrong = np.array([column for column in range(len(items)) if column not in out | unseen])
            drawn = rng.choice(wrong, size=min(N_NEGATIVES, len(wrong)), replace=False)
            features += [measured[local, right], measured[local, drawn]]
            labels += [np.ones(len(right), np.int8), np.zeros(len(drawn), np.int8)]
            weights += [
                np.full(len(right), PREVALENCE / len(right)),
                np.full(len(drawn), (1 - PREVALENCE) / len(drawn)),
            ]
    languages = {str(code) for code in projects.languages[rows]}
    route = WITHIN if task.candidates[0].language in languages else ACROSS
    return Pairs(
        task.name,
        route,
        np.concatenate(features),
        np.concatenate(labels),
        # Every task counts the same, however many queries it has.
        (np.concatenate(weights) / len(rows)).astype(np.float32),
    )


def shorten(encoded: EncodedTexts, n_passages: int) -> EncodedTexts:
    """Keep the first passages of each text's body: what a three-line idea holds."""
    kept: list[int] = []
    counts: dict[str, int] = {}
    for row, passage in enumerate(encoded.passages):
        seen = counts.get(passage.owner_id, 0)
        if passage.field != "title" and seen < n_passages:
            counts[passage.owner_id] = seen + 1
            kept.append(row)
    passages = tuple(encoded.passages[row] for row in kept)
    return EncodedTexts(encoded.kind, passages, encoded.vectors[kept])


def known_texts(tasks: Sequence[JudgedTask]) -> Iterable[Text]:
    """List the texts that may take part in term weights: no test query, no test candidate."""
    for judged in tasks:
        for query in judged.task.queries:
            if query.id in judged.background:
                yield query
        for candidate in judged.task.candidates:
            if candidate.id not in judged.unseen:
                yield candidate


def _serves_cohort(key: str) -> bool:
    digest = hashlib.sha256(f"cohort:{key}".encode()).hexdigest()
    return int(digest, 16) % COHORT_SHARE == 0
