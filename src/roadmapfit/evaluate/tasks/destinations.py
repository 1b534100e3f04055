"""Horizon Europe projects against the destinations of the work programme."""

from __future__ import annotations

import re
from pathlib import Path

from roadmapfit.evaluate.tasks.cordis import name_projects
from roadmapfit.evaluate.tasks.tables import load_csv
from roadmapfit.evaluate.tasks.task import Task, Text

DESTINATIONS = "horizon-destinations/topic_to_destination.csv"
_COLUMNS = ("topic_code", "clusterName", "destination", "call_prefix_ok")


def load_destinations(data: Path, *, topics: Task) -> Task:
    """Thematic projects to the destination of the topic that funded them.

    Only rows whose topic code begins as their call's does are used, candidates included.
    A destination of the same name under another cluster is ambiguous: a joint
    undertaking or a mission often takes over a cluster's, and no abstract tells who
    pays. Split as ``topics`` is.
    """
    texts: dict[str, Text] = {}
    by_name: dict[str, set[str]] = {}
    by_topic: dict[str, str] = {}
    for row in load_csv(data, DESTINATIONS, columns=_COLUMNS):
        # Clusters are numbered, "5. Climate, Energy and Mobility"; undertakings are not.
        cluster = re.sub(r"^\d+\.\s*", "", row["clusterName"].strip())
        name = row["destination"].strip()
        if row["call_prefix_ok"].strip().lower() != "true" or not cluster or not name:
            continue
        found = f"{_slug(cluster)}/{_slug(name)}"
        texts[found] = Text(found, f"{cluster}: {name}", "", "en")
        by_name.setdefault(name, set()).add(found)
        by_topic[row["topic_code"].strip().lower()] = found
    own = {}
    for query in topics.queries:
        _part, _, code = next(iter(topics.relevant[query.id])).partition("/")
        if code in by_topic:
            own[query.id] = by_topic[code]
    queries = tuple(query for query in topics.queries if query.id in own)
    names = {found: name for name, several in by_name.items() for found in several}
    return Task(
        name="cordis-destinations",
        queries=queries,
        candidates=tuple(texts.values()),
        relevant={project: frozenset({found}) for project, found in own.items()},
        ambiguous={
            project: frozenset(by_name[names[found]] - {found}) for project, found in own.items()
        },
        held_out=frozenset(project for project in topics.held_out if project in own),
        aliases=name_projects(queries),
    )


def _slug(name: str) -> str:
    """Make an id without spaces, as TREC files need: ``Energy Supply``, energy-supply."""
    return "-".join(re.findall(r"\w+", name.lower()))
