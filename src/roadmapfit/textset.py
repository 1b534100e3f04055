"""Texts ready to be compared: passage vectors, a whole vector and sparse terms each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from roadmapfit.centring import Centring, unit_rows
from roadmapfit.lexical import N_BUCKETS, N_WEIGHTS, count_cognates, count_phrases, weigh_terms
from roadmapfit.records import Passage
from roadmapfit.segment import count_words

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TextSet:
    """Some texts of one kind (projects, or items), each as its passages.

    Attributes
    ----------
    ids
        One per text.
    languages
        One code per text, shape (n,).
    n_words
        int32, shape (n,).
    offsets
        int64, shape (n + 1,): text ``i`` owns passage rows ``offsets[i]:offsets[i + 1]``,
        at least one.
    vectors
        float32, shape (n_passages, dim): centred unit rows.
    whole
        float32, shape (n, dim): the word-weighted mean of a text's passages, unit rows.
    terms
        float32 CSR, shape (n, N_BUCKETS): weighted stems, unit rows.
    phrases
        float32 CSR, shape (n, N_WEIGHTS): weighted stems and pairs of stems that follow
        each other in a passage, unit rows.
    cognates
        float32 CSR, shape (n, N_BUCKETS): weighted word beginnings, which meet across
        languages, unit rows.
    """

    ids: tuple[str, ...]
    languages: NDArray[np.object_]
    n_words: NDArray[np.int32]
    offsets: NDArray[np.int64]
    vectors: Vectors
    whole: Vectors
    terms: sparse.csr_matrix
    phrases: sparse.csr_matrix
    cognates: sparse.csr_matrix

    def __len__(self) -> int:
        """Count the texts."""
        return len(self.ids)

    def take(self, rows: Sequence[int] | NDArray[np.int64]) -> TextSet:
        """Return some of the texts, in the order given."""
        wanted = np.asarray(rows, dtype=np.int64)
        passage_rows = [
            np.arange(self.offsets[row], self.offsets[row + 1], dtype=np.int64) for row in wanted
        ]
        counts = np.array([len(part) for part in passage_rows], dtype=np.int64)
        picked = np.concatenate(passage_rows) if passage_rows else np.empty(0, dtype=np.int64)
        return TextSet(
            ids=tuple(self.ids[row] for row in wanted),
            languages=self.languages[wanted],
            n_words=self.n_words[wanted],
            offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            vectors=self.vectors[picked],
            whole=self.whole[wanted],
            terms=sparse.csr_matrix(self.terms[wanted]),
            phrases=sparse.csr_matrix(self.phrases[wanted]),
            cognates=sparse.csr_matrix(self.cognates[wanted]),
        )


def build_text_set(
    passages: Sequence[Passage],
    vectors: Vectors,
    *,
    kind: str,
    centring: Centring,
    idf: NDArray[np.float32],
) -> TextSet:
    """Gather passages by the text they were cut from.

    Parameters
    ----------
    passages
        Those of one text follow each other.
    vectors
        float32, shape (n_passages, dim): unit rows as the encoder gave them.
    kind
        What the texts are, as ``Centring.apply`` takes it.
    centring, idf
        From the ``Background``.
    """
    starts = [
        row
        for row, passage in enumerate(passages)
        if row == 0 or passage.owner_id != passages[row - 1].owner_id
    ]
    offsets = np.array([*starts, len(passages)], dtype=np.int64)
    words = np.array([max(1, count_words(passage.text)) for passage in passages], dtype=np.int32)
    centred = centring.apply(
        vectors, languages=[passage.language for passage in passages], kind=kind
    )
    texts, languages = [], []
    for start, end in zip(offsets[:-1], offsets[1:], strict=True):
        own = passages[start:end]
        texts.append(" \n".join(passage.text for passage in own))
        languages.append(name_main_language(own, words[start:end]))
    phrases = _sum_rows(
        count_phrases(
            [passage.text for passage in passages],
            np.repeat(np.array(languages, dtype=object), np.diff(offsets)).tolist(),
        ),
        offsets,
    )
    return TextSet(
        ids=tuple(passages[start].owner_id for start in starts),
        languages=np.array(languages, dtype=object),
        n_words=_sum_by_text(words, offsets).astype(np.int32),
        offsets=offsets,
        vectors=centred,
        whole=pool_passages(centred, words, offsets),
        terms=weigh_terms(phrases[:, :N_BUCKETS], idf),
        phrases=weigh_terms(phrases, idf),
        cognates=weigh_terms(count_cognates(texts), idf),
    )


def join_text_sets(*sets: TextSet) -> TextSet:
    """Put text sets one after the other."""
    counts = np.concatenate([np.diff(each.offsets) for each in sets])
    return TextSet(
        ids=tuple(text_id for each in sets for text_id in each.ids),
        languages=np.concatenate([each.languages for each in sets]),
        n_words=np.concatenate([each.n_words for each in sets]),
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        vectors=np.concatenate([each.vectors for each in sets]),
        whole=np.concatenate([each.whole for each in sets]),
        terms=sparse.csr_matrix(sparse.vstack([each.terms for each in sets])),
        phrases=sparse.csr_matrix(sparse.vstack([each.phrases for each in sets])),
        cognates=sparse.csr_matrix(sparse.vstack([each.cognates for each in sets])),
    )


def pool_passages(
    vectors: Vectors, words: NDArray[np.int32], offsets: NDArray[np.int64]
) -> Vectors:
    """Average each text's passages, weighted by their words; unit rows, shape (n, dim)."""
    if len(offsets) == 1:
        return np.empty((0, vectors.shape[1]), dtype=np.float32)
    weighted = vectors * words[:, None].astype(np.float32)
    return unit_rows(np.add.reduceat(weighted, offsets[:-1], axis=0))


