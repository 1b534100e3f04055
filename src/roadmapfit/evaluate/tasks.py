"""Real texts with ground truth, as queries, candidates and judgements.

The folder of open data holds one folder a provider, under the names used below.
Splits go by topic or by project code, never by row: rows of one topic share wording
and labels.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from roadmapfit.errors import InputError
from roadmapfit.readers import read_path
from roadmapfit.records import OwnerKind
from roadmapfit.segment import FieldText, cut_passages

CORDIS_ZIP = "cordis/cordis-HORIZONprojects-csv.zip"
# Parts of Horizon Europe whose topics name a subject; elsewhere (ERC, MSCA, EIC,
# Widening) a topic is a kind of grant, which no text can tell.
THEMATIC = re.compile(r"-(cl[1-6]|miss|infra|ju-|euratom|euspa|eie)")
N_SPLITS = 5
# The names that each i-Lab domain had over the years, under one of them.
_DOMAINS = {
    "Numérique, technologies logicielles & communication": (
        "Numérique, technologies logicielles & communication",
        "Services informatiques et autres",
        "Informatique, logiciel & TIC",
    ),
    "Électronique, traitement du signal & instrumentation": (
        "Électronique, traitement du signal & instrumentation",
        "Électronique, Signal & Télécommunications",
    ),
    "Pharmacie, Sciences du vivant & Biotechnologies": (
        "Pharmacie, Sciences du vivant & Biotechnologies",
        "Biotechnologies et pharmacie",
        "Pharmacie & biotechnologies",
    ),
    "Technologies médicales": ("Technologies médicales",),
    "Matériaux, mécanique & procédés industriels": (
        "Matériaux, mécanique & procédés industriels",
        "Mécanique & Travail des métaux",
        "Génie des procédés",
    ),
    "Chimie & environnement": (
        "Chimie & environnement",
        "Chimie & Environnement",
        "Chimie et matériaux",
        "Chimie & Sciences des matériaux",
    ),
}


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

    ``relevant`` maps a query's id to the ids of its right candidates, at least
    one. ``ambiguous`` maps it to candidates that may be right and count as
    neither. ``held_out`` are the queries of the test split.
    """

    name: str
    queries: tuple[Text, ...]
    candidates: tuple[Text, ...]
    relevant: Mapping[str, frozenset[str]]
    ambiguous: Mapping[str, frozenset[str]]
    held_out: frozenset[str]


