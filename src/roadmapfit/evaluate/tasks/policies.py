"""Horizon Europe projects against five written policies, graded by the Commission."""

from __future__ import annotations

import re
from pathlib import Path

from roadmapfit.evaluate.tasks.cordis import load_cordis, name_projects
from roadmapfit.evaluate.tasks.tables import load_csv, read_number
from roadmapfit.evaluate.tasks.task import Task, Text, is_held_out

GRADES = "cordis/policy_priorities.csv"
DEFINITIONS = "cordis/policy_priority_definitions.csv"
# Marie Skłodowska-Curie grants, of which most carry a default set of grades.
_MSCA = re.compile(r"\bmsca\b")
_FULL = 1.0


def load_policies(data: Path) -> Task:
    """Projects to the policies that the Commission's trackers count them under.

    A tracker gives 0, 40 or 100 %. A policy at 100 is right, one between is ambiguous: a
    contribution, not an alignment; its gain is its weight. Projects without a policy at
    100 are left out, for nothing is right for them, and so are MSCA grants. Split by
    topic, for most topics are graded as one.
    """
    policies = {
        row["code"]: Text(row["code"], row["title"], row["description"], "en")
        for row in load_csv(data, DEFINITIONS, columns=("code", "title", "description"))
    }
    graded: dict[str, dict[str, float]] = {}
    for row in load_csv(data, GRADES, columns=("project_id", "code", "weight")):
        gain = read_number(row["weight"], name=GRADES) / 100
        if gain > 0 and row["code"] in policies:
            graded.setdefault(f"cordis:{row['project_id']}", {})[row["code"]] = gain
    projects, _topics = load_cordis(data)
    topic_of = {
        project.id: project.declared_item_ids[0]
        for project in projects
        if project.declared_item_ids
        and not _MSCA.search(project.declared_item_ids[0])
        and project.abstract.strip()
        and _FULL in graded.get(project.id, {}).values()
    }
    queries = tuple(
        Text(each.id, each.title, each.abstract, "en") for each in projects if each.id in topic_of
    )
    grades = {query.id: graded[query.id] for query in queries}
    return Task(
        name="cordis-policies",
        queries=queries,
        candidates=tuple(policies.values()),
        relevant={
            project: frozenset(code for code, gain in gains.items() if gain >= _FULL)
            for project, gains in grades.items()
        },
        ambiguous={
            project: frozenset(code for code, gain in gains.items() if gain < _FULL)
            for project, gains in grades.items()
        },
        held_out=frozenset(project for project, topic in topic_of.items() if is_held_out(topic)),
        grades=grades,
        aliases=name_projects(queries),
    )
