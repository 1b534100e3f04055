"""Tables made wrong on purpose: sound ones, and the ways in which they are broken."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from roadmapfit.errors import InputError
from roadmapfit.readers import read_path
from roadmapfit.readers.tables.mapping import ColumnMapping, guess_mapping
from roadmapfit.readers.tables.reading import look_at
from roadmapfit.records import Batch

Change = Callable[[bytes, random.Random], bytes]

_ANR = ("Projet.Code_Decision", "Projet.Titre.Francais", "Projet.Resume.Francais", "AAP.Edition")
_PARTNERS = (
    "Projet.Code_Decision_ANR",
    "Projet.Partenaire.Est_coordinateur",
    "Projet.Partenaire.Nom_organisme",
    "Projet.Partenaire.Code_RNSR",
    "Projet.Partenaire.Adresse.Pays",
)
_ROWS: dict[str, list[tuple[str, ...]]] = {
    "anr": [_ANR, ("ANR-21-CE05-0001", "L'eau", "Un résumé ; long", "2021")],
    "partners": [
        _PARTNERS,
        ("ANR-21-CE05-0001", "True", "Université (Prof. Jane Doe)", "200611689J", "Côte d'Ivoire"),
        ("ANR-21-CE05-0001", "False", "CNRS", "", ""),
    ],
    "ours": [
        ("Titre", "Résumé", "Budget (k€)", "Début", "Porteur", "SIREN"),
        ("Péniche", "Une péniche", "1\u00a0250,5", "1er mars 2024", "Hydrolys", "485 376 032"),
    ],
    "ilab": [
        ("Année de concours", "Domaine technologique", "Résumé", "Libellé entreprise"),
        ("1999", "Chimie", "Une colle.", "Elyce"),
    ],
}
_SCANR = [
    {
        "id": "ANR-16-CE23-0001",
        "label": {"fr": "L'eau"},
        "participants": [{"structure": "200611689J", "label": {"default": "Labo"}}],
        "startDate": 1480550400000,
        "budgetTotal": 12.5,
    }
]
_TOPICS = {
    "fundingData": {
        "GrantTenderObj": [
            {"identifier": "A-1", "title": "T", "callIdentifier": "A", "frameworkProgramme": {}}
        ]
    }
}


def list_seeds() -> list[tuple[str, bytes]]:
    """List sound tables: suffix and bytes."""
    seeds = []
    for rows in _ROWS.values():
        text = "\n".join(";".join(f'"{cell}"' for cell in row) for row in rows)
        seeds += [(".csv", text.encode(encoding)) for encoding in ("utf-8-sig", "cp1252", "utf-16")]
        objects = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        split = {"columns": rows[0], "data": rows[1:]}
        seeds += [(".json", json.dumps(each).encode()) for each in (objects, split)]
        seeds.append((".xlsx", _render_xlsx(rows)))
        seeds.append((".parquet", _render_parquet(objects)))
    seeds += [(".json", json.dumps(each).encode()) for each in (_SCANR, _TOPICS)]
    seeds.append((".zip", _render_cordis()))
    return seeds


def break_table(content: bytes, rng: random.Random) -> bytes:
    """Break a table in one to three ways."""
    for _ in range(rng.randint(1, 3)):
        content = rng.choice(CHANGES)(content, rng)
    return content


def read_broken(path: Path) -> str:
    """Read a table as a user would; name the refusal, or ``read``.

    What is read must be such that a database and a report can hold it.
    """
    try:
        batch = read_path(path, find_mapping=lambda _signature: _guess(path))
    except InputError as error:
        error.render("fr").encode()
        return error.code
    for text in _texts(batch):
        text.encode()
    return "read"


def _guess(path: Path) -> ColumnMapping | None:
    """Read every second unknown header as guessed, if it can be."""
    mapping = guess_mapping(look_at(path, n_rows=0).columns)
    return (
        mapping if {"title", "name"} & set(mapping.by_field) and len(mapping.columns) > 3 else None
    )


def _texts(batch: Batch) -> Iterator[str]:
    for spec in fields(batch):
        for record in getattr(batch, spec.name):
            yield from _strings([getattr(record, each.name) for each in fields(record)])


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def _render_xlsx(rows: list[tuple[str, ...]]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _render_parquet(objects: list[dict[str, str]]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(objects), stream)
    return stream.getvalue()


def _render_cordis() -> bytes:
    project = (
        '"id";"acronym";"status";"title";"startDate";"endDate";"totalCost";"ecMaxContribution";'
        '"topics";"ecSignatureDate";"frameworkProgramme";"masterCall";"fundingScheme";"objective"\n'
        '"1";"A";"SIGNED";"T";"2022-01-01";"2023-01-01";"1,5";"1";"X-1";"";"HORIZON";"X";"RIA";"O"\n'
    )
    organisation = (
        "projectID;organisationID;name;SME;activityType;city;country;role;ecContribution\n"
        "1;999997930;CNRS;false;REC;PARIS;FR;coordinator;1\n"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.csv", project)
        archive.writestr("organization.csv", organisation)
        archive.writestr("topics.csv", "projectID;topic;title\n1;X-1;Topic\n")
    return stream.getvalue()


def _place(content: bytes, rng: random.Random) -> int:
    return rng.randrange(len(content) + 1)


def _flip(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _cut(content: bytes, rng: random.Random) -> bytes:
    return content[: _place(content, rng)]


def _insert(content: bytes, rng: random.Random) -> bytes:
    place = _place(content, rng)
    return content[:place] + rng.choice(_INSERTED) + content[place:]


def _remove(content: bytes, rng: random.Random) -> bytes:
    start, end = sorted((_place(content, rng), _place(content, rng)))
    return content[:start] + content[end:]


def _repeat(content: bytes, rng: random.Random) -> bytes:
    start, end = sorted((_place(content, rng), _place(content, rng)))
    return content[:end] + content[start:end] * rng.randint(1, 20) + content[end:]


def _repack(content: bytes, rng: random.Random) -> bytes:
    """Break a part of an archive and pack it again, so that the damage is inside."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # it is no archive (any more)
        return _insert(content, rng)
    stream = io.BytesIO()
    chosen = rng.choice(sorted(parts) or [""])
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            change = rng.choice((_flip, _cut, _insert, _remove, _repeat))
            archive.writestr(name, change(part, rng) if name == chosen else part)
    return stream.getvalue()


_INSERTED = (
    b"\0",
    b"\0" * 1000,
    b'"',
    b'"' * 7,
    b";" * 3000,
    b"\r",
    b"\n\n\n",
    b"\xff\xfe",
    b"\xed\xa0\x80",  # a lone surrogate
    b"\\ud800",
    b"\xef\xbb\xbf",
    b"[" * 5000,
    b'{"a":' * 2000,
    b"9" * 5000,
    b"-1e999",
    b"NaN",
    b"=HYPERLINK(1)",
    "é".encode("cp1252"),
    "É\u0301\u202e\u00a0".encode(),
    b"x" * 300_000,
    b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]>&c;',
    b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>',
)
CHANGES: tuple[Change, ...] = (_flip, _cut, _insert, _insert, _remove, _repeat, _repack)
