from __future__ import annotations

import gc
import weakref
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from roadmapfit.errors import DimensionError, WorkspaceError
from roadmapfit.index import Filter, Hit, PassageIndex, PassageTable
from roadmapfit.records import OwnerKind, Passage
from toys import toy_passage

DIM = 16


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float32]:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def random_vectors(n_rows: int, *, seed: int, dim: int = DIM) -> NDArray[np.float32]:
    return unit(np.random.default_rng(seed).normal(size=(n_rows, dim)))


def make_table(n_rows: int) -> PassageTable:
    """Rows 0, 2, 4 ... are French items of 2000 to 2009, the others English projects."""
    kinds = (OwnerKind.ITEM, OwnerKind.PROJECT)
    return PassageTable.of(
        [
            toy_passage(
                "text",
                owner_kind=kinds[row % 2],
                owner_id=f"o{row // 4}",
                language=("fr", "en")[row % 2],
                start=row,
                year=(2000 + row // 2 % 10, None)[row % 2],
                document_id=("d1", "")[row % 2],
            )
            for row in range(n_rows)
        ]
    )


def brute_force(
    vectors: NDArray[np.float32], query: NDArray[np.float32], k: int, allowed: NDArray[np.bool_]
) -> list[int]:
    rows = np.flatnonzero(allowed)
    similarities = vectors[rows] @ query
    return [int(rows[place]) for place in np.lexsort((rows, -similarities))[:k]]


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    return random_vectors(500, seed=1)


@pytest.fixture(scope="module")
def index(vectors: NDArray[np.float32]) -> PassageIndex:
    return PassageIndex.build(make_table(500), vectors)


# --- search ---------------------------------------------------------------------


def test_the_nearest_come_first() -> None:
    table = PassageTable.of([toy_passage("solar", start=0), toy_passage("wind", start=7)])
    small = PassageIndex.build(table, np.eye(2, dtype=np.float32))
    (hits,) = small.search(np.array([[0.6, 0.8]], dtype=np.float32), k=5)
    assert [(hit.passage_id, hit.row, round(hit.similarity, 6)) for hit in hits] == [
        ("project:p:text:7", 1, 0.8),
        ("project:p:text:0", 0, 0.6),
    ]


@pytest.mark.parametrize("n_queries", [1, 7, 40])
@pytest.mark.parametrize("k", [1, 10, 150, 500, 900])
def test_exact_search_finds_what_brute_force_finds(
    index: PassageIndex, vectors: NDArray[np.float32], n_queries: int, k: int
) -> None:
    queries = random_vectors(n_queries, seed=2)
    everything = np.ones(500, dtype=bool)
    found = [[hit.row for hit in hits] for hits in index.search(queries, k)]
    assert found == [brute_force(vectors, query, k, everything) for query in queries]
    first = index.search(queries, k)[0][0]
    assert first.similarity == pytest.approx(float(vectors[first.row] @ queries[0]), abs=1e-6)


@settings(max_examples=40)
@given(density=st.floats(0, 1), k=st.integers(1, 30), seed=st.integers(0, 9))
def test_a_mask_lets_only_its_rows_through(
    index: PassageIndex, vectors: NDArray[np.float32], density: float, k: int, seed: int
) -> None:
    mask = np.random.default_rng(seed).random(500) < density
    queries = random_vectors(3, seed=seed)
    found = [[hit.row for hit in hits] for hits in index.search(queries, k, mask=mask)]
    assert found == [brute_force(vectors, query, k, mask) for query in queries]


def test_a_mask_without_rows_finds_nothing(index: PassageIndex) -> None:
    assert index.search(random_vectors(2, seed=3), mask=np.zeros(500, dtype=bool)) == [[], []]


@pytest.mark.parametrize("n_queries", [1, 30])
def test_equal_similarities_come_by_row_even_where_k_cuts_them(n_queries: int) -> None:
    rows = np.zeros((300, 4), dtype=np.float32)
    rows[:, 1] = 1
    rows[250, :2] = 1, 0
    small = PassageIndex.build(make_table(300), rows)
    query = np.tile(np.array([[0.6, 0.8, 0, 0]], dtype=np.float32), (n_queries, 1))
    found = [[hit.row for hit in hits] for hits in small.search(query, k=4)]
    assert found == [[0, 1, 2, 3]] * n_queries
    odd = np.arange(300) % 2 == 1
    assert [hit.row for hit in small.search(query, k=3, mask=odd)[0]] == [1, 3, 5]


def test_no_queries_no_answers(index: PassageIndex) -> None:
    assert index.search(np.empty((0, DIM), dtype=np.float32)) == []


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    empty = PassageIndex.build(PassageTable.of([]), np.empty((0, DIM), dtype=np.float32))
    empty.write(tmp_path)
    loaded = PassageIndex.load(tmp_path)
    assert loaded.search(random_vectors(2, seed=1)) == [[], []]
    assert (len(loaded), loaded.dim, loaded.vectors().shape) == (0, DIM, (0, DIM))
    assert Filter(owner_kinds=[OwnerKind.ITEM]).select(loaded.table).tolist() == []


def test_the_inverted_file_finds_nearly_all_of_the_nearest() -> None:
    rng = np.random.default_rng(4)
    centres = rng.normal(size=(20, DIM))
    many = unit(np.repeat(centres, 100, axis=0) + 0.3 * rng.normal(size=(2000, DIM)))
    inverted = PassageIndex.build(make_table(2000), many, max_exact=100)
    everything = np.ones(2000, dtype=bool)
    queries = many[::50]
    found = inverted.search(queries, 10)
    overlaps = [
        len({hit.row for hit in hits} & set(brute_force(many, query, 10, everything)))
        for hits, query in zip(found, queries, strict=True)
    ]
    assert sum(overlaps) / 400 > 0.95
    assert [hits[0].row for hits in found] == list(range(0, 2000, 50))


def test_the_inverted_file_keeps_to_a_mask_and_comes_back(tmp_path: Path) -> None:
    many = random_vectors(2000, seed=5)
    built = PassageIndex.build(make_table(2000), many, max_exact=100)
    built.write(tmp_path)
    inverted = PassageIndex.load(tmp_path)
    odd = np.arange(2000) % 2 == 1
    queries = many[[3, 8]]
    found = inverted.search(queries, 5, mask=odd)
    assert found == built.search(queries, 5, mask=odd)
    assert {hit.row % 2 for hits in found for hit in hits} == {1}
    assert (found[0][0].row, len(found[1])) == (3, 5)
    np.testing.assert_array_equal(inverted.vectors(), many)
    np.testing.assert_array_equal(inverted.vectors(np.array([7, 2])), many[[7, 2]])


# --- filters --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "rows"),
    [
        (Filter(), [0, 1, 2, 3, 4, 5, 6, 7]),
        (Filter(owner_kinds=(OwnerKind.PROJECT,)), [1, 3, 5, 7]),
        (Filter(owner_kinds=(OwnerKind.PROJECT, OwnerKind.ITEM)), [0, 1, 2, 3, 4, 5, 6, 7]),
        (Filter(owner_kinds=(OwnerKind.ORGANISATION,)), []),
        (Filter(document_ids=("d1", "d2")), [0, 2, 4, 6]),
        (Filter(languages=("en",)), [1, 3, 5, 7]),
        (Filter(excluded_owner_ids=("o0",)), [4, 5, 6, 7]),
        (Filter(first_year=2002), [4, 6]),
        (Filter(last_year=2002), [0, 2, 4]),
        (Filter(first_year=2001, last_year=2002), [2, 4]),
        (Filter(languages=["fr"], excluded_owner_ids=["o1", "unknown"]), [0, 2]),
    ],
)
def test_filters(chosen: Filter, rows: list[int]) -> None:
    assert np.flatnonzero(chosen.select(make_table(8))).tolist() == rows


