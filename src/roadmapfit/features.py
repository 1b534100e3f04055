"""What is measured of a pair (project, item) before it becomes a probability.

Three similarities: of the whole texts, of the best passages, of the weighted
stems. Each is expressed in standard deviations above what the item gets from a
fixed cohort of unrelated projects, and the result in deviations above what the
project gets, so expressed, from a cohort of unrelated items (zt-norm, known from
speaker verification; Auckenthaler et al., 2000). The first step takes away the
advantage of items that attract everything and of long items over short ones, the
second that of vague projects that resemble everything. A pair's features never
depend on what else a workspace holds.
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
# The second step counts in units of the first, where one is usual.
MIN_PROJECT_DEVIATION = 0.1


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
    mean: dict[str, Array] = {}
    deviation: dict[str, Array] = {}
    for language in np.unique(cohort.projects.languages):
        part = cohort.projects.take(np.flatnonzero(cohort.projects.languages == language))
        similarities = measure_similarities(part, items)
        mean[str(language)] = similarities.mean(axis=0)
        deviation[str(language)] = np.maximum(similarities.std(axis=0), MIN_DEVIATION)
    return Norms(mean, deviation)


def measure_project_norms(projects: TextSet, cohort: Cohort, *, cohort_norms: Norms) -> Norms:
    """Measure what projects get from the cohort's items, by item language.

    Parameters
    ----------
    projects
        Any number.
    cohort
        Its items are met.
    cohort_norms
        Of those items, as ``measure_item_norms`` gives them: each counts in
        deviations of its own, as the items of a workspace do.
    """
    similarities = measure_similarities(projects, cohort.items)
    above = above_items(similarities, cohort_norms, projects.languages)
    mean: dict[str, Array] = {}
    deviation: dict[str, Array] = {}
    for language in np.unique(cohort.items.languages):
        part = above[:, cohort.items.languages == language]
        mean[str(language)] = part.mean(axis=1)
        deviation[str(language)] = np.maximum(part.std(axis=1), MIN_PROJECT_DEVIATION)
    return Norms(mean, deviation)


def normalise(
    similarities: Array,
    project_norms: Norms,
    item_norms: Norms,
    *,
    project_languages: NDArray[np.object_],
    item_languages: NDArray[np.object_],
) -> Array:
    """Express similarities in cohort deviations, of the item and then of the project.

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
        float32, shape (n_projects, n_items, 3). ``terms`` is compressed to
        ``log(1 + deviations)``, for most texts share no stem and a few share many,
        and is 0 across languages, where shared spelling means little.
    """
    normed = above_items(similarities, item_norms, project_languages)
    for item_language in np.unique(item_languages):
        columns = item_languages == item_language
        mean, deviation = project_norms.of(str(item_language))
        normed[:, columns] = (normed[:, columns] - mean[:, None]) / deviation[:, None]
    normed[:, :, 2] = np.log1p(np.maximum(normed[:, :, 2], 0.0))
    normed[project_languages[:, None] != item_languages[None, :], 2] = 0.0
    return normed


def above_items(
    similarities: Array, item_norms: Norms, project_languages: NDArray[np.object_]
) -> Array:
    """Count similarities in the deviations of their items.

    Parameters
    ----------
    similarities
        Shape (n_projects, n_items, 3).
    item_norms
        Of the same items.
    project_languages
        Shape (n_projects,): each row is counted against its language's cohort.
    """
    above = np.empty_like(similarities)
    for language in np.unique(project_languages):
        rows = project_languages == language
        mean, deviation = item_norms.of(str(language))
        above[rows] = (similarities[rows] - mean) / deviation
    return above


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
