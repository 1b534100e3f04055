"""Horizon Europe projects against the topic that funded them, and against field labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from roadmapfit.evaluate.tasks.tables import find_file, load_csv, load_zip_csv
from roadmapfit.evaluate.tasks.task import Task, Text, is_held_out
from roadmapfit.readers import read_path
from roadmapfit.records import OwnerKind, Project, StrategyItem
from roadmapfit.segment import FieldText, cut_passages

CORDIS_ZIP = "cordis/cordis-HORIZONprojects-csv.zip"
FIELD_LABELS = "euroscivoc/euroscivoc_labels_6lang.csv"
# Parts of Horizon Europe whose topics name a subject; elsewhere (ERC, MSCA, EIC,
# Widening) a topic is a kind of grant, which no text can tell.
THEMATIC = re.compile(r"-(cl[1-6]|miss|infra|ju-|euratom|euspa|eie)")


# Reading the whole export takes seconds, and six tasks are made from it.
@lru_cache(maxsize=1)
def load_cordis(data: Path) -> tuple[tuple[Project, ...], tuple[StrategyItem, ...]]:
    """Load the projects and the topics of the CORDIS export, without headings."""
    batch = read_path(find_file(data, CORDIS_ZIP))
    return tuple(batch.projects), tuple(item for item in batch.items if not item.is_heading)


def name_projects(queries: Iterable[Text]) -> dict[str, tuple[str, ...]]:
    """Map the numbers that CORDIS itself gives projects to their ids here."""
    return {query.id.removeprefix("cordis:"): (query.id,) for query in queries}


def load_cordis_topics(data: Path) -> Task:
    """Thematic Horizon Europe projects to the topic that funded them, split by topic.

    Other topics of the same call are ambiguous: a project often fits several.
    """
    projects, items = load_cordis(data)
    topics = {item.id: item for item in items}
    thematic = [
        project
        for project in projects
        if project.declared_item_ids
        and THEMATIC.search(project.declared_item_ids[0].split("/")[0])
        and project.abstract.strip()
    ]
    siblings: dict[str, set[str]] = {}
    for topic in topics.values():
        # A topic whose call is not known has no siblings, rather than all the others such.
        siblings.setdefault(topic.parent_id or topic.id, set()).add(topic.id)
    own = {project.id: project.declared_item_ids[0] for project in thematic}
    queries = tuple(Text(each.id, each.title, each.abstract, "en") for each in thematic)
    return Task(
        name="cordis-topics",
        queries=queries,
        candidates=tuple(
            Text(topic.id, topic.title, topic.text, "en") for topic in topics.values()
        ),
        relevant={project: frozenset({topic}) for project, topic in own.items()},
        ambiguous={
            project: frozenset(siblings[topics[topic].parent_id or topic] - {topic})
            for project, topic in own.items()
        },
        held_out=frozenset(project for project, topic in own.items() if is_held_out(topic)),
        aliases=name_projects(queries),
    )


def load_siblings(topics: Task, *, n_sentences: int) -> Task:
    """Turn each topic into a paragraph: the first sentences of one of its projects.

    Strategy items are paragraphs as often as titles, and no open data judges projects
    against paragraphs. Two projects of one topic were asked for the same thing, so one
    of them, cut short, stands for the topic, and the others are its queries.
    """
    texts = {query.id: query for query in topics.queries}
    first: dict[str, str] = {}
    for query_id in sorted(texts):
        first.setdefault(next(iter(topics.relevant[query_id])), query_id)
    candidates = [
        Text(topic, "", _first_sentences(texts[query_id].body, n_sentences), "en")
        for topic, query_id in first.items()
    ]
    standing = set(first.values())
    queries = [query for query in topics.queries if query.id not in standing]
    return Task(
        name="cordis-siblings",
        queries=tuple(queries),
        candidates=tuple(candidates),
        relevant={query.id: topics.relevant[query.id] for query in queries},
        ambiguous={query.id: topics.ambiguous[query.id] & first.keys() for query in queries},
        held_out=topics.held_out - standing,
        aliases=name_projects(queries),
    )


def load_fields(data: Path, *, language: str, topics: Task) -> Task:
    """Thematic projects to their EuroSciVoc field labels, in French or English.

    Labels above a right one in the tree are ambiguous. Split as ``topics`` is.
    """
    label = f"label_{language}"
    labels = {
        row["code"]: row[label] for row in load_csv(data, FIELD_LABELS, columns=("code", label))
    }
    wanted = {query.id for query in topics.queries}
    relevant: dict[str, set[str]] = {}
    columns = ("projectID", "euroSciVocCode")
    for row in load_zip_csv(data, CORDIS_ZIP, member="euroSciVoc.csv", columns=columns):
        project = f"cordis:{row['projectID']}"
        if project in wanted and row["euroSciVocCode"] in labels:
            relevant.setdefault(project, set()).add(row["euroSciVocCode"])
    queries = tuple(query for query in topics.queries if query.id in relevant)
    return Task(
        name=f"cordis-fields-{language}",
        queries=queries,
        candidates=tuple(Text(code, name, "", language) for code, name in labels.items()),
        relevant={project: frozenset(codes) for project, codes in relevant.items()},
        ambiguous={
            project: frozenset(
                above for code in codes for above in _above(code) if above not in codes
            )
            for project, codes in relevant.items()
        },
        held_out=frozenset(project for project in topics.held_out if project in relevant),
        aliases=name_projects(queries),
    )


def _first_sentences(body: str, n_sentences: int) -> str:
    field = FieldText(OwnerKind.PROJECT, "", "abstract", body, "en")
    passages = list(cut_passages([field]))[:n_sentences]
    return body[: passages[-1].end] if passages else body


def _above(code: str) -> Iterator[str]:
    parts = code.split("/")
    for end in range(2, len(parts)):
        yield "/".join(parts[:end])