def pack_text_set(texts: TextSet) -> dict[str, NDArray[np.generic]]:
    """Lay a text set out as plain arrays, without its passage vectors."""
    return {
        "ids": np.array(texts.ids, dtype=np.str_),
        "languages": texts.languages.astype(np.str_),
        "n_words": texts.n_words,
        "offsets": texts.offsets,
        "whole": texts.whole.astype(np.float16),
        **_pack_rows("term", texts.terms),
        **_pack_rows("phrase", texts.phrases),
        **_pack_rows("cognate", texts.cognates),
    }


def unpack_text_set(
    arrays: dict[str, NDArray[np.generic]], *, vectors: NDArray[np.float32]
) -> TextSet:
    """Make a text set of what ``pack_text_set`` laid out and its passage vectors."""
    ids = tuple(str(text_id) for text_id in arrays["ids"])
    return TextSet(
        ids=ids,
        languages=arrays["languages"].astype(object),
        n_words=arrays["n_words"].astype(np.int32),
        offsets=arrays["offsets"].astype(np.int64),
        vectors=vectors,
        whole=arrays["whole"].astype(np.float32),
        terms=_unpack_rows("term", arrays, width=N_BUCKETS),
        phrases=_unpack_rows("phrase", arrays, width=N_WEIGHTS),
        cognates=_unpack_rows("cognate", arrays, width=N_BUCKETS),
    )


def _pack_rows(name: str, rows: sparse.csr_matrix) -> dict[str, NDArray[np.generic]]:
    return {
        f"{name}_data": rows.data.astype(np.float16),
        f"{name}_indices": rows.indices.astype(np.int32),
        f"{name}_indptr": rows.indptr.astype(np.int64),
    }


def _unpack_rows(
    name: str, arrays: dict[str, NDArray[np.generic]], *, width: int
) -> sparse.csr_matrix:
    indptr = arrays[f"{name}_indptr"]
    return sparse.csr_matrix(
        (arrays[f"{name}_data"].astype(np.float32), arrays[f"{name}_indices"], indptr),
        shape=(len(indptr) - 1, width),
    )


def _sum_rows(rows: sparse.csr_matrix, offsets: NDArray[np.int64]) -> sparse.csr_matrix:
    """Add up the rows of each text, which are those between its offsets."""
    n_rows = rows.shape[0]
    own = sparse.csr_matrix(
        (np.ones(n_rows, dtype=np.float32), np.arange(n_rows), offsets),
        shape=(len(offsets) - 1, n_rows),
    )
    return sparse.csr_matrix(own @ rows)


def _sum_by_text(values: NDArray[np.int32], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    if len(offsets) == 1:
        return np.empty(0, dtype=np.int64)
    return np.add.reduceat(values.astype(np.int64), offsets[:-1])


def name_main_language(passages: Sequence[Passage], words: NDArray[np.int32]) -> str:
    """Name the language that most words of a text's passages are in."""
    totals: dict[str, int] = {}
    for passage, n_words in zip(passages, words, strict=True):
        totals[passage.language] = totals.get(passage.language, 0) + int(n_words)
    return max(totals, key=lambda language: (totals[language], language))
