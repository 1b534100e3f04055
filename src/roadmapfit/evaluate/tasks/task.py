"""Queries, candidates, and what people or records judged right between them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from roadmapfit.errors import InputError
from roadmapfit.records import OwnerKind

N_SPLITS = 5


@dataclass(frozen=True, slots=True)
class Text:
    """A title and a body in one declared language."""

    id: str
    title: str
    body: str
    language: str


@dataclass(frozen=True, slots=True)
class Task:
    """Queries, candidates, and which candidates are right for which query.

    Attributes
    ----------
    queries, candidates
        Ids are unique within each; a query and a candidate may share one.
    relevant
        Query id to the ids of its right candidates, at least one. Only a query with
        ``matches`` may be missing here: nothing carries any of them.
    ambiguous
        Query id to candidates that may be right and count as neither.
    held_out
        Queries of the test split; the others are for development. Empty where the
        task has no split.
    query_kind
        Which side the queries stand on; the candidates stand on the other.
    grades
        Graded judgements: query id, candidate id, gain in [0, 1]. Empty when right is
        right; a candidate without a grade has gain 0.
    past
        Query id to texts that people judged right for the same item elsewhere. Never
        taken from what the query is measured on. Empty without such texts.
    groups
        Query id to the candidates it is ranked among; a query without a group is ranked
        among all.
    matches
        Query id to its expert matches, each the ids of the candidates that carry it. A
        match that no candidate carries is empty: it counts as one that is never found.
    aliases
        What the data itself calls queries, where that is not their id here: the number
        of a CORDIS project, or a target that several countries were judged on.
    """

    name: str
    queries: tuple[Text, ...]
    candidates: tuple[Text, ...]
    relevant: Mapping[str, frozenset[str]]
    ambiguous: Mapping[str, frozenset[str]]
    held_out: frozenset[str]
    query_kind: OwnerKind = OwnerKind.PROJECT
    grades: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    past: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    matches: Mapping[str, tuple[frozenset[str], ...]] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def find_queries(self, names: Iterable[str]) -> tuple[list[str], list[str]]:
        """Find the queries that names mean: ids, or what ``aliases`` lists.

        Returns
        -------
        tuple
            The ids in the order of the names, each once; and the names that mean none.

        Examples
        --------
        >>> texts = (Text("cordis:1", "Solar", "", "en"), Text("cordis:2", "Wind", "", "en"))
        >>> aliases = {"1": ("cordis:1",), "2": ("cordis:2",)}
        >>> task = Task("t", texts, (), {}, {}, frozenset(), aliases=aliases)
        >>> task.find_queries(["2", "cordis:1", "3", "cordis:2"])
        (['cordis:2', 'cordis:1'], ['3'])
        """
        known = {query.id for query in self.queries}
        meant = {name: (name,) if name in known else self.aliases.get(name, ()) for name in names}
        found = dict.fromkeys(query_id for ids in meant.values() for query_id in ids)
        return list(found), [name for name, ids in meant.items() if not ids]


def is_held_out(key: str) -> bool:
    """Whether a topic or project code belongs to the test split: one in five, by hash."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % N_SPLITS == 0


def check_task(task: Task, *, folder: str) -> Task:
    """Give the task back, if there is something to rank and every id means one text.

    Parameters
    ----------
    task
        Just loaded.
    folder
        The data folder, for the message.

    Raises
    ------
    InputError
        ``task_empty`` or ``task_repeated_id``.
    """
    if not task.queries or not task.candidates:
        n_queries, n_candidates = len(task.queries), len(task.candidates)
        raise InputError(
            "task_empty",
            task=task.name,
            folder=folder,
            n_queries=n_queries,
            n_candidates=n_candidates,
        )
    for texts in (task.queries, task.candidates):
        found, n_texts = Counter(text.id for text in texts).most_common(1)[0]
        if n_texts > 1:
            raise InputError("task_repeated_id", task=task.name, found=found, n_texts=n_texts)
    return task
