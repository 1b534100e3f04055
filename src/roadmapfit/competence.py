"""What organisations can prove: the texts of their projects, and what they say of themselves.

A profile is not one average vector: each passage of each text of an organisation stands
for itself, and a need is proven as far as the nearest of them says the same thing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from roadmapfit.history import History
from roadmapfit.identity import fold_name
from roadmapfit.lexical import N_BUCKETS, N_WEIGHTS
from roadmapfit.proof import weigh_evidence
from roadmapfit.textset import TextSet, join_text_sets

Vectors = NDArray[np.float32]
Values = NDArray[np.float32]

# A word of fewer names says nothing of those that have it.
MIN_SHARED_BY = 3
# Organisations that stand for the mean of all, beside those with a word in their name.
NAME_SHRINKAGE = 3.0


@dataclass(frozen=True)
class Competences:
    """Texts, and which organisations each of them is a proof of.

    Attributes
    ----------
    texts
        Projects and, behind them, organisations' own words (without terms).
    history
        Whose columns the organisations are.
    project_rows
        int64, shape (n_texts,): the row of each text's project in the history, -1 for
        what is no project of it.
    speakers
        int64, shape (n_texts,): the column of the organisation whose own words a text
        is, -1 for a project.
    first_rows
        int64, shape (n_texts,): the index row of each text's first passage.
    name_words
        float32 CSR, shape (n_organisations, n_words): 1 where a name has a word that
        ``MIN_SHARED_BY`` names have at least.
    """

    texts: TextSet
    history: History
    project_rows: NDArray[np.int64]
    speakers: NDArray[np.int64]
    first_rows: NDArray[np.int64]
    name_words: sparse.csr_matrix

    def without(self, project_id: str | None) -> Competences:
        """Return the competences as if nobody had taken part in one project."""
        history = self.history.without(project_id)
        if history is self.history:
            return self
        without = replace(self, history=history)
        # All lengths but those of its members stay: measuring them all takes a second.
        row = history.project_ids.index(str(project_id))
        members = self.history.members[row].indices
        lengths = self.profile_lengths.copy()
        lengths[members] = _measure_lengths(without.proofs[members], self.texts)
        without.__dict__["profile_lengths"] = lengths
        return without

    @cached_property
    def proofs(self) -> sparse.csr_matrix:
        """The texts of each organisation: float32 CSR, (n_organisations, n_texts)."""
        rows, texts = [], []
        own = np.flatnonzero(self.speakers >= 0)
        rows.append(self.speakers[own])
        texts.append(own)
        done = np.flatnonzero(self.project_rows >= 0)
        part = self.history.members[self.project_rows[done]].tocoo()
        rows.append(part.col.astype(np.int64))
        texts.append(done[part.row])
        cells = (np.concatenate(rows), np.concatenate(texts))
        return sparse.csr_matrix(
            (np.ones(len(cells[0]), dtype=np.float32), cells),
            shape=(len(self.history.organisation_ids), len(self.texts)),
        )

    def find_texts(
        self, organisation_ids: Iterable[str], *, without: str | None = None
    ) -> NDArray[np.int64]:
        """List the texts of some organisations, the project ``without`` left out; in order."""
        columns = self.history.find_columns(organisation_ids)
        found = np.unique(self.proofs[columns].indices).astype(np.int64)
        kept: NDArray[np.int64] = found[[self.texts.ids[each] != without for each in found]]
        return kept

    def find_passage(self, text: int, vector: Vectors) -> int:
        """Find the index row of the passage of a text that is nearest to a vector."""
        first, end = self.texts.offsets[text : text + 2]
        near = self.texts.vectors[first:end] @ vector
        return int(self.first_rows[text] + np.argmax(near))

    @cached_property
    def weights(self) -> Values:
        """What each text weighs, in (0, 1]: a project by its age, own words fully."""
        weights = np.ones(len(self.texts), dtype=np.float32)
        done = self.project_rows >= 0
        weights[done] = self.history.recency[self.project_rows[done]]
        return weights

    @cached_property
    def profile_lengths(self) -> Values:
        """How long the sum of each organisation's whole vectors is; 0 without a text."""
        return _measure_lengths(self.proofs, self.texts)

    def compare_profiles(self, whole: Values) -> Values:
        """Compare each organisation's mean vector with a project's.

        Parameters
        ----------
        whole
            float32, shape (n_texts,): cosine of the project with each text.

        Returns
        -------
        numpy.ndarray
            float32, shape (n_organisations,): cosines; 0 without a text.
        """
        # The cosine with a sum is the sum of cosines over the sum's length.
        lengths = np.where(self.profile_lengths > 0, self.profile_lengths, 1)
        return np.asarray((self.proofs @ whole) / lengths, dtype=np.float32)

    def compare_names(self, whole: Values) -> Values:
        """Say how like a project the texts of organisations with the words of a name are.

        Whoever has few texts, or none, is known by what others of its name do: hospitals,
        ports, institutes of polymers. A word counts the more the fewer names have it, and
        is drawn to the mean of all the more the fewer texts stand behind it.

        Parameters
        ----------
        whole
            As ``compare_profiles`` takes it.

        Returns
        -------
        numpy.ndarray
            float32, shape (n_organisations,): cosines above the mean of all organisations.
        """
        n_texts = np.diff(self.proofs.indptr)
        has_text = n_texts > 0
        if not has_text.any():
            return np.zeros(len(n_texts), dtype=np.float32)
        means = (self.proofs @ whole) / np.maximum(1, n_texts)
        means = np.where(has_text, means - means[has_text].mean(), 0)
        n_with_text = self.name_words.T @ has_text.astype(np.float32)
        by_word = (self.name_words.T @ means) / (n_with_text + NAME_SHRINKAGE)
        idf = np.log(len(n_texts) / np.maximum(1, n_with_text))
        total = np.maximum(self.name_words @ idf, np.finfo(np.float32).tiny)
        return np.asarray((self.name_words @ (idf * by_word)) / total, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near one project's text is to each text of some competences.

    Attributes
    ----------
    needs
        float32, shape (n_needs, n_texts): cosine of each need with the nearest passage
        of each text.
    whole, terms
        float32, shape (n_texts,): cosine of the whole texts, and of their weighted stems.
    profiles, names
        float32, shape (n_organisations,): cosine with each organisation's mean vector, and
        what its name says (``Competences.compare_names``).
    evidence
        float32, shape (n_needs, n_texts): log-odds that the text proves the need
        (``weigh_evidence``).
    vectors
        float32, shape (n_needs, dim): of the needs.
    """

    needs: Values
    whole: Values
    terms: Values
    profiles: Values
    names: Values
    evidence: Values
    vectors: Vectors


def gather_competences(
    history: History,
    projects: TextSet,
    *,
    own_words: TextSet | None = None,
    starts: tuple[int, int] = (0, 0),
) -> Competences:
    """Join the texts of a history's projects and what organisations say of themselves.

    Parameters
    ----------
    history
        Whose projects and organisations count; what it does not know is left out, so
        that no text is later than the history.
    projects
        Texts by project id.
    own_words
        Texts by organisation id.
    starts
        Index rows of the first passage of ``projects`` and of ``own_words``.
    """
    row_of = {each: row for row, each in enumerate(history.project_ids)}
    known = [row for row, each in enumerate(projects.ids) if each in row_of]
    # Taking all of them would copy every vector.
    texts = projects if len(known) == len(projects) else projects.take(known)
    project_rows = [row_of[each] for each in texts.ids]
    first_rows = starts[0] + projects.offsets[known]
    speakers = [-1] * len(texts)
    if own_words is not None and len(own_words):
        said = [row for row, each in enumerate(own_words.ids) if each in history.columns]
        first_rows = np.concatenate([first_rows, starts[1] + own_words.offsets[said]])
        own_words = own_words.take(said)
        texts = join_text_sets(texts, own_words)
        project_rows += [-1] * len(own_words)
        speakers += [history.columns[each] for each in own_words.ids]
    return Competences(
        texts=texts,
        history=history,
        project_rows=np.array(project_rows, dtype=np.int64),
        speakers=np.array(speakers, dtype=np.int64),
        first_rows=first_rows.astype(np.int64),
        name_words=_gather_name_words(history.names.tolist()),
    )


def make_blank_text(*, dim: int) -> TextSet:
    """Make the text of a project that has none: one passage that is like nothing."""
    zero = np.zeros((1, dim), dtype=np.float32)
    return TextSet(
        ids=("",),
        languages=np.array([""], dtype=object),
        n_words=np.zeros(1, dtype=np.int32),
        offsets=np.array([0, 1], dtype=np.int64),
        vectors=zero,
        whole=zero,
        terms=sparse.csr_matrix((1, N_BUCKETS), dtype=np.float32),
        phrases=sparse.csr_matrix((1, N_WEIGHTS), dtype=np.float32),
        cognates=sparse.csr_matrix((1, N_BUCKETS), dtype=np.float32),
    )


def compare_project(project: TextSet, competences: Competences, *, needs: Values) -> Likeness:
    """Compare one project's text as a whole.

    Parameters
    ----------
    project
        One text.
    competences
        Holding the texts.
    needs
        As ``compare_passages`` returns for its needs.
    """
    texts = competences.texts
    # Times a dense row: a sparse one would be sorted first.
    terms = texts.terms @ project.terms[0].toarray()[0]
    whole = texts.whole @ project.whole[0]
    return Likeness(
        needs=needs,
        whole=whole,
        terms=np.asarray(terms, dtype=np.float32),
        profiles=competences.compare_profiles(whole),
        names=competences.compare_names(whole),
        evidence=weigh_evidence(
            needs,
            vectors=project.vectors,
            words=project.cognates[0],
            texts=texts,
            among=texts,
        ),
        vectors=project.vectors,
    )


def find_best(values: Values, groups: sparse.csr_matrix, *, blank: float) -> Values:
    """Find the best value of each organisation's texts.

    Parameters
    ----------
    values
        Shape (..., n_texts).
    groups
        As ``Competences.proofs``: shape (n_organisations, n_texts).
    blank
        What an organisation without a text gets.

    Returns
    -------
    numpy.ndarray
        float32, shape (..., n_organisations).
    """
    best = np.full((*values.shape[:-1], groups.shape[0]), blank, dtype=np.float32)
    filled = np.flatnonzero(np.diff(groups.indptr))
    if len(filled):
        best[..., filled] = np.maximum.reduceat(
            values[..., groups.indices], groups.indptr[:-1][filled], axis=-1
        )
    return best


def _gather_name_words(names: Sequence[str]) -> sparse.csr_matrix:
    words = [set(fold_name(name).split()) for name in names]
    n_names = Counter(word for own in words for word in own)
    shared = sorted(word for word, n in n_names.items() if n >= MIN_SHARED_BY)
    column_of = {word: column for column, word in enumerate(shared)}
    cells = [
        (row, column_of[word])
        for row, own in enumerate(words)
        for word in sorted(own)
        if word in column_of
    ]
    rows, columns = np.array(cells, dtype=np.int64).reshape(-1, 2).T
    return sparse.csr_matrix(
        (np.ones(len(cells), dtype=np.float32), (rows, columns)), shape=(len(words), len(shared))
    )


def _measure_lengths(proofs: sparse.csr_matrix, texts: TextSet) -> Values:
    return np.asarray(np.linalg.norm(proofs @ texts.whole, axis=1), dtype=np.float32)
