"""What the encoder learns from: texts, the candidates they belong to, and what to leave out."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from roadmapfit.errors import InputError
from roadmapfit.evaluate.tasks import (
    Split,
    Task,
    Text,
    load_anr_titles,
    load_cordis_topics,
    load_fields,
    load_siblings,
    split_of,
)
from roadmapfit.records import OwnerKind
from roadmapfit.segment import FieldText, cut_passages

N_VALIDATION = 100
N_SENTENCES = 3


@dataclass(frozen=True)
class Anchor:
    """A text as its passages (the title first, where it has one), and its place in a bank.

    ``right`` are rows of the bank that are right, ``blocked`` rows that may be.
    """

    passages: tuple[str, ...]
    language: str
    right: tuple[int, ...]
    blocked: tuple[int, ...]


@dataclass(frozen=True)
class Bank:
    """Candidates: short texts of one kind, each with its language."""

    texts: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Family:
    """Anchors of one bank, and how often a batch is drawn from them."""

    name: str
    share: float
    anchors: tuple[Anchor, ...]
    bank: Bank


def load_families(data: Path) -> list[Family]:
    """Load all that is learnt from: training splits alone."""
    topics = load_cordis_topics(data)
    keys = own_topics(topics)
    fields = {
        language: load_fields(data, language=language, topics=topics) for language in ("fr", "en")
    }
    titles = [
        load_anr_titles(data, title=title, abstract=abstract)
        for title, abstract in (("fr", "en"), ("en", "fr"), ("fr", "fr"))
    ]
    return [
        make_family(topics, share=0.45, split=Split.TRAINING, keys=keys),
        # Items are paragraphs as often as titles.
        make_family(
            load_siblings(topics, n_sentences=N_SENTENCES),
            share=0.1,
            split=Split.TRAINING,
            keys=keys,
        ),
        make_family(fields["fr"], share=0.12, split=Split.TRAINING, keys=keys),
        make_family(fields["en"], share=0.08, split=Split.TRAINING, keys=keys),
        *(make_family(task, share=0.05, split=Split.TRAINING) for task in titles),
        make_pairs("calls", 0.08, read_calls(data)),
        make_pairs("investments", 0.07, read_investments(data)),
    ]


def load_validation(data: Path) -> list[Family]:
    """Load a part of the split that the calibrator is fitted on: never learnt from."""
    topics = load_cordis_topics(data)
    keys = own_topics(topics)
    fields = load_fields(data, language="fr", topics=topics)
    families = [
        make_family(topics, share=0, split=Split.CALIBRATION, keys=keys),
        make_family(fields, share=0, split=Split.CALIBRATION, keys=keys),
        make_family(
            load_anr_titles(data, title="fr", abstract="en"), share=0, split=Split.CALIBRATION
        ),
    ]
    return [Family(each.name, 0, each.anchors[:N_VALIDATION], each.bank) for each in families]


def own_topics(topics: Task) -> dict[str, str]:
    """Name the topic of each project: what all CORDIS tasks are split by."""
    return {project: next(iter(right)) for project, right in topics.relevant.items()}


def make_family(
    task: Task,
    *,
    share: float,
    split: Split,
    keys: Mapping[str, str] | None = None,
) -> Family:
    """Turn a task into anchors and a bank.

    ``keys`` says what a query is split by where that is not its own id. Queries of kind
    ITEM (titles) are the bank's side: the right project is then an anchor. In training,
    candidates that are right for queries of other splits alone are not in the bank.
    """
    if task.query_kind is OwnerKind.ITEM:
        task = turn(task)
    keys = keys or {}
    splits = {query.id: split_of(keys.get(query.id, query.id)) for query in task.queries}
    allowed = {candidate.id for candidate in task.candidates}
    if split is Split.TRAINING:
        of_training = {
            candidate
            for query, right in task.relevant.items()
            if splits[query] is Split.TRAINING
            for candidate in right
        }
        of_others = {
            candidate
            for query, right in task.relevant.items()
            if splits[query] is not Split.TRAINING
            for candidate in right
        }
        # Field labels are shared by projects of all splits; topics and titles are not.
        allowed -= of_others - of_training
    candidates = [candidate for candidate in task.candidates if candidate.id in allowed]
    rows = {candidate.id: row for row, candidate in enumerate(candidates)}
    anchors = []
    for query in task.queries:
        right = tuple(sorted(rows[each] for each in task.relevant[query.id] if each in rows))
        if splits[query.id] is not split or not right:
            continue
        blocked = tuple(
            sorted(rows[each] for each in task.ambiguous.get(query.id, ()) if each in rows)
        )
        anchors.append(Anchor(cut(query), query.language, right, blocked))
    anchors.sort(key=lambda each: each.passages)
    bank = Bank(
        tuple(each.title or each.body for each in candidates),
        tuple(each.language for each in candidates),
    )
    return Family(task.name, share, tuple(anchors), bank)


def make_pairs(name: str, share: float, texts: Sequence[Text]) -> Family:
    """Pair each text's body with its own title."""
    bank = Bank(tuple(each.title for each in texts), tuple(each.language for each in texts))
    anchors = [
        Anchor(passages, each.language, (row,), ())
        for row, each in enumerate(texts)
        if (passages := cut(Text(each.id, "", each.body, each.language)))
    ]
    return Family(name, share, tuple(anchors), bank)


