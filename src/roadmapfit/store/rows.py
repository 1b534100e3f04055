"""A record to a row of its table, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from roadmapfit.records import (
    Decision,
    DocumentKind,
    Organisation,
    OrganisationKind,
    Participation,
    Project,
    Reference,
    Role,
    StrategyDocument,
    StrategyItem,
)

Record = StrategyDocument | StrategyItem | Project | Organisation | Participation
T = TypeVar("T", StrategyDocument, StrategyItem, Project, Organisation, Participation, Decision)

# How a JSON or text column becomes the record's type again.
_REVIVE: dict[str, Any] = {
    "kind": None,  # depends on the record: see `to_record`
    "role": Role,
    "references": lambda rows: tuple(Reference(*row) for row in rows),
    "identifiers": lambda rows: tuple((scheme, value) for scheme, value in rows),
    "reference_ids": tuple,
    "keywords": tuple,
    "declared_item_ids": tuple,
    "competences": tuple,
}
_KINDS: dict[type[Any], Any] = {StrategyDocument: DocumentKind, Organisation: OrganisationKind}


def to_row(record: Any) -> dict[str, Any]:  # noqa: ANN401 (any record class)
    """Lay a record out by column; tuples become lists, which JSON has."""
    row: dict[str, Any] = {}
    for spec in fields(record):
        value = getattr(record, spec.name)
        if isinstance(value, tuple):
            value = [
                [part.id, part.title, part.location]
                if isinstance(part, Reference)
                else list(part)
                if isinstance(part, tuple)
                else part
                for part in value
            ]
        elif isinstance(value, str):
            value = str(value)
        row[spec.name] = value
    return row


def to_record(kind: type[T], row: Mapping[Any, Any]) -> T:
    """Make a record of a row; a value that is none of its is a ValueError or TypeError."""
    values: dict[str, Any] = {}
    for spec in fields(kind):
        value = row[spec.name]
        revive = _KINDS.get(kind) if spec.name == "kind" else _REVIVE.get(spec.name)
        values[spec.name] = value if revive is None else revive(value)
    return kind(**values)
