"""The two sides of a task, as every ranking system takes them.

Texts are encoded when a system first asks for vectors, and the vectors kept on disk by
model: a run of TF-IDF alone loads no model, and a second run encodes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from roadmapfit.align import Aligner
from roadmapfit.alignment_model import AlignmentModel
from roadmapfit.encoder import Encoder
from roadmapfit.evaluate.corpus import EncodedTexts, encode_texts
from roadmapfit.evaluate.ranking import join_fields
from roadmapfit.evaluate.tasks import Task, Text
from roadmapfit.records import OwnerKind
from roadmapfit.textset import TextSet
from roadmapfit.vectors import VectorCache, content_key, encode_missing

Array = NDArray[np.float32]

# Projects compared at once: their passages against all of the items' is a matrix.
CHUNK = 128
# Called with a stage, what is done of it and what there is.
OnStage = Callable[[str, int, int], None]
Parts = tuple[Encoder, AlignmentModel]


@dataclass
class Tools:
    """What runs the systems: our encoder and model, and where vectors are kept.

    Attributes
    ----------
    load_parts
        Called at most once, when a system first wants them.
    cache
        Home of the vectors of all models.
    on_stage
        Told how far the encoding is.
    """

    load_parts: Callable[[], Parts]
    cache: Path
    on_stage: OnStage | None = None
    _caches: dict[str, VectorCache] = field(default_factory=dict)

    @cached_property
    def parts(self) -> Parts:
        """Our encoder and its alignment model."""
        return self.load_parts()

    def open_cache(self, encoder: Encoder) -> VectorCache:
        """Open the vectors of one model; they are checked once a run."""
        if encoder.fingerprint not in self._caches:
            self._caches[encoder.fingerprint] = VectorCache(
                self.cache, fingerprint=encoder.fingerprint, dim=encoder.dim
            )
        return self._caches[encoder.fingerprint]

    def tell(self, stage: str, done: int, total: int) -> None:
        """Pass on how far a stage is."""
        if self.on_stage is not None:
            self.on_stage(stage, done, total)


@dataclass(frozen=True, slots=True)
class PairMatrix:
    """Fit values and probabilities of all pairs, shape (n_queries, n_candidates).

    ``is_within`` says of each pair whether both speak one language, and ``is_read``
    whether both have any text; a pair that is not read has a fit of minus infinity.
    """

    fit: Array
    value: Array
    is_within: NDArray[np.bool_]
    is_read: NDArray[np.bool_]


class Sides:
    """The queries asked and the candidates of a task, as texts and as text sets.

    Attributes
    ----------
    task
        Where they are from.
    queries, candidates
        The rows and the columns of every matrix.
    """

    def __init__(self, task: Task, queries: Sequence[Text], *, tools: Tools) -> None:
        """Hold the texts; nothing is encoded yet."""
        self.task = task
        self.queries = tuple(queries)
        self.candidates = task.candidates
        self.query_ids = tuple(text.id for text in self.queries)
        self.candidate_ids = tuple(text.id for text in self.candidates)
        self.tools = tools

    @property
    def asks_for_items(self) -> bool:
        """Whether the queries are projects and the candidates strategy items."""
        return self.task.query_kind is not OwnerKind.ITEM

    @property
    def item_texts(self) -> tuple[Text, ...]:
        """The texts that stand as strategy items."""
        return self.candidates if self.asks_for_items else self.queries

    @property
    def project_texts(self) -> tuple[Text, ...]:
        """The texts that stand as projects."""
        return self.queries if self.asks_for_items else self.candidates

    @cached_property
    def encoded_projects(self) -> EncodedTexts:
        """Passages of the projects and their vectors."""
        return self.encode(self.project_texts, OwnerKind.PROJECT)

    @cached_property
    def encoded_items(self) -> EncodedTexts:
        """Passages of the items and their vectors."""
        return self.encode(self.item_texts, OwnerKind.ITEM)

    @cached_property
    def projects(self) -> TextSet:
        """The projects as a workspace compares them; those without text are not in it."""
        return self.to_text_set(self.encoded_projects)

    @cached_property
    def items(self) -> TextSet:
        """The items as a workspace compares them; those without text are not in it."""
        return self.to_text_set(self.encoded_items)

    @cached_property
    def pairs(self) -> PairMatrix:
        """What the shipped model says of every pair."""
        return self.measure_pairs(self.projects)

    def encode(self, texts: Sequence[Text], kind: OwnerKind) -> EncodedTexts:
        """Cut and encode some texts with our encoder."""
        encoder, _ = self.tools.parts
        return encode_texts(
            texts,
            kind,
            encoder=encoder,
            cache=self.tools.open_cache(encoder),
            on_progress=lambda done, total: self.tools.tell("encode", done, total),
        )

    def encode_whole(self, encoder: Encoder, *, stage: str) -> tuple[Array, Array]:
        """Turn each text into one vector of another model.

        Parameters
        ----------
        encoder
            The model.
        stage
            What its encoding is called in the progress.

        Returns
        -------
        tuple
            Unit rows of the queries and of the candidates, shape (n, dim); the row of
            a blank text is zero.
        """
        cache = self.tools.open_cache(encoder)
        ours, theirs = (
            [text.strip() for text in join_fields(side)] for side in (self.queries, self.candidates)
        )
        encode_missing(
            encoder,
            [text for text in (*ours, *theirs) if text],
            cache=cache,
            on_progress=lambda done, total: self.tools.tell(stage, done, total),
        )

        def fetch(texts: list[str]) -> Array:
            rows = np.zeros((len(texts), encoder.dim), dtype=np.float32)
            filled = [row for row, text in enumerate(texts) if text]
            rows[filled] = cache.get([content_key(texts[row]) for row in filled])
            return rows

        return fetch(ours), fetch(theirs)

    def to_text_set(self, encoded: EncodedTexts) -> TextSet:
        """Centre and weigh encoded texts as the model wants them."""
        _, model = self.tools.parts
        return encoded.to_text_set(model.background.centring, model.background.idf)

    def measure_pairs(self, projects: TextSet, *, items: TextSet | None = None) -> PairMatrix:
        """Ask the shipped model of every pair.

        Parameters
        ----------
        projects
            Some or all of this task's, whole or shortened.
        items
            Those of this task unless given.
        """
        items = self.items if items is None else items
        _, model = self.tools.parts
        shape = (len(projects), len(items))
        fit, value = np.empty(shape, dtype=np.float32), np.empty(shape, dtype=np.float32)
        if all(shape):
            aligner = Aligner(items, model)
            for rows in chunks(projects):
                measured = aligner.measure(projects.take(rows))
                fit[rows], value[rows] = measured.fit, measured.value
        is_within = projects.languages[:, None] == items.languages[None, :]
        return PairMatrix(
            fit=self.orient(fit, projects, items, blank=-np.inf),
            value=self.orient(value, projects, items, blank=0.0),
            is_within=self.orient(is_within.astype(np.float32), projects, items, blank=0.0) > 0,
            is_read=self.orient(np.ones(shape, dtype=np.float32), projects, items, blank=0.0) > 0,
        )

    def orient(self, values: Array, projects: TextSet, items: TextSet, *, blank: float) -> Array:
        """Turn a matrix of projects by items into one of queries by candidates.

        Parameters
        ----------
        values
            Shape (n_projects, n_items), of the texts that have any words.
        projects, items
            Whose ids the rows and columns have.
        blank
            What a pair with a blank text gets.

        Returns
        -------
        numpy.ndarray
            float32, shape (n_queries, n_candidates).
        """
        rows, columns = projects.ids, items.ids
        if not self.asks_for_items:
            rows, columns, values = columns, rows, values.T
        oriented = np.full((len(self.queries), len(self.candidates)), blank, dtype=np.float32)
        row_of = {query_id: row for row, query_id in enumerate(self.query_ids)}
        column_of = {candidate_id: column for column, candidate_id in enumerate(self.candidate_ids)}
        places = np.ix_([row_of[each] for each in rows], [column_of[each] for each in columns])
        oriented[places] = values
        return oriented


def chunks(texts: TextSet) -> Iterator[NDArray[np.int64]]:
    """Cut the rows of a text set into parts that are compared at once."""
    for start in range(0, len(texts), CHUNK):
        yield np.arange(start, min(start + CHUNK, len(texts)), dtype=np.int64)
