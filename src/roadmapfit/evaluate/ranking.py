"""Ranking measures at each query, and the sparse baselines that every figure stands beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from roadmapfit.evaluate.tasks import Task, Text

if TYPE_CHECKING:
    from ir_measures import Measure

Array = NDArray[np.float32]
Values = NDArray[np.float64]

# Only the head of a ranking counts for these measures but RR, whose contribution
# below rank 1,000 is under a thousandth.
DEPTH = 1000
# Queries handed to ir_measures at once: a run of thousands with their heads as
# Python dictionaries is gigabytes.
CHUNK = 256
# Where the share of expert matches found is read, as published on the RIA data.
MATCH_DEPTHS = (10, 30)
# Gains in [0, 1] as the whole numbers that TREC's judgements are.
GAIN_STEPS = 100


@dataclass(frozen=True, slots=True)
class QueryMeasure:
    """One measure at each judged query, in [0, 1], and how much each query weighs.

    ``values`` and ``weights`` are float64, shape (n_judged,). Queries weigh the same,
    but for the share of matches found: a query weighs as many matches as it has.
    """

    values: Values
    weights: Values

    @property
    def mean(self) -> float:
        """The weighted mean; ``nan`` without a judged query."""
        total = float(self.weights.sum())
        return float(self.values @ self.weights) / total if total else float("nan")


def measure_queries(
    order: Sequence[NDArray[np.int64]],
    query_ids: Sequence[str],
    candidate_ids: Sequence[str],
    task: Task,
) -> dict[str, QueryMeasure]:
    """Measure each query's ranking.

    Parameters
    ----------
    order
        As ``order_candidates`` returns.
    query_ids, candidate_ids
        As it took them.
    task
        Holds what is right. Where it has grades, nDCG@10 counts them as gains; the
        other measures count what is right.

    Returns
    -------
    dict
        ``R@1``, ``R@10``, ``nDCG@10`` and ``RR`` over the queries that have a right
        candidate, and, where the task has expert matches, ``matches@10`` and
        ``matches@30``: the share of them carried by a candidate that far up. A match
        that no candidate carries counts as not found.
    """
    judged = [row for row, query_id in enumerate(query_ids) if task.relevant.get(query_id)]
    found: dict[str, Values] = {}
    for start in range(0, len(judged), CHUNK):
        rows = judged[start : start + CHUNK]
        for name, values in _measure_chunk(order, rows, query_ids, candidate_ids, task).items():
            found.setdefault(name, np.zeros(len(judged)))[start : start + len(rows)] = values
    measured = {name: QueryMeasure(each, np.ones(len(judged))) for name, each in found.items()}
    return measured | _measure_matches(order, query_ids, candidate_ids, task)


def order_candidates(
    relevance: Array,
    query_ids: Sequence[str],
    candidate_ids: Sequence[str],
    task: Task,
    *,
    depth: int = DEPTH,
) -> list[NDArray[np.int64]]:
    """Rank each query's candidates, best first; equal ones as trec_eval does, last id first.

    Parameters
    ----------
    relevance
        Shape (n_queries, n_candidates); what is minus infinity or not a number is not
        ranked.
    query_ids, candidate_ids
        Of the rows and columns.
    task
        Its ambiguous candidates are left out, and those outside a query's group.
    depth
        How many to keep at the most.

    Returns
    -------
    list
        One array of columns a query.
    """
    by_id = np.array(
        sorted(range(len(candidate_ids)), key=candidate_ids.__getitem__, reverse=True),
        dtype=np.int64,
    )
    ranked = []
    for row, is_in in enumerate(find_eligible(query_ids, candidate_ids, task)):
        columns = by_id[is_in[by_id]]
        values = relevance[row, columns]
        columns, values = columns[values > -np.inf], values[values > -np.inf]
        ranked.append(columns[np.argsort(-values, kind="stable")[:depth]])
    return ranked


def find_eligible(
    query_ids: Sequence[str], candidate_ids: Sequence[str], task: Task
) -> Iterator[NDArray[np.bool_]]:
    """Say for each query which candidates count, as right or as wrong.

    Ambiguous ones do not, nor those outside the query's group.

    Yields
    ------
    numpy.ndarray
        bool, shape (n_candidates,).
    """
    columns = {candidate_id: column for column, candidate_id in enumerate(candidate_ids)}
    groups: dict[frozenset[str], NDArray[np.bool_]] = {}
    for query_id in query_ids:
        group = task.groups.get(query_id)
        if group is None:
            is_in = np.ones(len(candidate_ids), dtype=np.bool_)
        else:
            if group not in groups:
                groups[group] = np.array([each in group for each in candidate_ids], dtype=np.bool_)
            is_in = groups[group].copy()
        ambiguous = [columns[each] for each in task.ambiguous.get(query_id, ()) if each in columns]
        is_in[ambiguous] = False
        yield is_in


def make_qrels(query_ids: Sequence[str], task: Task) -> dict[str, dict[str, int]]:
    """Lay the judgements out in TREC's terms: query to candidate to whole-numbered gain.

    A right candidate has gain 1; a graded one has its gain in hundredths.
    """
    return {query_id: _grade(query_id, task) for query_id in query_ids if query_id in task.relevant}


def _grade(query_id: str, task: Task) -> dict[str, int]:
    graded = task.grades.get(query_id)
    if graded is None:
        return dict.fromkeys(sorted(task.relevant[query_id]), 1)
    return {each: round(gain * GAIN_STEPS) for each, gain in sorted(graded.items()) if gain > 0}


def _measure_chunk(
    order: Sequence[NDArray[np.int64]],
    rows: Sequence[int],
    query_ids: Sequence[str],
    candidate_ids: Sequence[str],
    task: Task,
) -> dict[str, Values]:
    from ir_measures import RR, R, nDCG

    # The order is already settled; whole numbers pass TREC's single precision unharmed.
    run = {
        query_ids[row]: {
            candidate_ids[column]: float(DEPTH - rank) for rank, column in enumerate(order[row])
        }
        for row in rows
    }
    right = {query_id: dict.fromkeys(task.relevant[query_id], 1) for query_id in run}
    graded = {query_id: _grade(query_id, task) for query_id in run}
    return {
        **_calculate([R @ 1, R @ 10], right, run),
        **_calculate([nDCG @ 10], graded, run),
        **_calculate([RR], right, run),
    }


def _calculate(
    measures: list[Measure], qrels: dict[str, dict[str, int]], run: dict[str, dict[str, float]]
) -> dict[str, Values]:
    import ir_measures

    rows = {query_id: row for row, query_id in enumerate(run)}
    values = {str(measure): np.zeros(len(run)) for measure in measures}
    for metric in ir_measures.iter_calc(measures, qrels, run):
        values[str(metric.measure)][rows[metric.query_id]] = metric.value
    return values


def _measure_matches(
    order: Sequence[NDArray[np.int64]],
    query_ids: Sequence[str],
    candidate_ids: Sequence[str],
    task: Task,
) -> dict[str, QueryMeasure]:
    rows = [row for row, query_id in enumerate(query_ids) if task.matches.get(query_id)]
    if not rows:
        return {}
    n_matches = np.array([float(len(task.matches[query_ids[row]])) for row in rows])
    measured = {}
    for depth in MATCH_DEPTHS:
        found = []
        for row in rows:
            head = {candidate_ids[column] for column in order[row][:depth]}
            matches = task.matches[query_ids[row]]
            found.append(sum(not head.isdisjoint(match) for match in matches))
        measured[f"matches@{depth}"] = QueryMeasure(np.array(found) / n_matches, n_matches)
    return measured


def rank_by_tfidf(queries: Sequence[Text], candidates: Sequence[Text]) -> Array:
    """Cosine of TF-IDF vectors (scikit-learn: sublinear tf, fitted on both sides)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    ours, theirs = join_fields(queries), join_fields(candidates)
    vectorizer = TfidfVectorizer(sublinear_tf=True, strip_accents="unicode", min_df=1)
    vectorizer.fit(ours + theirs)
    rows, columns = vectorizer.transform(ours), vectorizer.transform(theirs).T.tocsr()
    relevance = np.empty((len(ours), len(theirs)), dtype=np.float32)
    for start in range(0, len(ours), CHUNK):
        part = rows[start : start + CHUNK] @ columns
        relevance[start : start + CHUNK] = part.toarray()
    return relevance


def rank_by_bm25(queries: Sequence[Text], candidates: Sequence[Text]) -> Array:
    """BM25 (bm25s, Lucene's form, k1 1.5, b 0.75) of each query against the candidates."""
    import bm25s

    retriever = bm25s.BM25()
    retriever.index(
        bm25s.tokenize(join_fields(candidates), show_progress=False), show_progress=False
    )
    tokens = bm25s.tokenize(join_fields(queries), return_ids=False, show_progress=False)
    relevance = np.zeros((len(queries), len(candidates)), dtype=np.float32)
    for row, words in enumerate(tokens):
        if words:  # the library refuses a query of stop words alone
            relevance[row] = retriever.get_scores(words)
    return relevance


def join_fields(texts: Sequence[Text]) -> list[str]:
    """Put each text's title and body one under the other."""
    return [f"{text.title}\n{text.body}" for text in texts]
