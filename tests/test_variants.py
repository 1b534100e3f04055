from __future__ import annotations

import numpy as np
import pytest

from fakes import WordCountEncoder
from roadmapfit.lexical import N_WEIGHTS
from roadmapfit.variants import leave_out
from toys import toy_passage, toy_text_set

TEXTS = ["wind and water", "wind", "a dull text of more words than the others hold"]
IDF = np.ones(N_WEIGHTS, dtype=np.float32)


def test_a_variant_is_the_text_that_is_left() -> None:
    encoder = WordCountEncoder()
    passages = [toy_passage(text, start=number) for number, text in enumerate(TEXTS)]
    found = leave_out(passages, encoder.encode(TEXTS), [(), (2,), (0, 1)], idf=IDF)
    expected = toy_text_set(
        [("0", "en", TEXTS), ("1", "en", TEXTS[:2]), ("2", "en", TEXTS[2:])], encoder
    )
    assert (found.ids, found.offsets.tolist()) == (expected.ids, [0, 3, 5, 6])
    assert found.n_words.tolist() == expected.n_words.tolist() == [14, 4, 10]
    assert found.languages.tolist() == ["en", "en", "en"]
    np.testing.assert_allclose(found.vectors, expected.vectors)
    np.testing.assert_allclose(found.whole, expected.whole, atol=1e-6)
    np.testing.assert_allclose(found.terms.toarray(), expected.terms.toarray(), atol=1e-6)


def test_a_variant_has_the_language_of_what_is_left() -> None:
    texts = ["le vent et le soleil de la mer", "wind here"]
    passages = [
        toy_passage(text, language=language, start=number)
        for number, (text, language) in enumerate(zip(texts, ("fr", "en"), strict=True))
    ]
    vectors = WordCountEncoder().encode(texts)
    found = leave_out(passages, vectors, [(), (0,)], idf=IDF)
    assert found.languages.tolist() == ["fr", "en"]
    # "wind" alone in English: "here" is a stop word.
    english = toy_text_set([("1", "en", texts[1:])], WordCountEncoder())
    np.testing.assert_allclose(found.terms[1].toarray(), english.terms.toarray())


def test_nothing_left_is_refused() -> None:
    passages = [toy_passage("wind")]
    with pytest.raises(ValueError, match="no passage left"):
        leave_out(passages, WordCountEncoder().encode(["wind"]), [(0,)], idf=IDF)