def is_held_out(key: str) -> bool:
    """Whether a topic or project code belongs to the test split: one in five, by hash."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % N_SPLITS == 0


def load_cordis_topics(data: Path) -> Task:
    """Thematic Horizon Europe projects to the topic that funded them, split by topic.

    Other topics of the same call are ambiguous: a project often fits several.
    """
    batch = read_path(data / CORDIS_ZIP)
    topics = {item.id: item for item in batch.items if not item.is_heading}
    thematic = [
        project
        for project in batch.projects
        if project.declared_item_ids
        and THEMATIC.search(project.declared_item_ids[0].split("/")[0])
        and project.abstract.strip()
    ]
    siblings: dict[str | None, set[str]] = {}
    for topic in topics.values():
        siblings.setdefault(topic.parent_id, set()).add(topic.id)
    own = {project.id: project.declared_item_ids[0] for project in thematic}
    return Task(
        name="cordis-topics",
        queries=tuple(Text(each.id, each.title, each.abstract, "en") for each in thematic),
        candidates=tuple(
            Text(topic.id, topic.title, topic.text, "en") for topic in topics.values()
        ),
        relevant={project: frozenset({topic}) for project, topic in own.items()},
        ambiguous={
            project: frozenset(siblings[topics[topic].parent_id] - {topic})
            for project, topic in own.items()
        },
        held_out=frozenset(project for project, topic in own.items() if is_held_out(topic)),
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
    )


def load_fields(data: Path, *, language: str, topics: Task) -> Task:
    """Thematic projects to their EuroSciVoc field labels, in French or English.

    Labels above a right one in the tree are ambiguous. Split as ``topics`` is.
    """
    by_code: dict[str, tuple[str, str]] = {}
    for row in _rows(data / "euroscivoc" / "euroscivoc_labels_6lang.csv"):
        by_code[row["code"]] = (row["label_en"], row[f"label_{language}"])
    wanted = {query.id for query in topics.queries}
    relevant: dict[str, set[str]] = {}
    with zipfile.ZipFile(data / CORDIS_ZIP) as archive, archive.open("euroSciVoc.csv") as stream:
        reader = csv.DictReader(io.TextIOWrapper(stream, "utf-8-sig"), delimiter=";")
        for row in reader:
            project = f"cordis:{row['projectID']}"
            if project in wanted and row["euroSciVocCode"] in by_code:
                relevant.setdefault(project, set()).add(row["euroSciVocCode"])
    return Task(
        name=f"cordis-fields-{language}",
        queries=tuple(query for query in topics.queries if query.id in relevant),
        candidates=tuple(
            Text(code, label, "", language) for code, (_english, label) in by_code.items()
        ),
        relevant={project: frozenset(codes) for project, codes in relevant.items()},
        ambiguous={
            project: frozenset(
                above for code in codes for above in _above(code) if above not in codes
            )
            for project, codes in relevant.items()
        },
        held_out=frozenset(project for project in topics.held_out if project in relevant),
    )


def load_anr_committees(data: Path, *, language: str) -> Task:
    """ANR abstracts to the French title of the committee that judged them, by code."""
    committees = {
        row["ces"]: Text(row["ces"], row["comite_fr"].strip(), "", "fr")
        for row in _rows(data / "anr" / "anr_ces_committees_aapg2022.csv")
    }
    queries, relevant = [], {}
    for row in _anr_rows(data):
        code = re.search(r"-(CE\d\d)-", row["Projet.Code_Decision_ANR"])
        text = _anr_text(row, language)
        if code and code[1] in committees and text:
            queries.append(text)
            relevant[text.id] = frozenset({code[1]})
    return Task(
        name=f"anr-committees-{language}",
        queries=tuple(queries),
        candidates=tuple(committees.values()),
        relevant=relevant,
        ambiguous={},
        held_out=frozenset(query.id for query in queries if is_held_out(query.id)),
    )


def load_targets(data: Path, *, language: str) -> tuple[Text, ...]:
    """Load the targets of the Sustainable Development Goals, as short strategy items."""
    return tuple(
        Text(f"sdg-{row['key']}-{language}", "", row[language], language)
        for row in _rows(data / "sdg-targets" / "sdg_goals_targets_indicators_en_fr.csv")
        if row["level"] == "target"
    )


def load_laureates(data: Path, *, n_texts: int) -> tuple[Text, ...]:
    """Load French abstracts of i-Lab laureates, the first by hash that have one."""
    return tuple(text for text, _domain in _laureates(data)[:n_texts])


def load_laureate_domains(data: Path, *, n_texts: int) -> Task:
    """Load i-Lab abstracts with the technology domain that they won in; both French.

    Domains were renamed over the years: their names are merged by ``_DOMAINS``.
    """
    rows = _laureates(data)[:n_texts]
    return Task(
        name="ilab-domains",
        queries=tuple(text for text, _domain in rows),
        candidates=tuple(Text(domain, domain, "", "fr") for domain in _DOMAINS),
        relevant={text.id: frozenset({domain}) for text, domain in rows},
        ambiguous={},
        held_out=frozenset(text.id for text, _domain in rows if is_held_out(text.id)),
    )


def _laureates(data: Path) -> list[tuple[Text, str]]:
    """List abstracts with a domain, in an order that depends on their content alone."""
    import pyarrow.parquet as pq

    columns = ["Résumé", "Domaine technologique"]
    path = data / "ilab" / "ilab_laureates_deidentified.parquet"
    merged = {name: domain for domain, names in _DOMAINS.items() for name in names}
    found = [
        (str(row["Résumé"]), merged[row["Domaine technologique"]])
        for row in pq.read_table(path, columns=columns).to_pylist()
        if len(row["Résumé"] or "") > 200 and row["Domaine technologique"] in merged
    ]
    by_hash = {hashlib.sha256(body.encode()).hexdigest(): (body, domain) for body, domain in found}
    return [
        (Text(f"ilab-{digest[:16]}", "", body, "fr"), domain)
        for digest, (body, domain) in sorted(by_hash.items())
    ]


def _first_sentences(body: str, n_sentences: int) -> str:
    field = FieldText(OwnerKind.PROJECT, "", "abstract", body, "en")
    passages = list(cut_passages([field]))[:n_sentences]
    return body[: passages[-1].end]


def _above(code: str) -> Iterator[str]:
    parts = code.split("/")
    for end in range(2, len(parts)):
        yield "/".join(parts[:end])


def _anr_rows(data: Path) -> Iterator[dict[str, str]]:
    path = data / "anr" / "anr-projets-fr-en.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError("path_missing", path=str(path)) from error
    for values in content["data"]:
        yield {
            column: str(value or "")
            for column, value in zip(content["columns"], values, strict=True)
        }


def _anr_text(row: Mapping[str, str], language: str) -> Text | None:
    name = {"fr": "Francais", "en": "Anglais"}[language]
    title, body = row[f"Projet.Titre.{name}"], row[f"Projet.Resume.{name}"]
    if not title.strip() or not body.strip():
        return None
    return Text(row["Projet.Code_Decision_ANR"], title, body, language)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))
    except FileNotFoundError as error:
        raise InputError("path_missing", path=str(path)) from error
