"""Project against strategy items: probability, interval, verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from roadmapfit.alignment_model import AlignmentModel
from roadmapfit.calibrate import Probabilities, Verdict
from roadmapfit.errors import WorkspaceError
from roadmapfit.features import (
    Norms,
    measure_item_norms,
    measure_project_norms,
    measure_similarities,
    normalise,
)
from roadmapfit.past import Memory, PastDecisions
from roadmapfit.segment import PIPELINES, UNKNOWN
from roadmapfit.textset import TextSet

Array = NDArray[np.float32]

# Fewer words than this say too little for any verdict.
MIN_WORDS = 5
# Pairs below this probability are kept in a bulk table only among a project's
# nearest items, so that "the nearest item" always exists. It is no higher than any
# threshold that coverage can be asked for.
KEEP_FROM = 0.1
N_NEAREST = 5
CHUNK = 128
# Columns of a table of pairs, and what they hold.
_COLUMNS = {
    "project_rows": np.int32,
    "item_rows": np.int32,
    "probability": np.float32,
    "low": np.float32,
    "high": np.float32,
}


@dataclass(frozen=True, slots=True)
class Alignment:
    """How likely a person would call a project aligned with an item.

    ``probability`` and its interval are in [0, 1], ``nan`` when the verdict is
    ``CANNOT_TELL``; ``reason`` then says why, as a message key.
    """

    item_id: str
    probability: float
    low: float
    high: float
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AlignmentTable:
    """The alignments of many projects, in long form: by project, best item first.

    All columns have one length; ``project_rows`` and ``item_rows`` point into the
    ids. A pair that is not in the table has a probability below ``KEEP_FROM``, or below
    *to be examined* where that is less.
    """

    project_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    project_rows: NDArray[np.int32]
    item_rows: NDArray[np.int32]
    probability: Array
    low: Array
    high: Array

    def __len__(self) -> int:
        """Count the pairs kept."""
        return len(self.probability)

    @classmethod
    def load(
        cls, path: Path, *, project_ids: tuple[str, ...], item_ids: tuple[str, ...]
    ) -> AlignmentTable:
        """Read pairs that ``write`` wrote.

        Raises
        ------
        WorkspaceError
            If the file is missing or damaged.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            table = pq.read_table(path)
            columns = {name: table[name].to_numpy() for name in table.column_names}
            return cls(project_ids=project_ids, item_ids=item_ids, **columns)
        except (OSError, pa.ArrowException, TypeError) as error:
            raise WorkspaceError("index_damaged", name=path.name, reason=str(error)) from error


