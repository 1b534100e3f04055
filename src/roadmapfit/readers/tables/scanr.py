"""Projects of scanR, the ministry's search engine of research and innovation.

Labels and descriptions come in several languages; the French one is taken first. The list
of persons of a project is not read.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from roadmapfit.readers.organisation_ids import make_organisation_id, read_identifier
from roadmapfit.readers.organisation_votes import OrganisationVotes
from roadmapfit.readers.people import remove_people
from roadmapfit.readers.shares import Shares
from roadmapfit.readers.tables.table import Table
from roadmapfit.readers.values import FieldReader, unique_words
from roadmapfit.records import (
    Batch,
    Organisation,
    OrganisationKind,
    Outcome,
    Participation,
    Project,
    Role,
)

SOURCE = "scanr"
ID, LABEL, PARTICIPANTS = "id", "label", "participants"
_OPTIONAL = (
    "acronym",
    "type",
    "year",
    "description",
    "keywords",
    "budgetTotal",
    "budgetFinanced",
    "startDate",
    "endDate",
    "signatureDate",
)
# What is tried in turn, and the language that the text is then declared to be in.
_LANGUAGES = (("fr", "fr"), ("default", ""), ("en", "en"))
# scanR joins a participant's name and its part by this sign.
_PART = "__-__"


def read_scanr(table: Table, batch: Batch) -> None:
    """Read projects with their participants; a repeat of an id is refused."""
    fields = table.fields
    votes, shares = OrganisationVotes(), Shares()
    taken: set[str] = set()
    for row, values in table.records((ID, LABEL, PARTICIPANTS), _OPTIONAL):
        name = fields.line(values[ID], row=row, field=ID)
        title, language = _choose_text(values[LABEL])
        title = fields.line(title, row=row, field=LABEL)
        if not name:
            fields.report("missing_field", Outcome.REFUSED, row=row, field=ID, found=ID)
        elif name in taken:
            fields.report("repeated_id", Outcome.REFUSED, row=row, field=ID, found=name)
        elif not title:
            fields.report("empty_title", Outcome.REFUSED, row=row, field=LABEL, found=name)
        else:
            taken.add(name)
            batch.projects.append(
                _make_project(fields, row, values, name=name, title=title, language=language)
            )
            _read_participants(fields, row, values[PARTICIPANTS], name, votes, shares)
    batch.organisations += votes.elect(fields=fields)
    batch.participations += shares.list_participations()


def _make_project(
    fields: FieldReader,
    row: int,
    values: dict[str, str],
    *,
    name: str,
    title: str,
    language: str,
) -> Project:
    text, text_language = _choose_text(values["description"])
    abstract = fields.paragraphs(text, row=row, field="description")
    if not abstract:
        fields.report("empty_abstract", Outcome.NOTED, row=row, field="description", found=name)
    days = {
        column: fields.day(_plain_day(values[column]), row=row, field=column)
        for column in ("startDate", "endDate", "signatureDate")
    }
    start = days["startDate"] or fields.first_day(values["year"], row=row, field="year")
    fields.period(start, days["endDate"], row=row, field="endDate")
    return Project(
        id=f"{SOURCE}:{name}",
        title=title,
        abstract=abstract,
        language=text_language if abstract else language,
        source=SOURCE,
        acronym=fields.line(_choose_text(values["acronym"])[0], row=row, field="acronym"),
        start_date=start,
        end_date=days["endDate"],
        signature_date=days["signatureDate"],
        total_cost_eur=fields.amount(
            values["budgetTotal"], row=row, field="budgetTotal", zero_is_missing=True
        ),
        funding_eur=fields.amount(
            values["budgetFinanced"], row=row, field="budgetFinanced", zero_is_missing=True
        ),
        programme=fields.line(values["type"], row=row, field="type"),
        keywords=_list_keywords(fields, row, values["keywords"]),
    )


def _read_participants(
    fields: FieldReader,
    row: int,
    text: str,
    project: str,
    votes: OrganisationVotes,
    shares: Shares,
) -> None:
    participants = _parse(text) if text else []
    if not isinstance(participants, list):
        fields.report("wrong_type", Outcome.REPAIRED, row=row, field=PARTICIPANTS, found=text)
        return
    for place, each in enumerate(participants):
        if not isinstance(each, dict):
            found = str(each)
            fields.report("wrong_type", Outcome.REPAIRED, row=row, field=PARTICIPANTS, found=found)
            continue
        organisation = _make_organisation(fields, row, each)
        if organisation is None:
            found = project
            fields.report("empty_name", Outcome.REPAIRED, row=row, field=PARTICIPANTS, found=found)
            continue
        votes.add(organisation, row=row, age=row)
        role = Role.COORDINATOR if "coord" in str(each.get("role", "")).lower() else Role.PARTNER
        shares.add(
            Participation(f"{SOURCE}:{project}", organisation.id, role),
            line=(str(place),),
            said_role=role.value,
            row=row,
            fields=fields,
        )


def _make_organisation(
    fields: FieldReader, row: int, participant: dict[str, Any]
) -> Organisation | None:
    structure = participant.get("structure")
    inner = structure if isinstance(structure, dict) else {}
    code = str(inner.get("id") or ("" if isinstance(structure, dict) else structure or ""))
    said = participant.get("label") or inner.get("label") or ""
    label = _choose_text(said if isinstance(said, str) else json.dumps(said))[0]
    written = fields.line(label.replace(_PART, " – "), row=row, field=PARTICIPANTS)
    name = remove_people(written)
    if not name:
        return None
    identifiers = read_identifier(code, row=row, field="structure", fields=fields)
    return Organisation(
        id=make_organisation_id(identifiers, source=SOURCE, known=[name]),
        name=name,
        kind=OrganisationKind.LABORATORY
        if identifiers and identifiers[0][0] == "rnsr"
        else OrganisationKind.OTHER,
        source=SOURCE,
        identifiers=identifiers,
    )


def _choose_text(text: str) -> tuple[str, str]:
    """Choose among languages: the text and the language it is declared to be in.

    Examples
    --------
    >>> _choose_text('{"default": "Water", "en": "Water", "fr": "Eau"}'), _choose_text("Water")
    (('Eau', 'fr'), ('Water', ''))
    """
    said = _parse(text)
    if not isinstance(said, dict):
        return text, ""
    for key, language in _LANGUAGES:
        if isinstance(said.get(key), str) and said[key].strip():
            return said[key], language
    return "", ""


def _list_keywords(fields: FieldReader, row: int, text: str) -> tuple[str, ...]:
    said = _parse(text)
    if isinstance(said, dict):
        said = next((said[key] for key, _ in _LANGUAGES if said.get(key)), [])
    words = said if isinstance(said, list) else text.split(";")
    return unique_words([fields.line(str(word), row=row, field="keywords") for word in words])


def _plain_day(text: str) -> str:
    """Write a moment in milliseconds since 1970 as a day; other texts stay as they are."""
    if not text.lstrip("-").isdecimal() or len(text) < 9:
        return text
    try:
        return datetime.fromtimestamp(int(text[:16]) / 1000, tz=UTC).date().isoformat()
    except (OverflowError, OSError, ValueError):
        return text


def _parse(text: str) -> Any:  # noqa: ANN401 (JSON)
    """Read a nested cell; a plain text is itself."""
    if not text.startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
