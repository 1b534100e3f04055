"""Sustainable Development Goal targets against the paragraphs of national plans.

UNDP's Rapid Integrated Assessments: experts read a country's plans and wrote down, for
each target, the sentences that match it. Each country is a folder of ``undp-ria``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from roadmapfit.errors import InputError
from roadmapfit.evaluate.tasks.tables import load_json_lines
from roadmapfit.evaluate.tasks.task import Task, Text
from roadmapfit.records import OwnerKind

FOLDER = "undp-ria"
PASSAGES, MATCHES = "passages.jsonl", "matches.jsonl"
# Left from the experts' documents: a bullet (a tick is "ü" in its symbol font, read as
# a letter) and the numbers of footnotes.
_BULLET = re.compile(r"^(?:ü\s|[^\w\s(\"'“‘]\s*)+")
_FOOTNOTE = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class _Country:
    """A country's paragraphs, and its matches by target with the paragraphs of each."""

    name: str
    paragraphs: tuple[Text, ...]
    targets: dict[str, str]
    matches: dict[str, list[tuple[str, frozenset[str]]]]


def load_ria(data: Path) -> Task:
    """Each country's targets to the paragraphs of its own plans.

    A target stands as a strategy item, the paragraphs as projects. ``past`` holds the
    sentences that were matched to the same target in the other countries, so that no
    decision of a country helps to find its own. Nothing is tuned on one part of it, so
    there is no split.

    A target none of whose matches is in the plans' texts stays a query without a right
    candidate, so that the share of matches found is one of all matches.
    """
    countries = _load_countries(data)
    queries: list[Text] = []
    relevant, past, groups, matches = {}, {}, {}, {}
    aliases: dict[str, tuple[str, ...]] = {}
    for country in countries:
        group = frozenset(paragraph.id for paragraph in country.paragraphs)
        for target, text in country.targets.items():
            query_id = f"{country.name}/{target}"
            found = tuple(carriers for _sentence, carriers in country.matches[target])
            queries.append(Text(query_id, "", text, "en"))
            matches[query_id] = found
            relevant[query_id] = frozenset().union(*found)
            groups[query_id] = group
            past[query_id] = _collect_past(countries, target, without=country.name)
            aliases[target] = (*aliases.get(target, ()), query_id)
    return Task(
        name="undp-ria",
        queries=tuple(queries),
        candidates=tuple(text for country in countries for text in country.paragraphs),
        relevant={query_id: carriers for query_id, carriers in relevant.items() if carriers},
        ambiguous={},
        held_out=frozenset(),
        query_kind=OwnerKind.ITEM,
        past={query_id: texts for query_id, texts in past.items() if texts},
        groups=groups,
        matches=matches,
        aliases=aliases,
    )


def _load_countries(data: Path) -> list[_Country]:
    """Load every folder that holds one of the two files; the other is then needed too."""
    folders = sorted(
        {
            path.parent.name
            for name in (PASSAGES, MATCHES)
            for path in (data / FOLDER).glob(f"*/{name}")
        }
    )
    if not folders:
        raise InputError("task_file_missing", file=f"{FOLDER}/*/{PASSAGES}", folder=str(data))
    return [_load_country(data, name) for name in folders]


def _load_country(data: Path, name: str) -> _Country:
    passages = load_json_lines(data, f"{FOLDER}/{name}/{PASSAGES}", columns=("id", "text"))
    paragraphs = tuple(
        Text(str(row["id"]), "", str(row["text"]), "en")
        for row in passages
        if str(row["text"]).strip()
    )
    known = {paragraph.id for paragraph in paragraphs}
    country = _Country(name, paragraphs, {}, {})
    columns = ("target", "target_text", "match", "passage_ids")
    for row in load_json_lines(data, f"{FOLDER}/{name}/{MATCHES}", columns=columns):
        target = str(row["target"])
        country.targets.setdefault(target, str(row["target_text"]))
        carriers = frozenset(map(str, row["passage_ids"])) & known
        country.matches.setdefault(target, []).append((_clean(str(row["match"])), carriers))
    return country


def _collect_past(countries: list[_Country], target: str, *, without: str) -> tuple[Text, ...]:
    """Collect what the other countries' experts matched to a target, each text once."""
    texts: dict[str, Text] = {}
    for country in countries:
        if country.name == without:
            continue
        for number, (sentence, _carriers) in enumerate(country.matches.get(target, ())):
            if sentence and sentence not in texts:
                texts[sentence] = Text(f"{country.name}/{target}/{number}", "", sentence, "en")
    return tuple(texts.values())


def _clean(sentence: str) -> str:
    return _BULLET.sub("", " ".join(_FOOTNOTE.sub("", sentence).split())).strip()