# --- vectors --------------------------------------------------------------------


def test_vectors_come_back_as_they_were(
    index: PassageIndex, vectors: NDArray[np.float32], tmp_path: Path
) -> None:
    index.write(tmp_path)
    loaded = PassageIndex.load(tmp_path)
    np.testing.assert_array_equal(loaded.vectors(), vectors)
    np.testing.assert_array_equal(loaded.vectors(np.array([499, 0, 0])), vectors[[499, 0, 0]])
    assert loaded.vectors(np.array([], dtype=np.int64)).shape == (0, DIM)


def test_vectors_outlive_the_index_and_cannot_be_written_to(tmp_path: Path) -> None:
    expected = random_vectors(50, seed=6)
    PassageIndex.build(make_table(50), expected).write(tmp_path)
    loaded = PassageIndex.load(tmp_path)
    alive = weakref.ref(loaded)
    part = loaded.vectors()[10:20]
    del loaded
    gc.collect()
    assert alive() is None
    np.testing.assert_array_equal(part, expected[10:20])
    with pytest.raises(ValueError, match="read-only"):
        part[0, 0] = 1


# --- the table ------------------------------------------------------------------


def test_the_table_comes_back(tmp_path: Path) -> None:
    passages = [
        Passage("i", OwnerKind.ITEM, "d/é", "text", 0, 70_000, "t", "fr", "d", 2020),
        Passage("p", OwnerKind.PROJECT, "x", "title", 3, 9, "t", "und"),
    ]
    PassageTable.of(passages).write(tmp_path / "table.parquet")
    table = PassageTable.load(tmp_path / "table.parquet")
    assert [
        list(column)
        for column in (table.id, table.owner_kind, table.owner_id, table.field, table.language)
    ] == [["i", "p"], ["item", "project"], ["d/é", "x"], ["text", "title"], ["fr", "und"]]
    assert (table.start.tolist(), table.end.tolist()) == ([0, 3], [70_000, 9])
    assert (table.document_id.tolist(), table.year.tolist()) == (["d", ""], [2020, 0])


