"""Two strategy documents side by side: which items were kept, reworded, added, dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

import numpy as np

from roadmapfit.analysis import list_documents_items
from roadmapfit.errors import WorkspaceError
from roadmapfit.generation import Generation
from roadmapfit.records import StrategyItem
from roadmapfit.similar import SAME_AIM_TERMS, SAME_AIM_WHOLE
from roadmapfit.workspace import Workspace

_WORDS = re.compile(r"\s+|[^\s\w]|\w+")


class Change(StrEnum):
    """What became of an item."""

    KEPT = "kept"
    REWORDED = "reworded"
    ADDED = "added"
    DROPPED = "dropped"


class Wording(StrEnum):
    """What became of a run of words."""

    SAME = "same"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item in two documents; ``old`` is missing where it was added, ``new`` where dropped."""

    change: Change
    old: StrategyItem | None
    new: StrategyItem | None


@dataclass(frozen=True, slots=True)
class EditionChanges:
    """All items of two documents, in the new one's order, then the dropped in the old one's."""

    items: tuple[ItemChange, ...]

    def of(self, change: Change) -> tuple[ItemChange, ...]:
        """Take those to which one thing happened."""
        return tuple(each for each in self.items if each.change is change)


def compare_editions(workspace: Workspace, old_id: str, new_id: str) -> EditionChanges:
    """Match the items of two documents, and say what changed.

    Items are one and the same if they have the same title; else if they are nearest to
    each other, by words within a language and by meaning, and near enough to be called
    of one aim. A match whose title and text are the same to the letter is *kept*.

    Raises
    ------
    WorkspaceError
        If one of the documents is not in the workspace.
    """
    generation = workspace.generation
    for each in (old_id, new_id):
        if each not in generation.documents:
            raise WorkspaceError(
                "document_unknown", found=each, expected=", ".join(sorted(generation.documents))
            )
    old, new = (list_documents_items(generation, [each]) for each in (old_id, new_id))
    matches = _match(generation, old, new)
    taken = set(matches.values())
    present = []
    for number, item in enumerate(new):
        before = old[matches[number]] if number in matches else None
        present.append(ItemChange(_name(before, item), before, item))
    dropped = [
        ItemChange(Change.DROPPED, item, None)
        for number, item in enumerate(old)
        if number not in taken
    ]
    return EditionChanges((*present, *dropped))


def mark_wording(old: str, new: str) -> list[tuple[str, Wording]]:
    """Cut two texts into runs of words that both have, and that one has alone.

    Examples
    --------
    >>> [(run, str(kind)) for run, kind in mark_wording("clean water", "clean sea water")]
    [('clean ', 'same'), ('sea ', 'new'), ('water', 'same')]
    """
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    runs: list[tuple[str, Wording]] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        gone, come = "".join(before[start:end]), "".join(after[new_start:new_end])
        if kind == "equal":
            runs.append((come, Wording.SAME))
            continue
        runs += [(gone, Wording.GONE)] * bool(gone) + [(come, Wording.NEW)] * bool(come)
    return runs


def _name(old: StrategyItem | None, new: StrategyItem) -> Change:
    if old is None:
        return Change.ADDED
    is_same = (old.title, old.text) == (new.title, new.text)
    return Change.KEPT if is_same else Change.REWORDED


def _match(
    generation: Generation, old: Sequence[StrategyItem], new: Sequence[StrategyItem]
) -> dict[int, int]:
    """Pair items of the new document with those of the old, by their numbers."""
    titles = {_fold(item.title): number for number, item in enumerate(old)}
    matches = {
        number: titles.pop(_fold(item.title))
        for number, item in enumerate(new)
        if _fold(item.title) in titles
    }
    free_new = [number for number in range(len(new)) if number not in matches]
    taken = set(matches.values())
    free_old = [number for number in range(len(old)) if number not in taken]
    closeness = _measure_closeness(
        generation, [new[each].id for each in free_new], [old[each].id for each in free_old]
    )
    while closeness.size and closeness.max() >= 1:
        row, column = np.unravel_index(closeness.argmax(), closeness.shape)
        matches[free_new[row]] = free_old[column]
        closeness[row, :] = closeness[:, column] = 0
    return matches


def _measure_closeness(
    generation: Generation, new_ids: Sequence[str], old_ids: Sequence[str]
) -> np.ndarray:
    """Measure how close items are, shape (n_new, n_old): 1 is just of one aim."""
    items = generation.items
    place = {item_id: row for row, item_id in enumerate(items.ids)}
    if not all(each in place for each in (*new_ids, *old_ids)) or not new_ids or not old_ids:
        return np.zeros((0, 0))
    rows, columns = ([place[each] for each in ids] for ids in (new_ids, old_ids))
    whole = items.whole[rows] @ items.whole[columns].T / SAME_AIM_WHOLE
    terms = (items.terms[rows] @ items.terms[columns].T).toarray() / SAME_AIM_TERMS
    is_within = items.languages[rows][:, None] == items.languages[columns][None, :]
    # Two items of one cluster share a field: within a language both must say one aim.
    return np.asarray(np.where(is_within, np.minimum(whole, terms), whole))


def _fold(title: str) -> str:
    return " ".join(title.casefold().split())
