"""Files that a reader of the app hands over: laid down to be read, named harmlessly."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from roadmapfit.errors import InputError
from roadmapfit.readers import is_document, read_path
from roadmapfit.readers.plain_text import read_text_project
from roadmapfit.records import Project

_UNSAFE = re.compile(r"[^\w.() -]+")
_MAX_NAME_CHARS = 100


@contextmanager
def lay_down(name: str, content: bytes) -> Iterator[Path]:
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
    with lay_down(name, content) as path:
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
