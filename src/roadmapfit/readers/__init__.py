"""Readers: one module per format, bytes to records plus a list of problems."""

from __future__ import annotations

from pathlib import Path

from roadmapfit.arguments import PathLike, as_path
from roadmapfit.errors import InputError
from roadmapfit.readers.cordis import read_cordis
from roadmapfit.readers.decisions_csv import is_header_of_decisions, read_decisions
from roadmapfit.readers.documents import (
    DOCUMENT_SUFFIXES,
    LOST_PAGE_CODES,
    READ_AS,
    TEXT_SUFFIXES,
    Proposal,
    propose_document,
)
from roadmapfit.readers.files import Progress
from roadmapfit.readers.markdown_corpus import read_corpus, read_corpus_file, read_corpus_text
from roadmapfit.readers.plain_text import read_text_project
from roadmapfit.readers.tables.mapping import FindMapping
from roadmapfit.readers.tables.reading import SUFFIXES as TABLE_SUFFIXES
from roadmapfit.readers.tables.reading import look_at, read_table
from roadmapfit.records import Batch, Tally, Unit

KNOWN_SUFFIXES = (".md", ".yaml", ".yml", ".txt", ".zip", *TABLE_SUFFIXES, *DOCUMENT_SUFFIXES)

_PROJECT = "project"

__all__ = [
    "DOCUMENT_SUFFIXES",
    "KNOWN_SUFFIXES",
    "READ_AS",
    "Progress",
    "Proposal",
    "is_document",
    "propose_document",
    "read_path",
    "read_project_path",
    "read_proposal",
]


def read_path(
    path: PathLike,
    *,
    read_as: str | None = None,
    find_mapping: FindMapping | None = None,
    on_progress: Progress | None = None,
) -> Batch:
    """Read whatever a path holds: a corpus folder, a CORDIS zip, a table, a document, one file.

    A folder is a Markdown corpus; a ``.zip`` is an export of CORDIS; a ``.md``,
    ``.yaml`` or ``.yml`` file is read as a corpus of its own; a ``.txt`` file is one
    project, its title on the first line. A table (``.csv``, ``.tsv``, ``.json``,
    ``.jsonl``, ``.xlsx``, ``.xlsm``, ``.parquet``) is known by its columns: decisions, a
    format of open data, or what people said of its header. PDF, DOCX, PPTX,
    ODT and HTML files are documents, whose tree is proposed (:func:`propose_document`).

    Parameters
    ----------
    path
        What to read. A link is followed, for the user named it.
    read_as
        What a document is: ``roadmap`` (unless told otherwise), ``programme`` or
        ``project``. With it, Markdown without a front matter and plain text are
        documents too.
    find_mapping
        Looks up what people said of the header of a table.
    on_progress
        Called with the bytes done and in all, about once a megabyte and at the end; with
        the pages of a PDF after each. What it raises stops the reading.

    Returns
    -------
    Batch
        The records, and every value or row that was refused, repaired or noted.

    Raises
    ------
    InputError
        ``path_missing``, ``path_unreadable``, ``path_special``, ``type_unknown``, or
        what the format's own reader raises.
    ArgumentError
        If ``path`` is no path.

    Examples
    --------
    >>> read_path(Path("no-such-file.md"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    roadmapfit.errors.InputError: no-such-file.md: there is no such file or folder; ...
    """
    path = as_path(path, name="path")
    if _is_folder(path):
        return read_corpus(path, on_progress=on_progress)
    suffix = path.suffix.lower()
    if is_document(path, read_as=read_as):
        proposal = propose_document(path, read_as=read_as or READ_AS[0], on_progress=on_progress)
        return read_proposal(proposal)
    if suffix == ".zip":
        return read_cordis(path, on_progress=on_progress)
    if suffix == ".txt":
        return read_text_project(path)
    if suffix == ".csv" and is_header_of_decisions(look_at(path, n_rows=0).columns):
        return read_decisions(path)
    if suffix in TABLE_SUFFIXES:
        return read_table(path, find_mapping=find_mapping, on_progress=on_progress)
    if suffix in KNOWN_SUFFIXES:
        return read_corpus_file(path, on_progress=on_progress)
    known = ", ".join(KNOWN_SUFFIXES)
    raise InputError("type_unknown", path=str(path), found=suffix or "–", known=known)


def read_project_path(path: Path, *, on_progress: Progress | None = None) -> Batch:
    """Read a file that is about one project: a draft in any format, or a corpus file.

    Unlike :func:`read_path` it takes Markdown without a front matter for a text, as people
    write it.

    Parameters
    ----------
    path
        The file.
    on_progress
        As of :func:`read_path`.

    Returns
    -------
    Batch
        With one project, if all is well.
    """
    if path.suffix.lower() == ".txt" or not is_document(path, read_as=_PROJECT):
        return read_path(path, on_progress=on_progress)
    batch = read_path(path, read_as=_PROJECT, on_progress=on_progress)
    is_text = path.suffix.lower() in TEXT_SUFFIXES
    if is_text and not any(project.abstract for project in batch.projects):
        return read_text_project(path)  # no heading to tell the title from the rest
    return batch


def _is_folder(path: Path) -> bool:
    """Tell a folder from a file that can be read; anything else is refused.

    Raises
    ------
    InputError
        ``path_missing``, ``path_unreadable`` or ``path_special``.
    """
    try:
        path.stat()
        is_folder, is_file = path.is_dir(), path.is_file()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError("path_missing", path=str(path)) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError("path_unreadable", path=str(path), found=reason) from error
    if not is_folder and not is_file:
        raise InputError("path_special", path=str(path))
    if is_file:
        try:
            path.open("rb").close()
        except OSError as error:
            raise InputError("path_unreadable", path=str(path), found=error.strerror) from error
    return is_folder


def is_document(path: Path, *, read_as: str | None = None) -> bool:
    """Whether a file is read as a document, whose tree is proposed.

    Parameters
    ----------
    path
        The file.
    read_as
        As for :func:`read_path`.
    """
    suffix = path.suffix.lower()
    if suffix in DOCUMENT_SUFFIXES:
        return True
    return read_as is not None and suffix in TEXT_SUFFIXES and not _has_front_matter(path)


def read_proposal(proposal: Proposal, *, markdown: str | None = None) -> Batch:
    """Turn a proposed tree into records.

    Parameters
    ----------
    proposal
        What a document was understood as; its problems come first.
    markdown
        The corrected corpus file, in the place of the proposed one.
    """
    batch = Batch(problems=list(proposal.problems), tallies=_count_pages(proposal))
    text = proposal.markdown if markdown is None else markdown
    read = read_corpus_text(text, name=f"{proposal.file}.md")
    # What a tree holds, the pages have told; what is lost of it, they have not.
    read.tallies = [tally for tally in read.tallies if tally.n_refused]
    batch.extend(read)
    return batch


def _count_pages(proposal: Proposal) -> list[Tally]:
    """Count the pages that were read and those whose text is missing."""
    lost = {problem.row for problem in proposal.problems if problem.code in LOST_PAGE_CODES}
    n_pages = max(proposal.outline.n_pages, len(lost))
    return [Tally(proposal.file, n_pages, len(lost), unit=Unit.PAGES)] if n_pages else []


def _has_front_matter(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(8).removeprefix(b"\xef\xbb\xbf").startswith(b"---")
    except OSError:
        return False
