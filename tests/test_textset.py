from __future__ import annotations

import io

import numpy as np
import pytest

from fakes import WordCountEncoder
from roadmapfit.centring import Centring
from roadmapfit.lexical import N_BUCKETS, N_WEIGHTS
from roadmapfit.records import OwnerKind
from roadmapfit.textset import (
    TextSet,
    build_text_set,
    pack_text_set,
    pool_passages,
    unpack_text_set,
)
from toys import toy_passage, toy_text_set

HYDROGEN, SOLAR, WIND, _, _, _, WATER, OTHER = np.eye(8, dtype=np.float32)
ROOT_2 = 2**0.5


@pytest.fixture(scope="module")
def texts() -> TextSet:
    return toy_text_set(
        [
            ("a", "en", ["hydrogen for ships", "solar"]),
            ("b", "fr", ["eau"]),
            ("c", "en", ["wind and water", "wind", "a dull text"]),
        ],
        WordCountEncoder(),
    )


def test_passages_are_gathered_by_their_text(texts: TextSet) -> None:
    assert texts.ids == ("a", "b", "c")
    assert texts.offsets.tolist() == [0, 2, 3, 6]
    assert texts.n_words.tolist() == [4, 1, 7]
    assert texts.languages.tolist() == ["en", "fr", "en"]
    assert len(texts) == 3
    np.testing.assert_allclose(
        texts.vectors,
        [HYDROGEN, SOLAR, WATER, (WIND + WATER) / ROOT_2, WIND, OTHER],
        atol=1e-6,
    )


def test_a_whole_text_is_the_mean_of_its_passages_by_words(texts: TextSet) -> None:
    a = 3 * HYDROGEN + SOLAR
    c = 3 * (WIND + WATER) / ROOT_2 + WIND + 3 * OTHER
    np.testing.assert_allclose(
        texts.whole, [a / np.linalg.norm(a), WATER, c / np.linalg.norm(c)], atol=1e-6
    )


def test_terms_are_of_the_whole_text(texts: TextSet) -> None:
    counts = np.sort(texts.terms[2].toarray()[0])[::-1]
    twice = 1 + np.log(2)  # "wind" stands twice; water, dull, text once
    length = (twice**2 + 3) ** 0.5
    np.testing.assert_allclose(counts[:5], [twice / length, *[1 / length] * 3, 0], atol=1e-6)


def test_a_mixed_text_is_of_the_language_with_most_words() -> None:
    passages = [
        toy_passage("un deux trois", language="fr"),
        toy_passage("one two", language="en"),
        toy_passage("three four", language="en"),
    ]
    built = build_text_set(
        passages,
        WordCountEncoder().encode([passage.text for passage in passages]),
        kind=OwnerKind.PROJECT,
        centring=Centring({"fr:project": np.zeros(8, dtype=np.float32)}),
        idf=np.ones(N_WEIGHTS, dtype=np.float32),
    )
    assert (built.languages.tolist(), built.n_words.tolist()) == (["en"], [7])


def test_passages_are_centred_by_their_own_language() -> None:
    passages = [toy_passage("solar", language="en"), toy_passage("solar", language="fr")]
    centring = Centring({"en:item": SOLAR / 2 + WIND, "fr:item": HYDROGEN})
    built = build_text_set(
        passages,
        WordCountEncoder().encode(["solar", "solar"]),
        kind=OwnerKind.ITEM,
        centring=centring,
        idf=np.ones(N_WEIGHTS, dtype=np.float32),
    )
    expected = [(SOLAR / 2 - WIND) / 1.25**0.5, (SOLAR - HYDROGEN) / ROOT_2]
    np.testing.assert_allclose(built.vectors, expected, atol=1e-6)


def test_a_text_without_a_word_still_has_a_whole() -> None:
    built = toy_text_set([("a", "en", ["---"])], WordCountEncoder())
    assert built.n_words.tolist() == [1]
    np.testing.assert_allclose(built.whole, [OTHER], atol=1e-6)


def test_no_texts_make_an_empty_set() -> None:
    empty = build_text_set(
        [],
        np.empty((0, 8), dtype=np.float32),
        kind=OwnerKind.ITEM,
        centring=Centring({"fr:item": HYDROGEN}),
        idf=np.ones(N_WEIGHTS, dtype=np.float32),
    )
    assert (len(empty), empty.offsets.tolist(), empty.whole.shape) == (0, [0], (0, 8))
    assert empty.terms.shape == (0, N_BUCKETS)
    assert unpack_text_set(pack_text_set(empty), vectors=empty.vectors).ids == ()


def test_some_texts_are_taken_in_the_order_given(texts: TextSet) -> None:
    taken = texts.take([2, 0])
    assert (taken.ids, taken.offsets.tolist()) == (("c", "a"), [0, 3, 5])
    np.testing.assert_array_equal(taken.vectors, texts.vectors[[3, 4, 5, 0, 1]])
    np.testing.assert_array_equal(taken.whole, texts.whole[[2, 0]])
    np.testing.assert_array_equal(taken.terms.toarray(), texts.terms.toarray()[[2, 0]])
    assert (taken.n_words.tolist(), taken.languages.tolist()) == ([7, 4], ["en", "en"])


def test_none_may_be_taken(texts: TextSet) -> None:
    none = texts.take([])
    assert (none.ids, none.offsets.tolist(), none.vectors.shape) == ((), [0], (0, 8))


def test_a_set_comes_back_from_a_file(texts: TextSet) -> None:
    file = io.BytesIO()
    np.savez(file, **pack_text_set(texts))  # type: ignore[arg-type]
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        again = unpack_text_set({name: arrays[name] for name in arrays}, vectors=texts.vectors)
    assert (again.ids, again.languages.tolist()) == (texts.ids, texts.languages.tolist())
    assert again.offsets.tolist() == texts.offsets.tolist()
    assert again.n_words.tolist() == texts.n_words.tolist()
    np.testing.assert_allclose(again.whole, texts.whole, atol=5e-4)
    np.testing.assert_allclose(again.terms.toarray(), texts.terms.toarray(), atol=5e-4)


def test_what_came_back_packs_to_the_same_bytes(texts: TextSet) -> None:
    once = pack_text_set(texts)
    twice = pack_text_set(unpack_text_set(once, vectors=texts.vectors))
    assert {name: value.tobytes() for name, value in twice.items()} == {
        name: value.tobytes() for name, value in once.items()
    }


def test_pooling_nothing_gives_no_rows() -> None:
    pooled = pool_passages(
        np.empty((0, 3), dtype=np.float32), np.empty(0, dtype=np.int32), np.array([0])
    )
    assert pooled.shape == (0, 3)
