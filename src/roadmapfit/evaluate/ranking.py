"""Ranking measures, and the sparse baselines that every figure stands beside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from roadmapfit.evaluate.tasks import Task, Text

Array = NDArray[np.float32]


def measure_ranking(
    relevance: Array, query_ids: Sequence[str], candidate_ids: Sequence[str], task: Task
) -> dict[str, float]:
    """Measure a ranking with ir_measures: R@1, R@10, nDCG@10 and reciprocal rank.

    Parameters
    ----------
    relevance
        Shape (n_queries, n_candidates): higher is nearer.
    query_ids, candidate_ids
        Of the rows and columns.
    task
        Holds what is right; ambiguous candidates are left out of the ranking.

    Returns
    -------
    dict
        Means over the queries, each in [0, 1].
    """
    import ir_measures
    from ir_measures import RR, R, nDCG

    measures = [R @ 1, R @ 10, nDCG @ 10, RR]
    columns = {candidate_id: column for column, candidate_id in enumerate(candidate_ids)}
    qrels: dict[str, dict[str, int]] = {}
    run: dict[str, dict[str, float]] = {}
    for row, query_id in enumerate(query_ids):
        values = relevance[row].astype(np.float64, copy=True)
        for candidate_id in task.ambiguous.get(query_id, ()):
            values[columns[candidate_id]] = -np.inf
        # Only the head of a ranking counts for these measures but RR, whose
        # contribution below rank 1,000 is under a thousandth.
        head = np.argsort(-values, kind="stable")[:1000]
        run[query_id] = {candidate_ids[column]: float(values[column]) for column in head}
        qrels[query_id] = dict.fromkeys(task.relevant[query_id], 1)
    found = ir_measures.calc_aggregate(measures, qrels, run)
    return {str(measure): float(found[measure]) for measure in measures}


def rank_by_tfidf(queries: Sequence[Text], candidates: Sequence[Text]) -> Array:
    """Cosine of TF-IDF vectors (scikit-learn: sublinear tf, fitted on both sides)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    ours, theirs = _join(queries), _join(candidates)
    vectorizer = TfidfVectorizer(sublinear_tf=True, strip_accents="unicode", min_df=1)
    vectorizer.fit(ours + theirs)
    scores = vectorizer.transform(ours) @ vectorizer.transform(theirs).T
    return np.asarray(scores.toarray(), dtype=np.float32)


def rank_by_bm25(queries: Sequence[Text], candidates: Sequence[Text]) -> Array:
    """BM25 (bm25s, Lucene's form, k1 1.5, b 0.75) of each query against the candidates."""
    import bm25s

    retriever = bm25s.BM25()
    retriever.index(bm25s.tokenize(_join(candidates), show_progress=False), show_progress=False)
    tokens = bm25s.tokenize(_join(queries), return_ids=False, show_progress=False)
    return np.stack([retriever.get_scores(words) for words in tokens]).astype(np.float32)


def _join(texts: Sequence[Text]) -> list[str]:
    return [f"{text.title}\n{text.body}" for text in texts]
