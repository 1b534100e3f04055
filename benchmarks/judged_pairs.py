"""Judged pairs of real data: which queries may serve what, their features, their weights."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from roadmapfit.calibrate import ACROSS, WITHIN
from roadmapfit.evaluate.tasks import (
    Task,
    Text,
    is_held_out,
    load_anr_committees,
    load_anr_titles,
    load_cordis_topics,
    load_fields,
    load_laureate_domains,
    load_siblings,
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
# One query in this many, test split apart, may serve the cohort and serves nothing else.
# Drawn by query, not by topic: a cohort of few topics makes noisy norms.
COHORT_SHARE = 10
CHUNK = 128


@dataclass(frozen=True)
class JudgedTask:
    """A task whose queries are projects, and what each query may be used for."""

    task: Task
    cohort: frozenset[str]
    fitting: frozenset[str]
    # Candidates that belong to the test split alone.
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
    """Load every task with judged pairs of projects and items; topics come first."""
    topics = load_cordis_topics(data)
    keys = {project: next(iter(right)) for project, right in topics.relevant.items()}
    return [
        divide(topics, keys, has_topics=True),
        divide(load_fields(data, language="en", topics=topics), keys),
        divide(load_fields(data, language="fr", topics=topics), keys),
        divide(load_siblings(topics, n_sentences=N_SHORT), keys, has_topics=True),
        *(
            divide(turn(load_anr_titles(data, title=title, abstract=abstract)))
            for title, abstract in (("fr", "en"), ("en", "fr"), ("fr", "fr"))
        ),
        divide(load_anr_committees(data, language="fr")),
        divide(load_anr_committees(data, language="en")),
        divide(load_laureate_domains(data, n_texts=N_LAUREATES)),
    ]


def divide(
    task: Task, keys: Mapping[str, str] | None = None, *, has_topics: bool = False
) -> JudgedTask:
    """Say what each query serves.

    ``keys`` is what queries are split by, where that is not their id. ``has_topics``
    says that the candidates are what they are split by: one of the test split is unseen
    even if no query asks for it, for the paragraph that stands for a topic is the text
    of a test query.
    """
    keys = keys or {}
    cohort, fitting = set(), set()
    open_candidates: set[str] = set()
    test_candidates: set[str] = set()
    for query in task.queries:
        key = keys.get(query.id, query.id)
        if is_held_out(key):
            test_candidates |= task.relevant[query.id]
            continue
        open_candidates |= task.relevant[query.id]
        (cohort if _serves_cohort(query.id) else fitting).add(query.id)
    unseen = test_candidates - open_candidates
    if has_topics:
        unseen |= {each.id for each in task.candidates if is_held_out(each.id)}
    return JudgedTask(task, frozenset(cohort), frozenset(fitting), frozenset(unseen))


def turn(task: Task) -> Task:
    """Exchange queries and candidates of a task that has one right candidate a query."""
    relevant: dict[str, set[str]] = {}
    for query, right in task.relevant.items():
        for candidate in right:
            relevant.setdefault(candidate, set()).add(query)
    return Task(
        name=task.name,
        queries=tuple(each for each in task.candidates if each.id in relevant),
        candidates=task.queries,
        relevant={query: frozenset(right) for query, right in relevant.items()},
        ambiguous={},
        held_out=frozenset(),
    )


class Measurer:
    """Measures features of pairs with a fixed set of items."""

    def __init__(self, items: TextSet, cohort: Cohort) -> None:
        """Measure the norms of the items once."""
        self._items, self._cohort = items, cohort
        self._item_norms = measure_item_norms(items, cohort)
        self._cohort_norms = measure_item_norms(cohort.items, cohort)

    def measure(self, projects: TextSet) -> Array:
        """Measure the features of every pair, shape (n_projects, n_items, n_features)."""
        return normalise(
            measure_similarities(projects, self._items),
            measure_project_norms(projects, self._cohort, cohort_norms=self._cohort_norms),
            self._item_norms,
            project_languages=projects.languages,
            item_languages=self._items.languages,
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
    measurer = Measurer(items, cohort)
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        measured = measurer.measure(projects.take(chunk))
        for local, row in enumerate(chunk):
            query_id = projects.ids[row]
            # In their order: that of a set differs from run to run, and with it the halves.
            right = sorted(columns[each] for each in task.relevant[query_id])
            out = {columns[each] for each in task.ambiguous.get(query_id, ())} | {*right, *unseen}
            wrong = np.array([column for column in range(len(items)) if column not in out])
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


def known_texts(tasks: Sequence[JudgedTask]) -> Iterable[Text]:
    """List the texts that may take part in term weights: no test query, no test candidate."""
    for judged in tasks:
        for query in judged.task.queries:
            if query.id in judged.background:
                yield query
        for candidate in judged.task.candidates:
            if candidate.id not in judged.unseen:
                yield candidate


def _serves_cohort(query_id: str) -> bool:
    digest = hashlib.sha256(f"cohort:{query_id}".encode()).hexdigest()
    return int(digest, 16) % COHORT_SHARE == 0