def test_equal_indexes_are_equal_files(
    index: PassageIndex, vectors: NDArray[np.float32], tmp_path: Path
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        PassageIndex.build(make_table(500), vectors).write(tmp_path / name)
    for name in ("passages.faiss", "passages.parquet"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


# --- refusals -------------------------------------------------------------------


@pytest.mark.parametrize("k", [0, -3])
def test_less_than_one_hit_is_refused(index: PassageIndex, k: int) -> None:
    with pytest.raises(ValueError, match=f"k is {k}; at least 1 is needed"):
        index.search(random_vectors(1, seed=1), k)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_query_that_is_no_vector_is_refused(index: PassageIndex, bad: float) -> None:
    query = random_vectors(1, seed=1)
    query[0, 3] = bad
    with pytest.raises(ValueError, match="holds NaN or infinity"):
        index.search(query)


def test_a_query_that_is_no_row_is_refused(index: PassageIndex) -> None:
    with pytest.raises(ValueError, match="queries have 1 dimensions"):
        index.search(np.zeros(DIM, dtype=np.float32))


def test_vectors_of_another_width_are_refused(index: PassageIndex) -> None:
    with pytest.raises(
        DimensionError,
        match="vectors are 3 wide, the index holds vectors 16 wide; was another encoder used?",
    ):
        index.search(random_vectors(1, seed=1, dim=3))


def test_vectors_must_be_as_many_as_passages() -> None:
    with pytest.raises(DimensionError, match="2 vectors for 3 passages"):
        PassageIndex.build(make_table(3), random_vectors(2, seed=1))


@pytest.fixture
def written(index: PassageIndex, tmp_path: Path) -> Path:
    index.write(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["passages.faiss", "passages.parquet"])
@pytest.mark.parametrize("n_kept", [0, 30, 300])
def test_a_truncated_file_is_refused(written: Path, name: str, n_kept: int) -> None:
    path = written / name
    path.write_bytes(path.read_bytes()[:n_kept])
    with pytest.raises(WorkspaceError, match=rf"the index file {name} is damaged \(.+\); build"):
        PassageIndex.load(written)


@pytest.mark.parametrize("name", ["passages.faiss", "passages.parquet"])
def test_a_missing_file_is_refused(written: Path, name: str) -> None:
    (written / name).unlink()
    with pytest.raises(WorkspaceError, match=f"the index file {name} is damaged"):
        PassageIndex.load(written)


def test_files_that_do_not_belong_together_are_refused(written: Path) -> None:
    make_table(499).write(written / "passages.parquet")
    with pytest.raises(WorkspaceError, match=r"passages\.faiss is damaged \(500 vectors, 499 pas"):
        PassageIndex.load(written)


def test_a_parquet_file_of_something_else_is_refused(written: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"id": ["a"]}), written / "passages.parquet")
    with pytest.raises(WorkspaceError, match=r"passages\.parquet is damaged"):
        PassageIndex.load(written)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("n_rows", [1, 500])
def test_a_full_disk_is_an_error_of_the_system(tmp_path: Path, n_rows: int) -> None:
    # A small file is refused when it is closed only, a large one while it is written.
    (tmp_path / "passages.faiss").symlink_to("/dev/full")
    small = PassageIndex.build(make_table(n_rows), random_vectors(n_rows, seed=1))
    with pytest.raises(OSError, match="No space left on device") as caught:
        small.write(tmp_path)
    assert caught.value.errno == 28


def test_hits_tell_passage_row_and_similarity() -> None:
    table = make_table(1)
    one = PassageIndex.build(table, np.array([[1, 0]], dtype=np.float32))
    assert one.search(np.array([[1, 0]], dtype=np.float32)) == [[Hit("item:o0:text:0", 0, 1.0)]]
