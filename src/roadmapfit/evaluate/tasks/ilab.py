"""French abstracts of i-Lab laureates, with the technology domain they won in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from roadmapfit.evaluate.tasks.tables import load_parquet
from roadmapfit.evaluate.tasks.task import Task, Text, is_held_out

LAUREATES = "ilab/ilab_laureates_deidentified.parquet"
# A shorter abstract is a slogan.
MIN_CHARS = 200
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


# What the data itself calls a laureate; a file without these columns will do.
_NAMES = ("Identifiant", "Dossier Aide")


@dataclass(slots=True)
class _Laureate:
    text: Text
    domain: str
    names: list[str]


def load_laureates(data: Path, *, n_texts: int | None = None) -> tuple[Text, ...]:
    """Load French abstracts of i-Lab laureates, the first by hash that have one, or all."""
    return tuple(each.text for each in _load(data)[:n_texts])


def load_laureate_domains(data: Path, *, n_texts: int | None = None) -> Task:
    """Load i-Lab abstracts with the technology domain that they won in; both French.

    Domains were renamed over the years: their names are merged by ``_DOMAINS``. The first
    abstracts by hash are taken, or all.
    """
    laureates = _load(data)[:n_texts]
    return Task(
        name="ilab-domains",
        queries=tuple(each.text for each in laureates),
        candidates=tuple(Text(domain, domain, "", "fr") for domain in _DOMAINS),
        relevant={each.text.id: frozenset({each.domain}) for each in laureates},
        ambiguous={},
        held_out=frozenset(each.text.id for each in laureates if is_held_out(each.text.id)),
        aliases={name: (each.text.id,) for each in laureates for name in each.names},
    )


def _load(data: Path) -> list[_Laureate]:
    """List abstracts with a domain, in an order that depends on their content alone."""
    merged = {name: domain for domain, names in _DOMAINS.items() for name in names}
    by_hash: dict[str, _Laureate] = {}
    columns = ("Résumé", "Domaine technologique")
    for row in load_parquet(data, LAUREATES, columns=columns, optional=_NAMES):
        body, domain = str(row["Résumé"] or ""), merged.get(row["Domaine technologique"])
        if len(body) <= MIN_CHARS or domain is None:
            continue
        digest = hashlib.sha256(body.encode()).hexdigest()
        text = Text(f"ilab-{digest[:16]}", "", body, "fr")
        laureate = by_hash.setdefault(digest, _Laureate(text, domain, []))
        # Of two rows with one abstract, the later says the domain.
        laureate.domain = domain
        laureate.names += [str(row[name]) for name in _NAMES if row.get(name)]
    return [laureate for _digest, laureate in sorted(by_hash.items())]
