"""ANR projects, in French and in English, against committees and against each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from roadmapfit.evaluate.tasks.tables import load_csv, load_json_table
from roadmapfit.evaluate.tasks.task import Task, Text, is_held_out
from roadmapfit.records import OwnerKind

PROJECTS = "anr/anr-projets-fr-en.json"
COMMITTEES = "anr/anr_ces_committees_aapg2022.csv"
_CODE = "Projet.Code_Decision_ANR"
_LANGUAGES = {"fr": "Francais", "en": "Anglais"}
_COLUMNS = (
    _CODE,
    *(f"Projet.{part}.{name}" for name in _LANGUAGES.values() for part in ("Titre", "Resume")),
)


def load_anr_committees(data: Path, *, language: str) -> Task:
    """ANR abstracts to the French title of the committee that judged them, by code."""
    committees = {
        row["ces"]: Text(row["ces"], row["comite_fr"].strip(), "", "fr")
        for row in load_csv(data, COMMITTEES, columns=("ces", "comite_fr"))
    }
    queries, relevant = [], {}
    for row in load_json_table(data, PROJECTS, columns=_COLUMNS):
        code = re.search(r"-(CE\d\d)-", row[_CODE])
        text = _text(row, language)
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


def load_anr_titles(data: Path, *, title: str, abstract: str) -> Task:
    """ANR titles in one language to the abstract of their project in another, or the same.

    ``title`` and ``abstract`` are the languages, "fr" or "en". A title stands as a strategy
    item, the abstracts as projects. All abstracts are candidates on both sides of the
    split. Where two projects share a title, each has its own abstract alone as right.
    """
    rows = load_json_table(data, PROJECTS, columns=_COLUMNS)
    titles, abstracts = _LANGUAGES[title], _LANGUAGES[abstract]
    candidates = tuple(
        Text(row[_CODE], "", row[f"Projet.Resume.{abstracts}"], abstract)
        for row in rows
        if row[f"Projet.Resume.{abstracts}"].strip()
    )
    known = {candidate.id for candidate in candidates}
    queries = tuple(
        Text(row[_CODE], row[f"Projet.Titre.{titles}"], "", title)
        for row in rows
        if row[f"Projet.Titre.{titles}"].strip() and row[_CODE] in known
    )
    return Task(
        name=f"anr-titles-{title}-{abstract}",
        queries=queries,
        candidates=candidates,
        relevant={query.id: frozenset({query.id}) for query in queries},
        ambiguous={},
        held_out=frozenset(query.id for query in queries if is_held_out(query.id)),
        query_kind=OwnerKind.ITEM,
    )


def _text(row: Mapping[str, str], language: str) -> Text | None:
    name = _LANGUAGES[language]
    title, body = row[f"Projet.Titre.{name}"], row[f"Projet.Resume.{name}"]
    if not title.strip() or not body.strip():
        return None
    return Text(row[_CODE], title, body, language)
