"""Sparse vectors of stems and of word beginnings, and the words that two texts share.

Terms are hashed, so that a figure does not depend on which other documents a
workspace holds: the weights come from a fixed table of document frequencies
(``Background``), not from the workspace.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

if TYPE_CHECKING:
    from sklearn.feature_extraction import FeatureHasher

N_BUCKETS = 2**19
# Pairs of neighbouring stems are many more than stems.
N_PAIR_BUCKETS = 2**20
N_WEIGHTS = N_BUCKETS + N_PAIR_BUCKETS
# A word that more than this part of all texts holds tells nothing of what one is about.
COMMON_SHARE = 0.1
_SNOWBALL = {"fr": "french", "en": "english"}
# Letters and digits; an apostrophe ends a French elision ("l'eau" gives "eau").
_TERM = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_WORD = re.compile(r"[^\W\d_]{3,}")
# spaCy counts these as stop words; technologies are named by them ("bas carbone",
# "retour d'effort", "bottom-up", "open call").
_NOT_HOLLOW = frozenset(
    ("bas", "basee", "bat", "juste", "nouveau", "ouvert", "ouverte", "ouverts", "personne")
    + ("proche", "relative", "retour", "tend")
    + ("back", "bottom", "call", "front", "move", "name", "part", "show", "side", "top")
)
# French and English share most of their learned vocabulary, up to its endings:
# "photovoltaïque", "photovoltaic". Short beginnings find the family, long ones the word.
BEGINNINGS = (4, 6)
_ANY_LANGUAGE = "*"


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a text: its stem and where it stands, in code points."""

    stem: str
    start: int
    end: int


def find_terms(text: str, language: str) -> list[Term]:
    """List the words of a text that carry meaning, stemmed.

    Stop words and single letters are left out. Compounds with hyphens give
    their parts. Accents are folded after stemming, for capitals often lack them.

    Examples
    --------
    >>> [term.stem for term in find_terms("Les réseaux d'eau potable", "fr")]
    ['reseau', 'eau', 'potabl']
    """
    stemmer, stops = _load_stemmer(language)
    terms = []
    for match in _TERM.finditer(text):
        start = match.start()
        for part in match.group().split("-"):
            word = part.lower()
            if len(word) > 1 and word not in stops:
                stem = _fold(stemmer.stemWord(word) if stemmer else word)
                terms.append(Term(stem, start, start + len(part)))
            start += len(part) + 1
    return terms


def count_terms(texts: Sequence[str], languages: Sequence[str]) -> sparse.csr_matrix:
    """Count hashed stems; a stem of one language never meets one of another.

    Returns
    -------
    scipy.sparse.csr_matrix
        float32, shape (n_texts, N_BUCKETS): how often each stem stands in each text.
    """
    return _hash(_list_stems(texts, languages))


def count_phrases(texts: Sequence[str], languages: Sequence[str]) -> sparse.csr_matrix:
    """Count hashed stems, and pairs of stems that follow each other.

    Stop words between them do not part a pair: "storage of hydrogen" gives one.

    Returns
    -------
    scipy.sparse.csr_matrix
        float32, shape (n_texts, N_WEIGHTS): the stems as ``count_terms`` counts them,
        then the pairs.
    """
    stems = _list_stems(texts, languages)
    pairs = [[f"{one} {other}" for one, other in pairwise(own)] for own in stems]
    return sparse.csr_matrix(
        sparse.hstack([_hash(stems), _hash(pairs, n_buckets=N_PAIR_BUCKETS)], format="csr")
    )


def count_cognates(texts: Sequence[str]) -> sparse.csr_matrix:
    """Count hashed word beginnings, by which words of two languages meet.

    Returns
    -------
    scipy.sparse.csr_matrix
        float32, shape (n_texts, N_BUCKETS): how often each beginning of ``BEGINNINGS``
        letters stands in each text, accents folded; a shorter word stands whole.
    """
    return _hash([f"{_ANY_LANGUAGE}:{part}" for part in _find_beginnings(text)] for text in texts)


def weigh_terms(counts: sparse.csr_matrix, idf: NDArray[np.float32]) -> sparse.csr_matrix:
    """Turn counts into unit rows of (1 + log tf) x idf (Salton and Buckley, 1988).

    Parameters
    ----------
    counts
        As ``count_terms``, ``count_phrases`` or ``count_cognates`` returns.
    idf
        float32, shape (N_WEIGHTS,).
    """
    from sklearn.preprocessing import normalize

    if not counts.shape[0]:  # the normaliser refuses an empty matrix
        return counts.copy()
    weighted = counts.copy()
    weighted.data = (1.0 + np.log(weighted.data)) * idf[weighted.indices]
    return sparse.csr_matrix(normalize(weighted), dtype=np.float32)


