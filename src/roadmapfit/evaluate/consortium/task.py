"""Consortia with one member hidden, and the history that its ranking may use."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from roadmapfit.errors import InputError
from roadmapfit.evaluate.runner import N_NAMED
from roadmapfit.history import History, build_history
from roadmapfit.records import Organisation, Participation, Project

# A pair has nobody left to complete when one of it is hidden.
MIN_MEMBERS = 3
# Members hidden of one project, one at a time: a consortium of a hundred would otherwise
# outweigh thirty of three.
N_HIDDEN = 5


@dataclass(frozen=True, slots=True)
class Window:
    """When queries were signed: from ``start`` on, and before ``end`` where there is one.

    Everything before ``start`` is the history, and nothing else is.
    """

    start: date
    end: date | None = None

    def holds(self, project: Project) -> bool:
        """Whether a project was signed in the window; one without a date was not."""
        day = project.signature_date
        return day is not None and self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True)
class ConsortiumTask:
    """Records of a source of projects, and the windows that queries are taken from.

    Attributes
    ----------
    windows
        By split: ``test`` and ``development``, the latter earlier. Weights are fitted
        on the latter only.
    """

    name: str
    projects: Sequence[Project]
    organisations: Sequence[Organisation]
    participations: Sequence[Participation]
    windows: Mapping[str, Window]


@dataclass(frozen=True, slots=True)
class Blank:
    """A consortium with one member hidden.

    ``rest`` are the others, newcomers among them; all ids, sorted.
    """

    project: Project
    hidden_id: str
    rest: tuple[str, ...]


def list_members(task: ConsortiumTask) -> dict[str, tuple[str, ...]]:
    """List the organisations of each project in any role, sorted.

    A participation that was ended later was there at the start, and counts.
    """
    members: dict[str, set[str]] = {}
    for part in task.participations:
        members.setdefault(part.project_id, set()).add(part.organisation_id)
    return {project_id: tuple(sorted(own)) for project_id, own in members.items()}


def open_history(task: ConsortiumTask, *, split: str) -> History:
    """Gather what was known when the first query of a split was signed."""
    return build_history(
        task.projects, task.organisations, task.participations, day=task.windows[split].start
    )


def draw_blanks(
    task: ConsortiumTask,
    *,
    split: str,
    seed: int,
    project_ids: Collection[str] = (),
    limit: int | None = None,
) -> list[Blank]:
    """Hide members of the projects of a split, up to ``N_HIDDEN`` of each, one at a time.

    Parameters
    ----------
    task
        Holding the projects.
    split
        A key of its windows.
    seed
        Of the draws: of projects under a limit, and of members.
    project_ids
        Take these projects only: ids, or what follows the first colon of one.
    limit
        Take this many projects at the most.

    Returns
    -------
    list[Blank]
        Those of one project follow each other.

    Raises
    ------
    InputError
        If a project named is none of the split, or none is left.
    """
    members = list_members(task)
    found = {
        project.id: project
        for project in task.projects
        if task.windows[split].holds(project) and len(members.get(project.id, ())) >= MIN_MEMBERS
    }
    if project_ids:
        found = _take_named(found, project_ids, task)
    ids = sorted(found)
    rng = np.random.default_rng(seed)
    if limit is not None and limit < len(ids):
        ids = [ids[row] for row in np.sort(rng.choice(len(ids), size=limit, replace=False))]
    if not ids:
        raise InputError("evaluate_nothing_judged", task=task.name, n_queries=0)
    blanks = []
    for project_id in ids:
        own = members[project_id]
        drawn = rng.permutation(len(own))[:N_HIDDEN]
        blanks += [
            Blank(found[project_id], own[row], tuple(each for each in own if each != own[row]))
            for row in sorted(drawn)
        ]
    return blanks


def _take_named(
    found: Mapping[str, Project], project_ids: Collection[str], task: ConsortiumTask
) -> dict[str, Project]:
    named = {each.partition(":")[2]: each for each in found} | {each: each for each in found}
    unknown = [each for each in project_ids if each not in named]
    if unknown:
        raise InputError(
            "evaluate_queries_unknown",
            n_found=len(unknown),
            found=", ".join(unknown[:N_NAMED]),
            task=task.name,
        )
    return {named[each]: found[named[each]] for each in project_ids}
