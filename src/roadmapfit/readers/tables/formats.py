"""The formats of open data that are known by their columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from roadmapfit.readers.headings import fold_heading
from roadmapfit.readers.tables import (
    anr_committees,
    anr_partners,
    anr_projects,
    eu_topics,
    ilab,
    scanr,
)
from roadmapfit.readers.tables.cordis_loose import read_old_organisations, read_old_projects
from roadmapfit.readers.tables.table import Table
from roadmapfit.records import Batch

_CODES = (anr_projects.CODE, *anr_projects.CODE_ALIASES[anr_projects.CODE])


@dataclass(frozen=True, slots=True)
class Format:
    """One format: a column of each group must be there, under one of its names."""

    name: str
    needs: tuple[tuple[str, ...], ...]
    read: Callable[[Table, Batch], None]


FORMATS = (
    # Partners first: an export that joins both tables is one of partners.
    Format(
        "anr-partners",
        (_CODES, (anr_partners.NAME,), (anr_partners.LEADS,)),
        anr_partners.read_anr_partners,
    ),
    Format("anr-projects", (_CODES, ("Projet.Titre.Francais",)), anr_projects.read_anr_projects),
    Format(
        "anr-committees",
        tuple(
            (name, *anr_committees.ALIASES[name])
            for name in (anr_committees.CODE, anr_committees.TITLE)
        ),
        anr_committees.read_anr_committees,
    ),
    Format("ilab", ((ilab.YEAR,), (ilab.DOMAIN,), (ilab.ABSTRACT,)), ilab.read_ilab),
    Format("scanr", ((scanr.ID,), (scanr.LABEL,), (scanr.PARTICIPANTS,)), scanr.read_scanr),
    Format(
        "eu-topics",
        (
            (eu_topics.TOPIC, *eu_topics.ALIASES[eu_topics.TOPIC]),
            (eu_topics.TITLE,),
            (eu_topics.CALL,),
        ),
        eu_topics.read_eu_topics,
    ),
    Format(
        "cordis-old-projects",
        (("acronym",), ("objective",), ("ecMaxContribution",), ("call", "masterCall")),
        read_old_projects,
    ),
    Format(
        "cordis-old-organisations",
        (("projectID", "projectReference"), ("id", "organisationID"), ("name",), ("role",)),
        read_old_organisations,
    ),
)


def recognise(header: Sequence[str]) -> Format | None:
    """Tell the format of a table by its header, ``None`` for one that is not known.

    Examples
    --------
    >>> known = recognise(["Projet.Code_Decision_ANR", "Projet.Titre.francais"])
    >>> known.name, recognise(["Titre", "Coût"])
    ('anr-projects', None)
    """
    there = {fold_heading(name) for name in header}
    for each in FORMATS:
        if all(any(fold_heading(name) in there for name in group) for group in each.needs):
            return each
    return None
