"""What the records of a corpus that people write share: ids that are taken, languages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from roadmapfit.readers.plain_yaml import YamlForm
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Batch, Outcome, Participation

SOURCE = "corpus"
LANGUAGES = ("fr", "en")
ID = re.compile(r"[a-z0-9][a-z0-9-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Partner:
    """One line of a consortium, before its organisation is known to exist."""

    participation: Participation
    row: int


@dataclass(slots=True)
class Corpus:
    """What was read so far, and the file that each id was first seen in."""

    batch: Batch = field(default_factory=Batch)
    file_by_id: dict[tuple[str, str], str] = field(default_factory=dict)
    partners: list[tuple[FieldReader, list[Partner]]] = field(default_factory=list)

    def is_new(self, record: str, record_id: str, *, fields: FieldReader, row: int) -> bool:
        """Keep the first record of an id; a second one is refused, naming both files."""
        first_file = self.file_by_id.setdefault((record, record_id), f"{fields.file}:{row}")
        if first_file == f"{fields.file}:{row}":
            return True
        found = f"{record_id} ({first_file})"
        fields.report("repeated_id", Outcome.REFUSED, row=row, field="id", found=found)
        return False


def read_id(form: YamlForm, record: str, corpus: Corpus) -> str:
    """Read the id of a record; empty where it is missing, malformed or taken."""
    record_id = form.required("id")
    row = form.row("id")
    if record_id and not ID.fullmatch(record_id):
        form.fields.report("bad_id", Outcome.REFUSED, row=row, field="id", found=record_id)
        return ""
    is_kept = record_id and corpus.is_new(record, record_id, fields=form.fields, row=row)
    return record_id if is_kept else ""


def read_language(form: YamlForm, *, is_expected: bool = True) -> str:
    """Read a language code; one that the models do not know is kept and noted."""
    language = form.line("language")
    if is_expected and not language:
        form.required("language", outcome=Outcome.NOTED)
    if language and language not in LANGUAGES:
        form.fields.report(
            "other_language",
            Outcome.NOTED,
            row=form.row("language"),
            field="language",
            found=language,
        )
    return language