def read_calls(data: Path) -> list[Text]:
    """Read titles and texts of calls: open EU topics and the food work programme."""
    import pyarrow.parquet as pq

    table = pq.read_table(
        data / "horizon-open-topics" / "open_topics.parquet",
        columns=["topicId", "title", "description"],
    )
    found = {
        row["title"].strip(): Text(row["topicId"], row["title"].strip(), row["description"], "en")
        for row in table.to_pylist()
        if len(row["description"] or "") > 300
    }
    lines = (data / "h2020-food-work-programme" / "topics.jsonl").read_text(encoding="utf-8")
    for line in lines.splitlines():
        row = json.loads(line)
        found.setdefault(
            row["title"].strip(), Text(row["code"], row["title"].strip(), row["text"], "en")
        )
    # The text of a topic runs to pages: its beginning says what it asks for.
    return [Text(each.id, each.title, each.body[:2500], "en") for each in found.values()]


def read_investments(data: Path) -> list[Text]:
    """Read French titles and abstracts of the investments for the future (PIA)."""
    path = data / "anr" / "anr-dgpie-projets.csv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream, delimiter=";"))
    except FileNotFoundError as error:
        raise InputError("path_missing", path=str(path)) from error
    found = {}
    for row in rows:
        title, body = row["Projet.Titre.Francais"].strip(), row["Projet.Resume.Francais"].strip()
        if len(title.split()) >= 4 and len(body) > 200:
            found.setdefault(title, Text(row["Projet.Code_Decision_ANR"], title, body, "fr"))
    return list(found.values())


@cache
def cut(text: Text) -> tuple[str, ...]:
    """Cut a text into passages as a workspace does, the title first."""
    fields = [
        FieldText(OwnerKind.PROJECT, text.id, name, content, text.language)
        for name, content in (("title", text.title), ("abstract", text.body))
        if content.strip()
    ]
    return tuple(passage.text for passage in cut_passages(fields))


def turn(task: Task) -> Task:
    """Exchange queries and candidates of a one-to-one task."""
    relevant: dict[str, set[str]] = {}
    for query, right in task.relevant.items():
        for candidate in right:
            relevant.setdefault(candidate, set()).add(query)
    return Task(
        name=task.name,
        queries=tuple(each for each in task.candidates if each.id in relevant),
        candidates=task.queries,
        relevant={query: frozenset(right) for query, right in relevant.items()},
        ambiguous={},
        held_out=frozenset(),
    )
