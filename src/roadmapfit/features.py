"""What is measured of a pair (project, item) before it becomes a probability.

Four similarities: of the whole texts, of the best passages, of the weighted phrases
(stems, and pairs of stems), of the weighted word beginnings (which French and English
share). Each but that of phrases is expressed in
standard deviations above what the item gets from a fixed cohort of unrelated projects,
and the result in deviations above what the project gets, so expressed, from a cohort of
unrelated items (zt-norm, known from speaker verification; Auckenthaler et al., 2000).
The first step takes away the advantage of items that attract everything and of long
items over short ones, the second that of vague projects that resemble everything. A
pair's features never depend on what else a workspace holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from roadmapfit.textset import TextSet

Array = NDArray[np.float32]

SIMILARITIES = ("whole", "best", "phrases", "cognates")
# The published reading on this task: the mean of the three best sentences beats
# both one vector a text and the single best sentence.
N_BEST = 3
# Cohort deviations below this are noise of a tiny cohort, not information.
MIN_DEVIATION = 1e-3
# Cohort projects that the cohort's items are worth in an item's norms: as many as the
# cohort has in one language, chosen on development queries.
SHRINKAGE = 150
N_ITEMS_AT_ONCE = 4096
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

    def pack(self) -> dict[str, Array]:
        """Return what ``unpack`` takes, for numpy to write."""
        means = {f"mean/{language}": each for language, each in self.mean.items()}
        return means | {f"deviation/{language}": each for language, each in self.deviation.items()}

    @classmethod
    def unpack(cls, arrays: Mapping[str, Array]) -> Norms:
        """Make norms of what ``pack`` returned."""
        languages = sorted({name.split("/")[1] for name in arrays})
        return cls(
            mean={language: arrays[f"mean/{language}"] for language in languages},
            deviation={language: arrays[f"deviation/{language}"] for language in languages},
        )

    def take(self, rows: Sequence[int] | NDArray[np.int64]) -> Norms:
        """Return the norms of some of the texts, in the order given."""
        wanted = np.asarray(rows, dtype=np.int64)
        return Norms(
            {language: mean[wanted] for language, mean in self.mean.items()},
            {language: deviation[wanted] for language, deviation in self.deviation.items()},
        )


def measure_similarities(projects: TextSet, items: TextSet) -> Array:
    """Measure raw similarities of every project with every item.

    Returns
    -------
    numpy.ndarray
        float32, shape (n_projects, n_items, 4), in the order of ``SIMILARITIES``:
        cosine of the whole vectors; mean over the project's ``N_BEST`` passages
        that are nearest the item of the cosine with the item's nearest passage;
        cosine of the weighted stems and pairs of stems; cosine of the weighted word
        beginnings.
    """
    shape = (len(projects), len(items), len(SIMILARITIES))
    similarities = np.empty(shape, dtype=np.float32)
    similarities[:, :, 0] = projects.whole @ items.whole.T
    similarities[:, :, 1] = _measure_best(projects, items)
    similarities[:, :, 2] = (projects.phrases @ items.phrases.T).toarray()
    similarities[:, :, 3] = (projects.cognates @ items.cognates.T).toarray()
    return similarities


def measure_item_norms(items: TextSet, cohort: Cohort, *, shrinkage: int = SHRINKAGE) -> Norms:
    """Measure what items get from the cohort's projects, by project language.

    The cohort is small, and few of its projects share a stem with an item: taken alone,
    what it says of one item is mostly chance. So it is drawn towards what it says of the
    cohort's own items of that language (shrinkage; James and Stein, 1961), which are
    fixed: no item's norms depend on another of the workspace.

    Parameters
    ----------
    items
        Any number.
    cohort
        Its projects are met.
    shrinkage
        How many projects the cohort's items are worth; 0 takes each item by itself.
    """
    mean: dict[str, Array] = {}
    deviation: dict[str, Array] = {}
    for language in np.unique(cohort.projects.languages):
        part = cohort.projects.take(np.flatnonzero(cohort.projects.languages == language))
        own_mean, own_deviation = _measure_moments(part, items)
        share = len(part) / (len(part) + shrinkage)
        if share < 1:
            prior_mean, prior_deviation = _measure_prior(part, cohort.items, items.languages)
            own_mean = share * own_mean + (1 - share) * prior_mean
            own_deviation = np.sqrt(share * own_deviation**2 + (1 - share) * prior_deviation**2)
        mean[str(language)] = own_mean
        deviation[str(language)] = np.maximum(own_deviation, MIN_DEVIATION)
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
        float32, shape (n_projects, n_items, 4), words as ``settle_words`` leaves them.
    """
    normed = above_items(similarities, item_norms, project_languages)
    for item_language in np.unique(item_languages):
        columns = item_languages == item_language
        mean, deviation = project_norms.of(str(item_language))
        normed[:, columns] = (normed[:, columns] - mean[:, None]) / deviation[:, None]
    settle_words(
        normed, similarities, is_within=project_languages[:, None] == item_languages[None, :]
    )
    return normed


