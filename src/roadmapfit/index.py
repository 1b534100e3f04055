"""The passage index: build, search with filters, save, load (FAISS).

The index holds vectors and a small table of what each belongs to; texts stay in
the corpus. Exact search is the default: up to ``MAX_EXACT`` passages it answers
in milliseconds and agrees with brute force to the bit of float32.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from roadmapfit.errors import DimensionError, WorkspaceError
from roadmapfit.records import OwnerKind, Passage

Vectors = NDArray[np.float32]
Mask = NDArray[np.bool_]

# Above this an inverted file answers instead: 1 M x 384 float32 is 1.5 GB and
# about 0.2 s a query on two cores.
MAX_EXACT = 1_000_000
_COLUMNS = (
    "id",
    "owner_kind",
    "owner_id",
    "field",
    "start",
    "end",
    "language",
    "document_id",
    "year",
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found; ``similarity`` is the cosine, in [-1, 1], higher is nearer."""

    passage_id: str
    row: int
    similarity: float


@dataclass(frozen=True, slots=True)
class PassageTable:
    """What each row of an index is, column by column, in index order.

    ``year`` is 0 where there is none. All columns have shape (n_passages,).
    """

    id: NDArray[np.object_]
    owner_kind: NDArray[np.object_]
    owner_id: NDArray[np.object_]
    field: NDArray[np.object_]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    language: NDArray[np.object_]
    document_id: NDArray[np.object_]
    year: NDArray[np.int16]

    def __len__(self) -> int:
        """Count the passages."""
        return len(self.id)

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> PassageTable:
        """Make the table of passages, in their order."""

        def column(name: str) -> NDArray[np.object_]:
            values = np.empty(len(passages), dtype=object)
            values[:] = [str(getattr(passage, name)) for passage in passages]
            return values

        return cls(
            id=column("id"),
            owner_kind=column("owner_kind"),
            owner_id=column("owner_id"),
            field=column("field"),
            start=np.array([passage.start for passage in passages], dtype=np.int32),
            end=np.array([passage.end for passage in passages], dtype=np.int32),
            language=column("language"),
            document_id=column("document_id"),
            year=np.array([passage.year or 0 for passage in passages], dtype=np.int16),
        )

    def write(self, path: Path) -> None:
        """Write the table as Parquet; text columns that repeat are dictionaries."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = {name: pa.array(getattr(self, name)) for name in _COLUMNS}
        pq.write_table(pa.table(columns), path, compression="zstd")

    @classmethod
    def load(cls, path: Path) -> PassageTable:
        """Read a table that ``write`` wrote.

        Raises
        ------
        WorkspaceError
            If the file is missing or damaged.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            table = pq.read_table(path, memory_map=False)
            columns = {name: table[name].to_numpy(zero_copy_only=False) for name in _COLUMNS}
        except (OSError, pa.ArrowException, KeyError) as error:
            raise WorkspaceError("index_damaged", name=path.name, reason=str(error)) from error
        return cls(**columns)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which passages a search may return; an empty collection lets everything pass."""

    owner_kinds: Iterable[OwnerKind] = field(default_factory=tuple)
    document_ids: Iterable[str] = field(default_factory=tuple)
    languages: Iterable[str] = field(default_factory=tuple)
    excluded_owner_ids: Iterable[str] = field(default_factory=tuple)
    first_year: int | None = None
    last_year: int | None = None

    def select(self, table: PassageTable) -> Mask:
        """Mark the rows that pass; bool, shape (n_passages,). Years include both ends."""
        mask = np.ones(len(table), dtype=bool)
        for column, wanted in (
            (table.owner_kind, {str(kind) for kind in self.owner_kinds}),
            (table.document_id, set(self.document_ids)),
            (table.language, set(self.languages)),
        ):
            if wanted:
                mask &= np.isin(column.astype(str), sorted(wanted))
        if excluded := set(self.excluded_owner_ids):
            mask &= ~np.isin(table.owner_id.astype(str), sorted(excluded))
        if self.first_year is not None:
            mask &= table.year >= self.first_year
        if self.last_year is not None:
            mask &= (table.year <= self.last_year) & (table.year > 0)
        return mask


class PassageIndex:
    """Nearest passages by cosine."""

    def __init__(self, faiss_index: Any, table: PassageTable) -> None:
        """Hold a FAISS index and its table; use ``build`` or ``load``."""
        self._faiss_index = faiss_index
        self.table = table

    def __len__(self) -> int:
        """Count the passages."""
        return len(self.table)

    @property
    def dim(self) -> int:
        """Width of the vectors."""
        return int(self._faiss_index.d)

    @classmethod
    def build(
        cls, table: PassageTable, vectors: Vectors, *, max_exact: int = MAX_EXACT
    ) -> PassageIndex:
        """Index unit vectors.

        Parameters
        ----------
        table
            What each row is.
        vectors
            float32, shape (n_passages, dim), unit rows.
        max_exact
            From one passage more, an inverted file of about ``4 sqrt(n)`` lists is
            trained instead of exact search.

        Raises
        ------
        DimensionError
            If there are not as many vectors as rows.
        """
        import faiss

        if len(vectors) != len(table):
            raise DimensionError("vector_count", found=len(vectors), expected=len(table))
        dim = vectors.shape[1]
        if len(table) <= max_exact:
            faiss_index = faiss.IndexFlatIP(dim)
        else:
            n_lists = int(4 * np.sqrt(len(table)))
            faiss_index = faiss.index_factory(dim, f"IVF{n_lists},Flat", faiss.METRIC_INNER_PRODUCT)
            faiss_index.train(vectors)
            faiss_index.nprobe = max(8, n_lists // 16)
        faiss_index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(faiss_index, table)

    def search(self, queries: Vectors, k: int = 10, *, mask: Mask | None = None) -> list[list[Hit]]:
        """Find the passages nearest to each query.

        Parameters
        ----------
        queries
            float32, shape (n_queries, dim), rows of unit length.
        k
            Hits wanted per query, at least 1. A smaller index returns all it holds.
        mask
            Rows that may be returned, as ``Filter.select`` makes it.

        Returns
        -------
        list[list[Hit]]
            One list per query, best first; equal similarities by row.

        Raises
        ------
        DimensionError
            If ``dim`` is not that of the indexed vectors.
        ValueError
            If ``k`` is below 1 or a query holds NaN or infinity.
        """
        import faiss

        if k < 1:
            raise ValueError(f"k is {k}; at least 1 is needed")
        if queries.ndim != 2 or queries.shape[1] != self.dim:
            raise DimensionError("vector_width", found=queries.shape[-1], expected=self.dim)
        if not np.isfinite(queries).all():
            raise ValueError("a query vector holds NaN or infinity")
        # IVF indexes want their own parameter class to carry both settings.
        options: dict[str, Any] = {}
        if mask is not None:
            selector = faiss.IDSelectorBatch(np.flatnonzero(mask).astype(np.int64))
            if isinstance(self._faiss_index, faiss.IndexIVF):
                options["params"] = faiss.SearchParametersIVF(
                    sel=selector, nprobe=self._faiss_index.nprobe
                )
            else:
                options["params"] = faiss.SearchParameters(sel=selector)
        # Ties come back in no promised order: one more is asked for and cut after sorting.
        wanted = min(k + 1, len(self.table))
        if wanted == 0:
            return [[] for _ in queries]
        similarities, rows = self._faiss_index.search(
            np.ascontiguousarray(queries, dtype=np.float32), wanted, **options
        )
        return [
            self._hits(row_similarities, row_ids)[:k]
            for row_similarities, row_ids in zip(similarities, rows, strict=True)
        ]

    def vectors(self, rows: NDArray[np.int64] | None = None) -> Vectors:
        """Return indexed vectors: float32, shape (n_rows, dim); all of them by default.

        An exact index answers without a copy.
        """
        import faiss

        if isinstance(self._faiss_index, faiss.IndexFlat):
            flat = faiss.rev_swig_ptr(self._faiss_index.get_xb(), len(self.table) * self.dim)
            everything = flat.reshape(len(self.table), self.dim)
            return everything if rows is None else np.asarray(everything[rows])
        self._faiss_index.make_direct_map()
        wanted = np.arange(len(self.table)) if rows is None else rows
        return np.asarray(self._faiss_index.reconstruct_batch(wanted), dtype=np.float32)

    def write(self, directory: Path) -> None:
        """Write ``passages.faiss`` and ``passages.parquet`` into a directory."""
        import faiss

        faiss.write_index(self._faiss_index, str(directory / "passages.faiss"))
        self.table.write(directory / "passages.parquet")

    @classmethod
    def load(cls, directory: Path) -> PassageIndex:
        """Read an index that ``write`` wrote; its vectors are memory-mapped.

        Raises
        ------
        WorkspaceError
            If a file is missing or damaged, or the two do not belong together.
        """
        import faiss

        table = PassageTable.load(directory / "passages.parquet")
        path = directory / "passages.faiss"
        try:
            faiss_index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise WorkspaceError(
                "index_damaged", name=path.name, reason=str(error).splitlines()[0]
            ) from error
        if faiss_index.ntotal != len(table):
            raise WorkspaceError(
                "index_damaged",
                name=path.name,
                reason=f"{faiss_index.ntotal} vectors, {len(table)} passages",
            )
        return cls(faiss_index, table)

    def _hits(self, similarities: Vectors, rows: NDArray[np.int64]) -> list[Hit]:
        # FAISS pads with row -1 when it holds fewer than were asked for.
        found = [
            Hit(str(self.table.id[row]), int(row), float(similarity))
            for similarity, row in zip(similarities, rows, strict=True)
            if row >= 0
        ]
        return sorted(found, key=lambda hit: (-hit.similarity, hit.row))
