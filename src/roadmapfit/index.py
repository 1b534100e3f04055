"""The passage index: build, search with filters, save, load (FAISS).

The index holds vectors and a small table of what each belongs to; texts stay in
the corpus. Exact search is the default: up to ``MAX_EXACT`` passages it answers
in milliseconds and finds what brute force finds.
"""

from __future__ import annotations

import struct
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
# How FAISS begins the file of an IndexFlatIP: four letters, dim, rows, two unused
# numbers, a flag, the metric, and the length of the vectors that follow.
_FLAT_HEAD = struct.Struct("<4siqqq?iQ")
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

    def find_bounds(self) -> dict[OwnerKind, tuple[int, int]]:
        """Find the first row, and the row after the last, of each kind of owner."""
        bounds, start = {}, 0
        for kind in (OwnerKind.ITEM, OwnerKind.PROJECT, OwnerKind.ORGANISATION):
            end = start + int((self.owner_kind == str(kind)).sum())
            bounds[kind] = (start, end)
            start = end
        return bounds

    def write(self, path: Path) -> None:
        """Write the table as Parquet; text columns that repeat are dictionaries."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = {}
        for name in _COLUMNS:
            values = getattr(self, name)
            # Named, for pyarrow cannot guess the type of a text column without rows.
            kind = pa.string() if values.dtype == object else None
            columns[name] = pa.array(values, type=kind)
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
            table = pq.read_table(path)
            columns = {name: _to_array(table[name]) for name in _COLUMNS}
        except (OSError, pa.ArrowException, KeyError) as error:
            raise WorkspaceError("index_damaged", name=path.name, reason=str(error)) from error
        return cls(**columns)


def _to_array(column: Any) -> NDArray[Any]:
    """Make an array of a column; rows with one text share it, or 190,000 rows hold 40 MB more."""
    import pyarrow as pa

    if not pa.types.is_string(column.type):
        values: NDArray[Any] = column.to_numpy()
        return values
    coded = column.combine_chunks().dictionary_encode()
    texts = np.array(coded.dictionary.to_pylist(), dtype=object)
    shared: NDArray[Any] = texts[coded.indices.to_numpy()]
    return shared


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
                mask &= _is_among(column, wanted)
        if excluded := set(self.excluded_owner_ids):
            mask &= ~_is_among(table.owner_id, excluded)
        if self.first_year is not None:
            mask &= table.year >= self.first_year
        if self.last_year is not None:
            mask &= (table.year <= self.last_year) & (table.year > 0)
        return mask


def _is_among(column: NDArray[np.object_], wanted: set[str]) -> Mask:
    # Hashing each text is faster than sorting all of them, as np.isin does.
    return np.fromiter((value in wanted for value in column), dtype=bool, count=len(column))


def _is_mappable(path: Path) -> bool:
    """Tell whether a file is a whole exact index.

    FAISS maps a file without looking at its size, and a shorter one ends the
    process. Any other kind of index is read, not mapped, and a short one refused.

    Raises
    ------
    RuntimeError
        If it is an exact index, but longer or shorter than it says.
    """
    with path.open("rb") as stream:
        head = stream.read(_FLAT_HEAD.size)
    if len(head) < _FLAT_HEAD.size or not head.startswith(b"IxFI"):
        return False
    _, dim, n_rows, *_ = _FLAT_HEAD.unpack(head)
    expected = _FLAT_HEAD.size + 4 * dim * n_rows
    found = path.stat().st_size
    if found != expected:
        raise RuntimeError(f"{found} bytes, {expected} expected")
    return True


class _Memory:
    """FAISS's own block of vectors, as an array that keeps its index alive."""

    def __init__(self, faiss_index: Any, n_rows: int) -> None:
        self._faiss_index = faiss_index
        self.__array_interface__ = {
            "version": 3,
            "shape": (n_rows, int(faiss_index.d)),
            "typestr": "<f4",
            "data": (int(faiss_index.get_xb()), True),  # read only: it may be a file's mapping
        }


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
            If ``k`` is below 1, or the queries are not rows of finite numbers.
        """
        if k < 1:
            raise ValueError(f"k is {k}; at least 1 is needed")
        if queries.ndim != 2:
            raise ValueError(f"queries have {queries.ndim} dimensions; rows and columns are needed")
        if queries.shape[1] != self.dim:
            raise DimensionError("vector_width", found=queries.shape[-1], expected=self.dim)
        if not np.isfinite(queries).all():
            raise ValueError("a query vector holds NaN or infinity")
        n_allowed = len(self) if mask is None else int(mask.sum())
        if n_allowed == 0 or not len(queries):
            return [[] for _ in queries]
        options = {} if mask is None else {"params": self._select(mask)}
        found: list[list[Hit]] = [[] for _ in queries]
        open_rows = np.arange(len(queries))
        wanted = min(k + 1, n_allowed)
        while len(open_rows):
            similarities, rows = self._faiss_index.search(
                np.ascontiguousarray(queries[open_rows], dtype=np.float32), wanted, **options
            )
            for row, near, ids in zip(open_rows, similarities, rows, strict=True):
                found[row] = self._hits(near, ids)[:k]
            # FAISS promises no order among equal ones and may leave any of them out:
            # more are asked for until something less near is among the answers.
            if wanted == n_allowed:
                break
            is_open = (similarities[:, k - 1] == similarities[:, -1]) & (rows[:, -1] >= 0)
            open_rows = open_rows[is_open]
            wanted = min(4 * wanted, n_allowed)
        return found

    def vectors(self, rows: NDArray[np.int64] | None = None) -> Vectors:
        """Return indexed vectors: float32, shape (n_rows, dim); all of them by default.

        All of an exact index are its own memory, not to be written to.
        """
        import faiss

        if not len(self):
            return np.empty((0, self.dim), dtype=np.float32)
        if isinstance(self._faiss_index, faiss.IndexFlat):
            everything = np.asarray(_Memory(self._faiss_index, len(self)))
            return everything if rows is None else np.asarray(everything[rows])
        self._faiss_index.make_direct_map()
        wanted = np.arange(len(self.table)) if rows is None else rows
        return np.asarray(self._faiss_index.reconstruct_batch(wanted), dtype=np.float32)

    def write(self, directory: Path) -> None:
        """Write ``passages.faiss`` and ``passages.parquet`` into a directory.

        Raises
        ------
        OSError
            If the system refuses, for instance on a full disk.
        RuntimeError
            If FAISS fails for a reason of its own.
        """
        import faiss

        refusals: list[OSError] = []
        with (directory / "passages.faiss").open("wb") as stream:

            def write(block: bytes) -> None:
                try:
                    stream.write(block)
                except OSError as error:
                    refusals.append(error)
                    raise

            # Not by its name: FAISS forgets to look whether closing the file went well.
            try:
                faiss.write_index(self._faiss_index, faiss.PyCallbackIOWriter(write))
            except RuntimeError:  # all that FAISS makes of an exception
                if refusals:
                    raise refusals[0] from None
                raise
        self.table.write(directory / "passages.parquet")

    @classmethod
    def load(cls, directory: Path) -> PassageIndex:
        """Read an index that ``write`` wrote; an exact one's vectors are memory-mapped.

        Raises
        ------
        WorkspaceError
            If a file is missing or damaged, or the two do not belong together.
        """
        import faiss

        table = PassageTable.load(directory / "passages.parquet")
        path = directory / "passages.faiss"
        try:
            flags = faiss.IO_FLAG_MMAP_IFC if _is_mappable(path) else 0
            faiss_index = faiss.read_index(str(path), flags)
        except (OSError, RuntimeError) as error:
            reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
            raise WorkspaceError("index_damaged", name=path.name, reason=reason) from error
        if faiss_index.ntotal != len(table):
            raise WorkspaceError(
                "index_damaged",
                name=path.name,
                reason=f"{faiss_index.ntotal} vectors, {len(table)} passages",
            )
        return cls(faiss_index, table)

    def _select(self, mask: Mask) -> Any:
        import faiss

        selector = faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
        if isinstance(self._faiss_index, faiss.IndexIVF):
            # Their own class carries both settings.
            return faiss.SearchParametersIVF(sel=selector, nprobe=self._faiss_index.nprobe)
        return faiss.SearchParameters(sel=selector)

    def _hits(self, similarities: Vectors, rows: NDArray[np.int64]) -> list[Hit]:
        # FAISS pads with row -1 when it holds fewer than were asked for.
        found = [
            Hit(str(self.table.id[row]), int(row), float(similarity))
            for similarity, row in zip(similarities, rows, strict=True)
            if row >= 0
        ]
        return sorted(found, key=lambda hit: (-hit.similarity, hit.row))