def weigh_stems(
    counts: Mapping[str, int], language: str, *, idf: NDArray[np.float32]
) -> dict[str, float]:
    """Weigh the stems of a text as ``weigh_terms`` does, before its row is made unit.

    Parameters
    ----------
    counts
        How often each stem stands in it.
    language
        Of the text.
    idf
        float32, shape (N_WEIGHTS,).
    """
    if not counts:
        return {}
    buckets = _load_hasher(N_BUCKETS).transform([f"{language}:{stem}"] for stem in counts).indices
    return {
        stem: float((1.0 + np.log(count)) * idf[bucket])
        for (stem, count), bucket in zip(counts.items(), buckets, strict=True)
    }


def find_telling_stems(
    stems: Collection[str],
    language: str,
    *,
    idf: NDArray[np.float32],
    share: float = COMMON_SHARE,
) -> set[str]:
    """Keep the stems that at most one text in ten holds: they say what a text is about.

    Parameters
    ----------
    stems
        Any number.
    language
        Of the text that they are from.
    idf
        float32, shape (N_WEIGHTS,). Of a table that knows of no rare word all are kept.
    share
        In (0, 1]: another share of texts than one in ten.
    """
    rare_from = min(1.0 - np.log(share), float(idf.max()))
    weights = weigh_stems(dict.fromkeys(stems, 1), language, idf=idf)
    return {stem for stem, weight in weights.items() if weight >= rare_from}


def fit_idf(counts: Sequence[sparse.csr_matrix]) -> NDArray[np.float32]:
    """Weigh terms by rarity: ``1 + log((1 + n) / (1 + df))``, as scikit-learn smooths it.

    Parameters
    ----------
    counts
        As ``count_phrases`` returns, one matrix a language: a phrase is rare or common
        among the texts of its own language; and as ``count_cognates`` returns.

    Returns
    -------
    numpy.ndarray
        float32, shape (N_WEIGHTS,): of the columns of ``count_phrases``, the first of
        which are those of the others. A bucket that no text uses is as rare as can be.
    """
    idf = np.full(N_WEIGHTS, max(1.0 + np.log(1.0 + each.shape[0]) for each in counts))
    for each in counts:
        n_with = np.bincount(each.indices, minlength=N_WEIGHTS)
        seen = n_with > 0
        own = 1.0 + np.log((1.0 + each.shape[0]) / (1.0 + n_with))
        idf[seen] = np.minimum(idf[seen], own[seen])
    return idf.astype(np.float32)


def find_shared_terms(
    left: tuple[str, str], right: tuple[str, str]
) -> tuple[list[Term], list[Term]]:
    """Find the words that two texts have in common, up to inflection.

    Numbers in letters and words that only link others ("trois", "ni") are left out: no
    reader would take them for what two texts share.

    Parameters
    ----------
    left, right
        A text and its language each. Across languages only names and words
        spelt alike meet.

    Returns
    -------
    tuple[list[Term], list[Term]]
        The occurrences in the left text and in the right one, in order.
    """
    of_left, of_right = _find_full_terms(*left), _find_full_terms(*right)
    shared = {term.stem for term in of_left} & {term.stem for term in of_right}
    return (
        [term for term in of_left if term.stem in shared],
        [term for term in of_right if term.stem in shared],
    )


def find_shared_beginnings(
    left: tuple[str, str], right: tuple[str, str], *, idf: NDArray[np.float32]
) -> tuple[list[Term], list[Term]]:
    """Find the words that two texts of two languages have in common, up to their endings.

    Parameters
    ----------
    left, right
        A text and its language each.
    idf
        float32, shape (N_WEIGHTS,). A beginning that more than one text in ten holds
        ("develo", "techno") is none that two texts share.

    Returns
    -------
    tuple[list[Term], list[Term]]
        The occurrences in the left text and in the right one, in order; their stems are
        the beginnings.

    Examples
    --------
    >>> idf = np.ones(N_WEIGHTS, dtype=np.float32)
    >>> ours, theirs = find_shared_beginnings(
    ...     ("Une cible du cancer", "fr"), ("Cancer targets", "en"), idf=idf
    ... )
    >>> [term.stem for term in ours], [(term.start, term.end) for term in theirs]
    (['cancer'], [(0, 6)])
    """
    of_left, of_right = _find_long_words(*left), _find_long_words(*right)
    shared = find_telling_stems(
        {term.stem for term in of_left} & {term.stem for term in of_right},
        _ANY_LANGUAGE,
        idf=idf,
    )
    return (
        [term for term in of_left if term.stem in shared],
        [term for term in of_right if term.stem in shared],
    )


