"""CORDIS topics to strategy documents: one a programme part, its items under their calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from roadmapfit.readers.call_items import CallTopic, list_items
from roadmapfit.readers.cordis_programmes import ProgrammePart, find_part
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import (
    Batch,
    DocumentKind,
    Outcome,
    Reference,
    StrategyDocument,
)

SOURCE = "cordis"
_REFERENCE = Reference(
    id=SOURCE,
    title="CORDIS, EU research results: bulk export of projects",
    location="https://cordis.europa.eu",
)


@dataclass(slots=True)
class _Topic:
    """One topic code of one programme part, as all projects under it spell it."""

    code: str
    titles: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _Programme:
    """One programme part: its topics by code in lower case, its projects' legal bases."""

    part: ProgrammePart
    topics: dict[str, _Topic] = field(default_factory=dict)
    legal_bases: set[str] = field(default_factory=set)


class TopicFiling:
    """The topics that projects declare, filed by programme part as projects are read.

    ``legal_titles`` are the titles of legal bases by code, filled in before documents
    are made.
    """

    def __init__(self) -> None:
        self.legal_titles: dict[str, str] = {}
        self._programmes: dict[str, _Programme] = {}

    def file_topic(self, code: str, *, title: str, project: Mapping[str, str]) -> str:
        """File one topic of a project (a row of ``project.csv``); give its item's id."""
        part = find_part(project["frameworkProgramme"].upper(), code)
        programme = self._programmes.setdefault(part.id, _Programme(part))
        topic = programme.topics.setdefault(code.lower(), _Topic(code))
        topic.titles[title] += 1
        topic.calls[project["masterCall"]] += 1
        programme.legal_bases.add(project["legalBasis"])
        return f"{part.id}/{code.lower()}"

    def build(self, batch: Batch, *, fields: FieldReader) -> None:
        """Add the documents and their items to a batch; differing titles are reported."""
        for part_id in sorted(self._programmes):
            programme = self._programmes[part_id]
            batch.documents.append(self._make_document(programme))
            topics = {
                key: CallTopic(_choose_title(topic, fields), _most_frequent(topic.calls))
                for key, topic in sorted(programme.topics.items())
            }
            batch.items += list_items(part_id, topics, reference_id=SOURCE)

    def _make_document(self, programme: _Programme) -> StrategyDocument:
        part = programme.part
        bases = sorted(
            f"{code} {self.legal_titles.get(code, '')}".strip()
            for code in programme.legal_bases
            if code
        )
        return StrategyDocument(
            id=part.id,
            kind=DocumentKind.PROGRAMME,
            title=part.title,
            owner=part.owner,
            language="en",
            series=part.id,
            start_year=part.start_year,
            end_year=part.end_year,
            summary=f"Legal bases of its projects in CORDIS: {'; '.join(bases)}." if bases else "",
            source=SOURCE,
            references=(_REFERENCE,),
        )


def _choose_title(topic: _Topic, fields: FieldReader) -> str:
    titles = Counter({title: n for title, n in topic.titles.items() if title})
    if len(titles) > 1:
        found = f"{topic.code}: {' / '.join(sorted(titles))}"
        fields.report("differing_titles", Outcome.NOTED, field="title", found=found)
    return _most_frequent(titles) if titles else topic.code


def _most_frequent(counts: Counter[str]) -> str:
    """Give the most frequent text; of several, the first in the alphabet."""
    return min(counts, key=lambda text: (-counts[text], text))