def write_alignments(parts: Iterable[AlignmentTable], path: Path) -> None:
    """Write tables one after the other as one Parquet file, none of them held."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, pa.from_numpy_dtype(dtype)) for name, dtype in _COLUMNS.items()])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for part in parts:
            columns = {name: getattr(part, name) for name in _COLUMNS}
            writer.write_table(pa.table(columns, schema=schema))


class Aligner:
    """Aligns texts with a fixed set of items."""

    def __init__(
        self,
        items: TextSet,
        model: AlignmentModel,
        *,
        item_norms: Norms | None = None,
        cohort_norms: Norms | None = None,
        past: PastDecisions | None = None,
    ) -> None:
        """Hold the items; norms of theirs and of the cohort's items are measured unless given.

        Decisions of the past move fit values, if the model learnt how much they say.
        """
        self.items = items
        self.model = model
        cohort = model.background.cohort
        self.item_norms = item_norms or measure_item_norms(items, cohort)
        self.cohort_norms = cohort_norms or measure_item_norms(cohort.items, cohort)
        weights = model.calibrator.past
        self._memory = Memory(past, cohort=cohort, weights=weights) if past and weights else None

    def narrow(self, item_row: int, *, with_past: bool = True) -> Aligner:
        """Return an aligner of one item alone, which gets what it gets from this one.

        ``with_past`` says whether decisions still count.
        """
        past = self._memory.past.take_item(item_row) if self._memory and with_past else None
        return Aligner(
            self.items.take([item_row]),
            self.model,
            item_norms=self.item_norms.take([item_row]),
            cohort_norms=self.cohort_norms,
            past=past or None,
        )

    def replace_items(self, items: TextSet) -> Aligner:
        """Return an aligner of other items, without decisions, at the cost of their norms."""
        return Aligner(items, self.model, cohort_norms=self.cohort_norms)

    def measure_features(self, projects: TextSet) -> Array:
        """Measure the features of every pair, shape (n_projects, n_items, n_features)."""
        return normalise(
            measure_similarities(projects, self.items),
            measure_project_norms(
                projects, self.model.background.cohort, cohort_norms=self.cohort_norms
            ),
            self.item_norms,
            project_languages=projects.languages,
            item_languages=self.items.languages,
        )

    def measure(self, projects: TextSet) -> Probabilities:
        """Measure every project against every item.

        Returns
        -------
        Probabilities
            float32, shape (n_projects, n_items), in [0, 1].
        """
        features = self.measure_features(projects)
        is_within = projects.languages[:, None] == self.items.languages[None, :]
        fit = self.model.calibrator.measure_fit(features, is_within=is_within)
        if self._memory is not None:
            fit += self._memory.measure_shift(projects, n_items=len(self.items))
        return self.model.calibrator.measure_probability(
            fit, is_within=is_within, n_words=projects.n_words[:, None]
        )

    def align(self, project: TextSet) -> list[Alignment]:
        """Align one text with all items, best first; equal probabilities by fit, then item id.

        Raises
        ------
        ValueError
            If there is not exactly one text.
        """
        if len(project) != 1:
            raise ValueError(f"{len(project)} texts; align takes one, measure takes many")
        reason = find_obstacle(str(project.languages[0]), int(project.n_words[0]))
        if reason:
            undefined = float("nan")
            return [
                Alignment(item_id, undefined, undefined, undefined, Verdict.CANNOT_TELL, reason)
                for item_id in self.items.ids
            ]
        measured = self.measure(project)
        judge = self.model.calibrator.thresholds.judge
        order = sorted(
            range(len(self.items)),
            key=lambda row: (-measured.value[0, row], -measured.fit[0, row], self.items.ids[row]),
        )
        return [
            Alignment(
                item_id=self.items.ids[row],
                probability=float(measured.value[0, row]),
                low=float(measured.low[0, row]),
                high=float(measured.high[0, row]),
                verdict=judge(float(measured.value[0, row])),
            )
            for row in order
        ]

    def align_all(
        self, projects: TextSet, *, on_progress: Callable[[int, int], None] | None = None
    ) -> AlignmentTable:
        """Align many projects, keeping what can matter.

        Parameters
        ----------
        projects
            Any number; they are taken ``CHUNK`` at a time. A text that cannot be
            read has no pairs in the table.
        on_progress
            Called with projects done and projects in all; it cancels by raising.
        """
        parts = list(self.align_chunks(projects, on_progress=on_progress))
        columns = {
            name: np.concatenate([np.empty(0, dtype), *(getattr(part, name) for part in parts)])
            for name, dtype in _COLUMNS.items()
        }
        return AlignmentTable(projects.ids, self.items.ids, **columns)

    def align_chunks(
        self, projects: TextSet, *, on_progress: Callable[[int, int], None] | None = None
    ) -> Iterator[AlignmentTable]:
        """Align many projects as ``align_all`` does, ``CHUNK`` at a time.

        Yields
        ------
        AlignmentTable
            The pairs kept of the next projects; all of them at once are gigabytes
            where there are many.
        """
        for start in range(0, len(projects), CHUNK):
            rows = np.arange(start, min(start + CHUNK, len(projects)), dtype=np.int32)
            obstacles = [
                find_obstacle(str(projects.languages[row]), int(projects.n_words[row]))
                for row in rows
            ]
            readable = rows[[not obstacle for obstacle in obstacles]]
            if len(readable) and len(self.items):
                yield self._keep(projects, readable)
            if on_progress is not None:
                on_progress(int(rows[-1]) + 1, len(projects))

    def _keep(self, projects: TextSet, rows: NDArray[np.int32]) -> AlignmentTable:
        """Align some rows of the projects and keep what can matter."""
        measured = self.measure(projects.take(rows.astype(np.int64)))
        n_nearest = min(N_NEAREST, len(self.items))
        nearest = np.lexsort((-measured.fit, -measured.value), axis=1)[:, :n_nearest]
        keep = measured.value >= min(KEEP_FROM, self.model.calibrator.thresholds.examine)
        np.put_along_axis(keep, nearest, values=True, axis=1)
        local, items = np.nonzero(keep)
        order = np.lexsort(
            (items, -measured.fit[local, items], -measured.value[local, items], local)
        )
        local, items = local[order], items[order]
        return AlignmentTable(
            projects.ids,
            self.items.ids,
            rows[local],
            items.astype(np.int32),
            measured.value[local, items],
            measured.low[local, items],
            measured.high[local, items],
        )


def find_obstacle(language: str, n_words: int) -> str:
    """Say why a text cannot be judged, as a message key; empty when it can.

    Examples
    --------
    >>> find_obstacle("de", 200), find_obstacle("fr", 3), find_obstacle("en", 60)
    ('obstacle.language', 'obstacle.too_short', '')
    """
    # Too few words to name the language are too few for a verdict.
    if n_words < MIN_WORDS or language == UNKNOWN:
        return "obstacle.too_short"
    return "" if language in PIPELINES else "obstacle.language"