def measure_held_terms(
    text: tuple[str, str], others: Sequence[tuple[str, str]], *, idf: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Measure how much of what a text says in words stands in each of some others.

    Parameters
    ----------
    text, others
        A text and its language each.
    idf
        float32, shape (N_WEIGHTS,).

    Returns
    -------
    numpy.ndarray
        float32, shape (n_others,): the part of the text's stems, by their squared weights,
        in [0, 1]; across languages of its words' beginnings; 0 where it has no word.
    """
    held = np.zeros(len(others), dtype=np.float32)
    for is_own, find, language in (
        (True, _find_full_terms, text[1]),
        (False, _find_long_words, _ANY_LANGUAGE),
    ):
        rows = [row for row, other in enumerate(others) if (other[1] == text[1]) is is_own]
        if not rows:
            continue
        own = weigh_stems(dict.fromkeys((term.stem for term in find(*text)), 1), language, idf=idf)
        total = sum(weight**2 for weight in own.values()) or 1.0
        for row in rows:
            theirs = {term.stem for term in find(*others[row])}
            held[row] = sum(own[stem] ** 2 for stem in own.keys() & theirs) / total
    return held


def _find_long_words(text: str, language: str) -> list[Term]:
    """List the words long enough to be known by their beginning, which is their stem here."""
    words = (
        (_fold(text[term.start : term.end].lower()), term)
        for term in _find_full_terms(text, language)
    )
    length = BEGINNINGS[-1]
    return [
        Term(word[:length], term.start, term.end) for word, term in words if len(word) >= length
    ]


def _find_full_terms(text: str, language: str) -> list[Term]:
    hollow = _load_hollow_words(language)
    return [
        term
        for term in find_terms(text, language)
        if text[term.start : term.end].lower() not in hollow
    ]


def _list_stems(texts: Sequence[str], languages: Sequence[str]) -> list[list[str]]:
    """List the stems of each text in order, each with its language before it."""
    return [
        [f"{language}:{term.stem}" for term in find_terms(text, language)]
        for text, language in zip(texts, languages, strict=True)
    ]


def _find_beginnings(text: str) -> Iterator[str]:
    for match in _WORD.finditer(_fold(text.lower())):
        word = match.group()
        for length in BEGINNINGS:
            # A whole short word is not the beginning of a longer one.
            yield word[:length] if len(word) >= length else f"{word}$"


def _hash(parts: Iterable[list[str]], *, n_buckets: int = N_BUCKETS) -> sparse.csr_matrix:
    known = list(parts)
    if not known:  # the hasher refuses an empty list
        return sparse.csr_matrix((0, n_buckets), dtype=np.float32)
    return sparse.csr_matrix(_load_hasher(n_buckets).transform(known), dtype=np.float32)


def _fold(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@cache
def _load_hasher(n_buckets: int) -> FeatureHasher:
    from sklearn.feature_extraction import FeatureHasher

    return FeatureHasher(n_buckets, input_type="string", alternate_sign=False, dtype=np.float32)


@cache
def _load_hollow_words(language: str) -> frozenset[str]:
    """Read spaCy's stop words: three times as many as the features leave out.

    The features' own short list is part of what the shipped model was fitted on.
    """
    if language not in _SNOWBALL:
        return frozenset()
    from importlib import import_module

    return frozenset(import_module(f"spacy.lang.{language}.stop_words").STOP_WORDS) - _NOT_HOLLOW


@cache
def _load_stemmer(language: str) -> tuple[Any, frozenset[str]]:
    # A language without rules is matched word by word.
    if language not in _SNOWBALL:
        return None, frozenset()
    import Stemmer
    from bm25s import stopwords

    stops = {"fr": stopwords.STOPWORDS_FRENCH, "en": stopwords.STOPWORDS_EN_PLUS}[language]
    return Stemmer.Stemmer(_SNOWBALL[language]), frozenset(stops)
