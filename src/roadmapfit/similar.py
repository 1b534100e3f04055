"""Projects close to a project, told apart by how close: same text, same aim, same field."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from roadmapfit.textset import TextSet

# Read off the planted near-duplicates of the demonstration corpus;
# `benchmarks/near_duplicates.py` shows what they find. Within a language shared stems
# tell best. Across languages only meaning is left, and it tells less sharply.
SAME_TEXT_TERMS = 0.6
SAME_AIM_TERMS, SAME_AIM_WHOLE = 0.2, 0.65
SAME_FIELD_TERMS, SAME_FIELD_WHOLE = 0.1, 0.5
# A single passage of fewer words is a title alone, and titles of one scheme share most of
# their words without being one: of 1,969 projects of ANR and France 2030, half of them
# without an abstract, 179 of the 183 pairs of one text were such titles ("... 2016",
# "... 2017"). They are one only where hardly a word differs, which leaves nine; across
# languages nothing can be said of them.
BARE_WORDS, BARE_TERMS = 20, 0.95
# Pairs whose whole texts are farther apart are not looked at for duplicates: of 600
# CORDIS projects set against all 18,174, those of one text had 0.82 at the least.
DUPLICATE_WHOLE = 0.6
_DUPLICATES_CHUNK = 512


class Closeness(StrEnum):
    """What two projects share."""

    SAME_TEXT = "same_text"
    SAME_AIM = "same_aim"
    SAME_FIELD = "same_field"


@dataclass(frozen=True, slots=True)
class SimilarProject:
    """A project close to the one asked about.

    Attributes
    ----------
    similarity
        Cosine of the whole texts' vectors; for ordering, never shown as an answer.
    pairs
        ``(own passage number, its passage number)`` of the passages that meet,
        nearest first.
    """

    project_id: str
    closeness: Closeness
    similarity: float
    pairs: tuple[tuple[int, int], ...]


def name_closeness(
    *, whole: float, terms: float, is_within: bool, is_bare: bool = False
) -> Closeness | None:
    """Name how close two texts are; ``None`` when they share no field.

    Parameters
    ----------
    whole, terms
        Cosines of the centred whole vectors and of the weighted stems.
    is_within
        Whether both are in one language.
    is_bare
        Whether one of them is a title alone: one passage of fewer than ``BARE_WORDS`` words.

    Examples
    --------
    >>> name_closeness(whole=0.5, terms=0.3, is_within=True)
    <Closeness.SAME_AIM: 'same_aim'>
    >>> name_closeness(whole=0.3, terms=0.02, is_within=True)
    """
    if is_within and terms >= (BARE_TERMS if is_bare else SAME_TEXT_TERMS):
        return Closeness.SAME_TEXT
    if terms >= SAME_AIM_TERMS if is_within else whole >= SAME_AIM_WHOLE:
        return Closeness.SAME_AIM
    is_field = whole >= SAME_FIELD_WHOLE or (is_within and terms >= SAME_FIELD_TERMS)
    return Closeness.SAME_FIELD if is_field else None


def find_similar(
    text: TextSet,
    projects: TextSet,
    *,
    excluded_ids: Collection[str] = (),
    n_projects: int = 10,
    n_pairs: int = 3,
) -> list[SimilarProject]:
    """Find the projects nearest to a text.

    Parameters
    ----------
    text
        One text.
    projects
        Where to look.
    excluded_ids
        Projects not wanted: the text's own.
    n_projects
        How many at the most; those that share no field are left out.
    n_pairs
        Passages to show for each, at the most.

    Returns
    -------
    list[SimilarProject]
        Closest kind first, then the nearest; equal ones by project id.
    """
    whole = (projects.whole @ text.whole[0]).astype(np.float64)
    terms = (projects.terms @ text.terms.T).toarray()[:, 0]
    is_within = projects.languages == text.languages[0]
    is_bare = _are_bare(projects) | _are_bare(text)[0]
    excluded = set(excluded_ids)
    named = [
        (closeness, row)
        for row, project_id in enumerate(projects.ids)
        if project_id not in excluded
        and (
            closeness := name_closeness(
                whole=float(whole[row]),
                terms=float(terms[row]),
                is_within=bool(is_within[row]),
                is_bare=bool(is_bare[row]),
            )
        )
    ]
    kinds = list(Closeness)
    named.sort(key=lambda each: (kinds.index(each[0]), -whole[each[1]], projects.ids[each[1]]))
    return [
        SimilarProject(
            projects.ids[row],
            closeness,
            float(whole[row]),
            _find_pairs(text, projects, row)[:n_pairs],
        )
        for closeness, row in named[:n_projects]
    ]


def _are_bare(texts: TextSet) -> NDArray[np.bool_]:
    """Mark the texts that are a title alone."""
    bare: NDArray[np.bool_] = (np.diff(texts.offsets) <= 1) & (texts.n_words < BARE_WORDS)
    return bare


def _find_pairs(text: TextSet, projects: TextSet, row: int) -> tuple[tuple[int, int], ...]:
    """Pair each passage of the text with the project's nearest one, nearest pair first."""
    start, end = projects.offsets[row], projects.offsets[row + 1]
    similarities: NDArray[np.float32] = text.vectors @ projects.vectors[start:end].T
    nearest = similarities.argmax(axis=1)
    order = np.argsort(-similarities.max(axis=1), kind="stable")
    return tuple((int(number), int(nearest[number])) for number in order)


def find_duplicates(
    projects: TextSet, *, on_progress: Callable[[int, int], None] | None = None
) -> dict[str, list[tuple[str, Closeness]]]:
    """Find all pairs of projects that may be one project twice.

    Within a language those are the pairs of one text; across languages, where no word
    is shared, the pairs of one aim. Titles alone are one only where hardly a word differs.

    Parameters
    ----------
    projects
        Any number; work grows with its square.
    on_progress
        Called with projects done and projects in all; it cancels by raising.

    Returns
    -------
    dict
        By project id, for projects that have any: the others with how close they are,
        nearest first.
    """
    found: dict[str, list[tuple[float, str, Closeness]]] = {}
    are_bare = _are_bare(projects)
    for start in range(0, len(projects), _DUPLICATES_CHUNK):
        end = min(start + _DUPLICATES_CHUNK, len(projects))
        # Rows before this chunk have met it already.
        whole = projects.whole[start:end] @ projects.whole[start:].T
        own, other = np.nonzero(whole >= DUPLICATE_WHOLE)
        own, other = own[other > own], other[other > own]
        similarities = whole[own, other]
        own, other = own + start, other + start
        terms = np.asarray(projects.terms[own].multiply(projects.terms[other]).sum(axis=1)).ravel()
        is_within = projects.languages[own] == projects.languages[other]
        is_bare = are_bare[own] | are_bare[other]
        is_twice = np.where(
            is_within,
            terms >= np.where(is_bare, BARE_TERMS, SAME_TEXT_TERMS),
            (similarities >= SAME_AIM_WHOLE) & ~is_bare,
        )
        for number in np.flatnonzero(is_twice):
            closeness = Closeness.SAME_TEXT if is_within[number] else Closeness.SAME_AIM
            similarity = float(similarities[number])
            one, two = projects.ids[own[number]], projects.ids[other[number]]
            found.setdefault(one, []).append((-similarity, two, closeness))
            found.setdefault(two, []).append((-similarity, one, closeness))
        if on_progress is not None:
            on_progress(end, len(projects))
    return {
        project_id: [(other, closeness) for _similarity, other, closeness in sorted(pairs)]
        for project_id, pairs in sorted(found.items())
    }
