"""Files that a reader of the app hands over: to records, by way of the readers."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from roadmapfit.errors import InputError
from roadmapfit.readers import Progress, Proposal, is_document, propose_document, read_path
from roadmapfit.readers.plain_text import read_text_project
from roadmapfit.readers.tables.mapping import FindMapping
from roadmapfit.readers.tables.reading import Header, look_at
from roadmapfit.records import Batch, Project

_UNSAFE = re.compile(r"[^\w.() -]+")
_MAX_NAME_CHARS = 100


def read_upload(
    name: str,
    content: bytes,
    *,
    find_mapping: FindMapping | None = None,
    on_progress: Progress | None = None,
) -> Batch:
    """Read any file that ``read_path`` does; what cannot be read is an error."""
    with _upload_as_file(name, content) as path:
        return read_path(path, find_mapping=find_mapping, on_progress=on_progress)


def look_at_upload(name: str, content: bytes) -> Header:
    """Read the header of a table and its first rows."""
    with _upload_as_file(name, content) as path:
        return look_at(path)


def propose_upload(name: str, content: bytes, *, read_as: str) -> Proposal:
    """Read a document and propose its tree; what cannot be read is an error."""
    with _upload_as_file(name, content) as path:
        return propose_document(path, read_as=read_as)


def is_document_upload(name: str) -> bool:
    """Whether a file of that name is read as a document."""
    return is_document(Path(clean_name(name)))


@contextmanager
def _upload_as_file(name: str, content: bytes) -> Iterator[Path]:
    """Lay an upload down as a file, for as long as it is read."""
    with tempfile.TemporaryDirectory(prefix="roadmapfit-") as folder:
        path = Path(folder) / clean_name(name)
        path.write_bytes(content)
        yield path


def read_project_upload(name: str, content: bytes) -> Project:
    """Read one project from a corpus file, a document or a plain text.

    Raises
    ------
    InputError
        If there is no project in it, or it is no text.
    """
    with _upload_as_file(name, content) as path:
        batch = read_path(path, read_as="project" if is_document(path) else None)
        if any(problem.code == "front_matter_missing" for problem in batch.problems):
            batch = read_text_project(path)  # Markdown that is simply a text
    if not batch.projects:
        raise InputError("no_project", file=clean_name(name))
    return batch.projects[0]


def clean_name(name: str) -> str:
    r"""Keep the end of a file's name, in signs that every system takes.

    Examples
    --------
    >>> clean_name("../../étude <1>.txt"), clean_name("C:\\dossier\\a.md"), clean_name("..")
    ('étude _1_.txt', 'a.md', 'file')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    return _UNSAFE.sub("_", last)[-_MAX_NAME_CHARS:].strip(". ") or "file"


def hash_content(content: bytes) -> str:
    """Hash a file's bytes as a workspace records them; SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
