from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from scipy.special import expit

from fakes import WordCountEncoder
from roadmapfit.lexical import N_BUCKETS
from roadmapfit.proof import (
    LEAST_PROOF,
    MOST_SHARED,
    USUAL_SHRINKAGE,
    WITH_WORDS,
    WITHOUT_WORDS,
    compare_passages,
    measure_proof,
    measure_usual,
    prove_text,
    weigh_evidence,
)
from roadmapfit.textset import TextSet
from toys import toy_text_set


def texts(*own: tuple[str, ...]) -> TextSet:
    return toy_text_set(
        [(f"t{number}", "en", each) for number, each in enumerate(own)], WordCountEncoder()
    )


NONE = texts(("wind",)).take([])


def words(*shares: float) -> sparse.csr_matrix:
    """One row with a single word beginning for each share that is not nothing."""
    rows = sparse.lil_matrix((len(shares), N_BUCKETS), dtype=np.float32)
    for row, share in enumerate(shares):
        rows[row, 0] = share
    return sparse.csr_matrix(rows)


def test_a_passage_the_text_and_the_words_count() -> None:
    asked, proving = texts(("solar", "wind")), texts(("solar",), ("water",))
    # The whole of "solar. wind" has a cosine of 1 / root 2 with "solar", as its words have.
    full = WITH_WORDS.words * MOST_SHARED + WITH_WORDS.intercept
    np.testing.assert_allclose(
        prove_text(asked, proving, among=NONE),
        [
            [WITH_WORDS.passage + WITH_WORDS.text + full, WITH_WORDS.intercept],
            [full, WITH_WORDS.intercept],
        ],
        atol=1e-5,
    )


def test_more_shared_words_than_most_count_no_more() -> None:
    proving = texts(("solar",))
    vectors = WordCountEncoder().encode(["wind"])
    nearest = compare_passages(vectors, proving)
    shares = {}
    for share in (0.1, 0.2, 0.9):
        own = share * proving.cognates[0]
        found = weigh_evidence(nearest, vectors=vectors, words=own, texts=proving, among=NONE)
        shares[share] = float(found[0, 0])
    assert shares[0.1] == pytest.approx(WITH_WORDS.words * 0.1 + WITH_WORDS.intercept, abs=1e-4)
    assert shares[0.9] == shares[0.2]


def test_where_no_words_are_counted_the_vectors_decide() -> None:
    proving, vectors = texts(("solar",)), WordCountEncoder().encode(["solar", "wind"])
    nearest = compare_passages(vectors, proving)
    found = weigh_evidence(nearest, vectors=vectors, words=words(0.0), texts=proving, among=NONE)
    both = WITHOUT_WORDS.passage + WITHOUT_WORDS.text + WITHOUT_WORDS.intercept
    np.testing.assert_allclose(found, [[both], [WITHOUT_WORDS.intercept]], atol=1e-5)


def test_each_passage_may_stand_in_a_text_of_its_own() -> None:
    proving, vectors = texts(("solar",)), WordCountEncoder().encode(["wind", "wind"])
    nearest = compare_passages(vectors, proving)
    own = sparse.vstack([words(0.0), proving.cognates]).tocsr()
    found = weigh_evidence(nearest, vectors=vectors, words=own, texts=proving, among=NONE)
    shared = WITH_WORDS.words * MOST_SHARED + WITH_WORDS.intercept
    np.testing.assert_allclose(found, [[WITHOUT_WORDS.intercept], [shared]], atol=1e-5)


def test_a_degree_is_a_probability_or_nothing() -> None:
    least = np.log(LEAST_PROOF / (1 - LEAST_PROOF))
    evidence = np.array([[-np.inf, least - 0.01, least + 0.01], [0, 2, 40]], dtype=np.float32)
    np.testing.assert_allclose(
        measure_proof(evidence),
        [[0, 0, expit(least + 0.01)], [0.5, expit(2.0), 1]],
        atol=1e-6,
    )


def test_what_is_usual_among_all_texts_proves_nothing() -> None:
    asked, among = texts(("solar",)), texts(("solar",), ("solar",), ("wind",))
    # The median cosine is 1, of three texts and twenty that stand for none.
    usual = 3 / (3 + USUAL_SHRINKAGE)
    assert measure_usual(asked.vectors, among).tolist() == [pytest.approx(usual)]
    proving = among.take([0])
    apart, beside = (prove_text(asked, proving, among=each)[0, 0] for each in (NONE, among))
    assert apart - beside == pytest.approx(WITH_WORDS.text * usual, abs=1e-5)


def test_no_texts_prove_nothing() -> None:
    asked, none = texts(("solar",)), texts(("wind",)).take([])
    assert compare_passages(asked.vectors, none).shape == (1, 0)
    assert prove_text(asked, none, among=none).shape == (1, 0)


def test_the_weights_are_those_that_were_fitted(repository: Path) -> None:
    written = (repository / "benchmarks" / "results" / "proof.json").read_text(encoding="utf-8")
    fitted = json.loads(written)
    assert asdict(WITH_WORDS) == fitted["with words"]
    assert asdict(WITHOUT_WORDS) == fitted["without words"]
