"""Projects of the ANR and of its France 2030 actions (DGPIE), in CSV, JSON or XLSX.

French title and abstract are taken where there is an abstract in French, else the
English ones. An allocation of 0 means that it is not published. The committee in the code
of a project (``CE23``, from the edition of 2015 on) is a declared item.
"""

from __future__ import annotations

import re

from roadmapfit.readers.tables.table import Table
from roadmapfit.records import Batch, Outcome, Project

SOURCE = "anr"
COMMITTEES_ID = "anr-committees"
CODE = "Projet.Code_Decision"
CODE_ALIASES = {CODE: ("Projet.Code_Decision_ANR",)}
UNSAID = frozenset({"non renseigné", "non renseignée", "non renseigne", "n/a", "na", "-"})
"""What stands for an empty cell in the exports of the ANR."""

_FUNDING = "Projet.Aide_allouee"
_PROGRAMME = "Programme.Acronyme"
_START = "Projet.T0 scientifique"
_EDITION = "AAP.Edition"
_ALIASES = {
    **CODE_ALIASES,
    _FUNDING: ("Projet.Montant.AF.Aide_allouee.ANR",),
    _PROGRAMME: ("Action.Titre.Francais",),
    _START: ("Projet.Date_debut",),
    _EDITION: ("Action.Edition",),
}
_TITLES = {"fr": "Projet.Titre.Francais", "en": "Projet.Titre.Anglais"}
_ABSTRACTS = {"fr": "Projet.Resume.Francais", "en": "Projet.Resume.Anglais"}
_OPTIONAL = (
    _EDITION,
    "Projet.Acronyme",
    _TITLES["en"],
    *_ABSTRACTS.values(),
    _PROGRAMME,
    _FUNDING,
    _START,
)
_CODE_FORM = re.compile(r"[A-Z0-9][A-Z0-9_.-]{3,39}", re.ASCII)
_COMMITTEE = re.compile(r"ANR-(\d\d)-(CE\d\d)-", re.ASCII)


def read_anr_projects(table: Table, batch: Batch) -> None:
    """Read the projects of a table; one whose code is taken already is refused."""
    fields = table.fields
    taken: set[str] = set()
    for row, values in table.records((CODE, _TITLES["fr"]), _OPTIONAL, aliases=_ALIASES):
        values = {name: "" if is_unsaid(value) else value for name, value in values.items()}
        code = values[CODE].upper()
        if not _CODE_FORM.fullmatch(code):
            fields.report("bad_code", Outcome.REFUSED, row=row, field=CODE, found=code)
        elif code in taken:
            fields.report("repeated_id", Outcome.REFUSED, row=row, field=CODE, found=code)
        elif not any(values[name] for name in _TITLES.values()):
            field = _TITLES["fr"]
            fields.report("empty_title", Outcome.REFUSED, row=row, field=field, found=code)
        else:
            taken.add(code)
            batch.projects.append(_make_project(table, row, code, values))


def find_committee(code: str) -> str | None:
    """Find the committee in a project's code; before 2015 these letters meant other things.

    Examples
    --------
    >>> find_committee("ANR-21-CE23-0001"), find_committee("ANR-11-LABX-0001")
    ('CE23', None)
    """
    found = _COMMITTEE.match(code)
    return found[2] if found and int(found[1]) >= 15 else None


def is_unsaid(text: str) -> bool:
    """Tell whether a cell says that nothing was said."""
    return text.strip().casefold() in UNSAID


def _make_project(table: Table, row: int, code: str, values: dict[str, str]) -> Project:
    fields = table.fields
    has_french = bool(values[_ABSTRACTS["fr"]]) or not values[_ABSTRACTS["en"]]
    language = "fr" if has_french and values[_TITLES["fr"]] else "en"
    title, abstract = _TITLES[language], _ABSTRACTS["fr" if has_french else "en"]
    if not values[title]:
        title = next(name for name in _TITLES.values() if values[name])
    start = fields.day(values[_START], row=row, field=_START)
    committee = find_committee(code)
    text = fields.paragraphs(values[abstract], row=row, field=abstract)
    if not text:
        fields.report("empty_abstract", Outcome.NOTED, row=row, field=abstract, found=code)
    return Project(
        id=f"anr:{code}",
        title=fields.line(values[title], row=row, field=title),
        abstract=text,
        language=language,
        source=SOURCE,
        acronym=fields.line(values["Projet.Acronyme"], row=row, field="Projet.Acronyme"),
        start_date=start or fields.first_day(values[_EDITION], row=row, field=_EDITION),
        funding_eur=fields.amount(values[_FUNDING], row=row, field=_FUNDING, zero_is_missing=True),
        programme=fields.line(values[_PROGRAMME], row=row, field=_PROGRAMME),
        declared_item_ids=(f"{COMMITTEES_ID}/{committee.lower()}",) if committee else (),
    )