def settle_words(deviations: Array, similarities: Array, *, is_within: NDArray[np.bool_]) -> None:
    """Say, in place, what shared words are worth.

    Phrases count as they are, within a language alone: hardly any of a cohort's texts
    share one with a given text, so that there is no deviation to count in. Word
    beginnings become ``log(1 + deviations)`` within a language, for most texts share
    none and a few share many; across languages they stay as they are, for few are
    shared there, and uncompressed they ranked better on development queries.

    Parameters
    ----------
    deviations
        Shape (n_projects, n_items, 4): changed.
    similarities
        The same pairs, as ``measure_similarities`` returns.
    is_within
        bool, shape (n_projects, n_items): whether both are of one language.
    """
    phrases, cognates = (SIMILARITIES.index(name) for name in ("phrases", "cognates"))
    deviations[:, :, phrases] = np.where(is_within, similarities[:, :, phrases], 0.0)
    beginnings = deviations[:, :, cognates]
    beginnings[is_within] = np.log1p(np.maximum(beginnings[is_within], 0.0))


def above_items(
    similarities: Array, item_norms: Norms, project_languages: NDArray[np.object_]
) -> Array:
    """Count similarities in the deviations of their items.

    Parameters
    ----------
    similarities
        Shape (n_projects, n_items, 4).
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


def _measure_moments(projects: TextSet, items: TextSet) -> tuple[Array, Array]:
    """Average similarities over projects, with their deviation; shape (n_items, 4) each."""
    nothing = np.empty((0, len(SIMILARITIES)), np.float32)
    means, deviations = [nothing], [nothing]
    # All passages of the projects are held against those of so many items at once.
    for start in range(0, len(items), N_ITEMS_AT_ONCE):
        rows = np.arange(start, min(start + N_ITEMS_AT_ONCE, len(items)))
        similarities = measure_similarities(projects, items.take(rows))
        means.append(similarities.mean(axis=0))
        deviations.append(similarities.std(axis=0))
    return np.concatenate(means), np.concatenate(deviations)


def _measure_prior(
    projects: TextSet, cohort_items: TextSet, languages: NDArray[np.object_]
) -> tuple[Array, Array]:
    """Pool the moments of the cohort's items by language, one row for each language given."""
    mean, deviation = _measure_moments(projects, cohort_items)
    by_language = {}
    for language in np.unique(languages):
        same = cohort_items.languages == language
        # A language that the cohort does not speak takes all of it.
        rows = same if same.any() else np.ones_like(same)
        pooled = np.sqrt((deviation[rows] ** 2).mean(axis=0))
        by_language[language] = (mean[rows].mean(axis=0), pooled)
    shape = (len(languages), len(SIMILARITIES))
    prior_mean, prior_deviation = np.empty(shape, np.float32), np.empty(shape, np.float32)
    for language, (own_mean, own_deviation) in by_language.items():
        prior_mean[languages == language] = own_mean
        prior_deviation[languages == language] = own_deviation
    return prior_mean, prior_deviation


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
