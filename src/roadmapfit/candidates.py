"""What is measured of every organisation as a partner for one project and consortium.

Four groups of measures, each of which can be left out of a ranking: how much of the need
it closes, what experience it has, how it fits the make-up of the consortium, and the
network's ties. Measures of text are taken relative to the other organisations of the same
question (z-scores), so that another encoder's cosines weigh as these do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from roadmapfit.competence import Competences, Likeness, find_best
from roadmapfit.history import History, name_region
from roadmapfit.network import measure_ties
from roadmapfit.proof import measure_proof
from roadmapfit.records import Organisation, OrganisationKind

Values = NDArray[np.float32]
Columns = NDArray[np.int64]

GROUPS = MappingProxyType(
    {
        "need": (
            "proof",
            "beyond",
            "open",
            "profile",
            "alike",
            "whole",
            "terms",
            "evidence",
            "name",
        ),
        "experience": ("projects", "recent", "programme", "idle"),
        "make_up": (
            "country",
            "region",
            "kind",
            "research",
            "country_usual",
            "kind_usual",
            "kind_alike",
            "kind_lacking",
        ),
        "network": ("together", "again", "met", "shared", "tied_alike", "walk"),
    }
)
"""Group to the measures in it, in the order of the columns."""
FEATURES = tuple(name for names in GROUPS.values() for name in names)

RESEARCH = tuple(str(kind) for kind in (OrganisationKind.LABORATORY, OrganisationKind.SCHOOL))

# Below this, a sum of weights says no more than none: the logarithm starts there.
FLOOR = 0.01
# The same for sums over like projects, where the most like one is 1 and most are nothing.
FLOOR_ALIKE = 1e-4
FLOOR_WALK = 1e-7
# How fast a project counts less the less like the one asked about it is, in standard
# deviations of likeness: with 2, one deviation less counts e squared times less.
SHARPNESS = 2.0
# Past these two deviations are cut, so that a near-copy does not silence all others.
LEAST_LIKE, MOST_LIKE = -3.0, 8.0
# A consortium whose nearest passage is this many standard deviations above all
# organisations' mean leaves nothing of a need open; one at the mean leaves all.
FULL_DEVIATIONS = 6.0
# The usual make-up of like projects is read off this many of the most like.
N_ALIKE = 60
# Members that stand for the make-up of all projects, beside those of the ones looked at.
USUAL_SHRINKAGE = 2.0
# Below this share of all members a type or country is as good as none.
FLOOR_SHARE = 1e-4
# More members from one place than this say no more.
MOST_NEIGHBOURS = 3
# Where fewer of those with a project have a text, measures of text are mostly missing.
LEAST_TOLD = 0.5


@dataclass(frozen=True)
class Question:
    """One project asked about: what its text alone says of each organisation.

    Attributes
    ----------
    competences, likeness
        What it was asked of.
    proof
        float32, shape (n_needs, n_organisations): cosine of each need with the nearest
        passage of each organisation; -1 without a text.
    alike
        float32, shape (n_projects,): how like each project of the history is, in [0, 1].
    fixed
        float32 by name, shape (n_organisations,): the measures that no consortium changes.
    """

    competences: Competences
    likeness: Likeness
    proof: Values
    alike: Values
    fixed: dict[str, Values]

    @cached_property
    def has_texts(self) -> bool:
        """Whether the project, and most of the organisations with a project, have a text."""
        is_told = np.diff(self.competences.proofs.indptr) > 0
        has_project = self.competences.history.n_projects_of > 0
        share = float(is_told[has_project].mean()) if has_project.any() else 1.0
        return bool(self.likeness.vectors.any()) and share >= LEAST_TOLD

    @cached_property
    def proven(self) -> Values:
        """How far each organisation proves each need, float32, shape of ``proof``, in [0, 1]."""
        best = find_best(self.likeness.evidence, self.competences.proofs, blank=-np.inf)
        return measure_proof(best)


def ask(competences: Competences, likeness: Likeness, *, programme: str = "") -> Question:
    """Measure what a project's text and programme say of each organisation.

    Parameters
    ----------
    competences
        What organisations can prove.
    likeness
        Of the project to their texts.
    programme
        What would fund it; experience in no particular one counts without.
    """
    history = competences.history
    groups = competences.proofs
    has_text = np.diff(groups.indptr) > 0
    proof = find_best(likeness.needs, groups, blank=-1.0)
    n_proven = np.asarray(groups.sum(axis=0), dtype=np.float32).ravel()
    like = _weigh_likeness(likeness, n_proven > 0)
    spread = competences.weights * like / np.sqrt(np.maximum(1, n_proven))
    alike = np.zeros(len(history.project_ids), dtype=np.float32)
    done = competences.project_rows >= 0
    alike[competences.project_rows[done]] = like[done]
    by = history.by_organisation
    in_programme = history.recency * (history.programmes == programme) * bool(programme)
    most_alike = _keep_most(alike)
    fixed = {
        "proof": _standardise(proof.mean(axis=0), has_text),
        "profile": _standardise(likeness.profiles, has_text),
        "alike": _standardise(np.log(FLOOR_ALIKE + groups @ spread), has_text),
        "name": _standardise(likeness.names, np.ones(len(likeness.names), dtype=np.bool_)),
        "whole": _standardise(find_best(likeness.whole, groups, blank=-1.0), has_text),
        "terms": _standardise(find_best(likeness.terms, groups, blank=-1.0), has_text),
        "evidence": _standardise(
            find_best(likeness.evidence.mean(axis=0), groups, blank=0.0), has_text
        ),
        "projects": np.log1p(history.n_projects_of),
        "recent": _log(by @ history.recency),
        "programme": _log(by @ in_programme.astype(np.float32)),
        "country_usual": _measure_usual(history, history.country_codes, in_programme),
        "kind_usual": _measure_usual(history, history.kind_codes, in_programme),
        "kind_alike": _measure_usual(history, history.kind_codes, most_alike),
        "idle": -find_best(-history.age_years, by, blank=-_oldest(history)),
    }
    return Question(competences, likeness, proof, alike, fixed)


def measure_candidates(question: Question, members: Sequence[Organisation]) -> Values:
    """Measure each organisation as one more member of a consortium.

    Parameters
    ----------
    question
        The project.
    members
        The present ones, known to the history or not.

    Returns
    -------
    numpy.ndarray
        float32, shape (n_organisations, len(FEATURES)); members of the consortium have
        a row like any other.
    """
    history, proof = question.competences.history, question.proof
    consortium = history.find_columns(each.id for each in members)
    n_members = max(1, len(members))
    countries = _count(history.countries, [each.country for each in members])
    regions = _count(history.territories, [name_region(each) for each in members])
    kinds = _count(history.kinds, [str(each.kind) for each in members])
    has_text = proof.max(axis=0, initial=-1.0) > -1.0
    present = proof[:, consortium].max(axis=1, initial=-1.0)[:, None]
    ties = measure_ties(history, consortium, question.alike)
    # How open each need is, relative to how near any organisation comes to it.
    mean, deviation = _spread(proof, has_text)
    full = mean + FULL_DEVIATIONS * deviation
    openness = np.clip((full - np.maximum(present[:, 0], mean)) / (full - mean), 0, 1)
    measured = question.fixed | {
        "beyond": _standardise(np.maximum(0, proof - present).mean(axis=0), has_text),
        "open": _standardise(
            np.asarray(openness @ proof / max(1e-6, float(openness.sum()))), has_text
        ),
        "country": countries / n_members,
        "region": np.minimum(MOST_NEIGHBOURS, regions),
        "kind": kinds / n_members,
        # How usual its type is where no member is of it: what such consortia have and this
        # one lacks. The lack alone is no measure: past consortia mostly had more of the same,
        # and a tool for complementary partners must not teach that.
        "kind_lacking": question.fixed["kind_usual"] * (kinds == 0),
        "research": np.isin(history.kinds, RESEARCH).astype(np.float32),
        "together": _log(ties.together),
        "again": _log(ties.again),
        "met": ties.n_met / max(1, len(consortium)),
        "shared": np.log1p(ties.n_shared),
        "tied_alike": np.log(FLOOR_ALIKE + ties.alike),
        "walk": np.log(FLOOR_WALK + ties.walk),
    }
    return np.stack([measured[name] for name in FEATURES], axis=1).astype(np.float32)


def _weigh_likeness(likeness: Likeness, is_proof: NDArray[np.bool_]) -> Values:
    """Say how like each text is as a whole, in [0, 1], the most like one being 1.

    A text that is nobody's proof, as that of the project itself, is like nothing.
    """
    parts = (likeness.needs.mean(axis=0), likeness.whole, likeness.terms)
    scales = (1.0, 1.0, 0.5)
    joined = sum(
        scale * _standardise(part, is_proof) for scale, part in zip(scales, parts, strict=True)
    )
    scores = _standardise(np.asarray(joined), is_proof)
    if not scores.any():  # a blank text is like nothing
        return scores
    like = np.exp(SHARPNESS * np.clip(scores, LEAST_LIKE, MOST_LIKE))
    return np.asarray(is_proof * like / like[is_proof].max(), dtype=np.float32)


def _measure_usual(history: History, codes: NDArray[np.intp], weights: Values) -> Values:
    """Say how usual each organisation's type, or country, is in some projects.

    Parameters
    ----------
    history
        Whose organisations.
    codes
        The type, or country, of each organisation.
    weights
        What each project counts, shape (n_projects,).

    Returns
    -------
    numpy.ndarray
        float32, shape (n_organisations,): logarithm of its share among those projects'
        members against its share among all, recent projects counting more; 0 where no
        project counts.
    """
    by = history.by_organisation
    own, every = (
        np.bincount(codes, weights=by @ np.asarray(each, dtype=np.float32))
        for each in (weights, history.recency)
    )
    if not every.sum():
        return np.zeros(len(codes), dtype=np.float32)
    every = every / every.sum()
    share = (own + USUAL_SHRINKAGE * every) / (own.sum() + USUAL_SHRINKAGE)
    lean = np.log((share + FLOOR_SHARE) / (every + FLOOR_SHARE))
    return np.asarray(lean[codes], dtype=np.float32)


def _keep_most(alike: Values) -> Values:
    """Keep the ``N_ALIKE`` most like projects, the most like one counting as one."""
    most = float(alike.max(initial=0.0))
    if not most:
        return alike
    least = np.partition(alike, -N_ALIKE)[-N_ALIKE] if len(alike) > N_ALIKE else 0.0
    return np.asarray(np.where(alike >= least, alike / most, 0), dtype=np.float32)


def _standardise(values: Values, counted: NDArray[np.bool_]) -> Values:
    """Turn values into z-scores among those counted; the others, and equal ones, get 0."""
    scores = np.zeros_like(values, dtype=np.float32)
    own = values[counted]
    deviation = float(own.std()) if len(own) else 0.0
    if deviation > 0:
        scores[counted] = (own - own.mean()) / deviation
    return scores


def _spread(proof: Values, counted: NDArray[np.bool_]) -> tuple[Values, Values]:
    own = proof[:, counted]
    if not own.shape[1]:
        return np.zeros(len(proof), dtype=np.float32), np.ones(len(proof), dtype=np.float32)
    return own.mean(axis=1), np.maximum(own.std(axis=1), np.float32(1e-6))


def _log(values: Values) -> Values:
    return np.asarray(np.log(FLOOR + values), dtype=np.float32)


def _oldest(history: History) -> float:
    return float(history.age_years.max(initial=0.0))


def _count(names: NDArray[np.object_], present: Sequence[str]) -> Values:
    """Count for each name how many members have it; an empty one is not known, and none."""
    counts = np.zeros(len(names), dtype=np.float32)
    for name, n_members in Counter(present).items():
        if name:
            counts[names == name] = n_members
    return counts
