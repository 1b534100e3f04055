"""What is measured of a pair (project, item) before it becomes a probability.

Three similarities: of the whole texts, of the best passages, of the weighted
stems. Each is then expressed in standard deviations above what the project, and
the item, get against a fixed cohort of unrelated texts (symmetric score
normalisation, "s-norm", known from speaker verification). That takes away the
advantage of items that attract everything and makes figures comparable between
workspaces: a pair's features never depend on what else a workspace holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from roadmapfit.textset import TextSet

Array = NDArray[np.float32]

SIMILARITIES = ("whole", "best", "terms")
# The published reading on this task: the mean of the three best sentences beats
# both one vector a text and the single best sentence.
N_BEST = 3
# Cohort deviations below this are noise of a tiny cohort, not information.
MIN_DEVIATION = 1e-3


@dataclass(frozen=True, slots=True)
class Cohort:
    """Fixed texts that stand for "unrelated": projects to meet items, items to meet projects."""

    projects: TextSet
    items: TextSet


@dataclass(frozen=True, slots=True)
class Norms:
    """Mean and deviation of a set's similarities against a cohort, by cohort language.

    ``mean[language]`` and ``deviation[language]`` are float32, shape
    (n, len(SIMILARITIES)).
    """

    mean: dict[str, Array]
    deviation: dict[str, Array]

    def take(self, rows: NDArray[np.int64] | slice) -> Norms:
        """Return the norms of some of the texts."""
        return Norms(
            mean={language: value[rows] for language, value in self.mean.items()},
            deviation={language: value[rows] for language, value in self.deviation.items()},
        )

    def of(self, language: str) -> tuple[Array, Array]:
        """Return mean and deviation for texts of a language; the average for an unread one."""
        if language in self.mean:
            return self.mean[language], self.deviation[language]
        means = np.mean(list(self.mean.values()), axis=0)
        return means, np.mean(list(self.deviation.values()), axis=0)


def measure_similarities(projects: TextSet, items: TextSet) -> Array:
    """Measure raw similarities of every project with every item.

    Returns
    -------
    numpy.ndarray
        float32, shape (n_projects, n_items, 3), in the order of ``SIMILARITIES``:
        cosine of the whole vectors; mean over the project's ``N_BEST`` passages
        that are nearest the item of the cosine with the item's nearest passage;
        cosine of the weighted stems.
    """
    similarities = np.empty((len(projects), len(items), 3), dtype=np.float32)
    similarities[:, :, 0] = projects.whole @ items.whole.T
    similarities[:, :, 1] = _measure_best(projects, items)
    similarities[:, :, 2] = (projects.terms @ items.terms.T).toarray()
    return similarities


def measure_item_norms(items: TextSet, cohort: Cohort) -> Norms:
    """Measure what items get from the cohort's projects, by project language."""
    return _norms(cohort.projects, items, axis=0)


def measure_project_norms(projects: TextSet, cohort: Cohort) -> Norms:
    """Measure what projects get from the cohort's items, by item language."""
    return _norms(cohort.items, projects, axis=1)


def normalise(
    similarities: Array,
    project_norms: Norms,
    item_norms: Norms,
    *,
    project_languages: NDArray[np.object_],
    item_languages: NDArray[np.object_],
) -> Array:
    """Express similarities in cohort deviations, averaged over both sides.

    Parameters
    ----------
    similarities
        As ``measure_similarities`` returns.
    project_norms, item_norms
        Of the same projects and items.
    project_languages, item_languages
        Shape (n_projects,) and (n_items,). Each side meets the part of the cohort
        that speaks the other side's language.

    Returns
    -------
    numpy.ndarray
        float32, shape (n_projects, n_items, 3). ``terms`` is 0 across languages,
        where shared spelling means little.
    """
    normed = np.empty_like(similarities)
    for project_language in np.unique(project_languages):
        rows = np.flatnonzero(project_languages == project_language)
        of_items_mean, of_items_deviation = item_norms.of(str(project_language))
        for item_language in np.unique(item_languages):
            columns = np.flatnonzero(item_languages == item_language)
            block = similarities[np.ix_(rows, columns)]
            of_projects_mean, of_projects_deviation = project_norms.of(str(item_language))
            above_item = (block - of_items_mean[columns]) / of_items_deviation[columns]
            above_project = (block - of_projects_mean[rows][:, None]) / of_projects_deviation[rows][
                :, None
            ]
            value = (above_item + above_project) / 2
            if project_language != item_language:
                value[:, :, 2] = 0.0
            normed[np.ix_(rows, columns)] = value
    return normed


def _measure_best(projects: TextSet, items: TextSet) -> Array:
    by_passage = projects.vectors @ items.vectors.T
    by_item = np.maximum.reduceat(by_passage, items.offsets[:-1], axis=1)
    best = np.empty((len(projects), len(items)), dtype=np.float32)
    for row, (start, end) in enumerate(
        zip(projects.offsets[:-1], projects.offsets[1:], strict=True)
    ):
        own = by_item[start:end]
        if end - start > N_BEST:
            own = np.partition(own, end - start - N_BEST, axis=0)[-N_BEST:]
        best[row] = own.mean(axis=0)
    return best


def _norms(cohort: TextSet, texts: TextSet, *, axis: int) -> Norms:
    mean: dict[str, Array] = {}
    deviation: dict[str, Array] = {}
    for language in np.unique(cohort.languages):
        part = cohort.take(np.flatnonzero(cohort.languages == language))
        if axis == 0:
            against = measure_similarities(part, texts)
        else:
            against = measure_similarities(texts, part)
        mean[str(language)] = against.mean(axis=axis)
        deviation[str(language)] = np.maximum(against.std(axis=axis), MIN_DEVIATION)
    return Norms(mean, deviation)
