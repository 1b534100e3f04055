"""A ``.txt`` file: one project, its title on the first line, its abstract below."""

from __future__ import annotations

import hashlib
from pathlib import Path

from roadmapfit.errors import InputError
from roadmapfit.readers.files import load_text
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Batch, Outcome, Project

TITLE_LIMIT_CHARS = 300
"""A first line longer than this is a paragraph, not a title."""


def read_text_project(path: Path) -> Batch:
    """Read one project; its id comes from its words, its language is left open.

    A first line longer than ``TITLE_LIMIT_CHARS`` gives its beginning as title and
    stays in the abstract, which is noted.

    Raises
    ------
    InputError
        If the file cannot be read, is no text, or is empty (``text_empty``).
    """
    batch = Batch()
    fields = FieldReader(path.name, batch.problems)
    text = fields.paragraphs(load_text(path, fields=fields), row=None, field="abstract")
    if not text:
        raise InputError("text_empty", file=path.name)
    first, _, rest = text.partition("\n")
    if len(first) > TITLE_LIMIT_CHARS:
        fields.report("long_title", Outcome.NOTED, row=1, field="title", found=first)
        first, rest = first[:TITLE_LIMIT_CHARS], text
    title, abstract = " ".join(first.split()), rest.strip()
    if not abstract:
        fields.report("empty_abstract", Outcome.NOTED, row=1, field="abstract", found=title)
    digest = hashlib.sha256(f"{title}\n{abstract}".encode()).hexdigest()
    project_id = f"text:{digest[:16]}"
    batch.projects.append(
        Project(id=project_id, title=title, abstract=abstract, language="", source="text")
    )
    return batch
