"""Documents that people write - PDF, DOCX, PPTX, ODT, HTML, text - to a proposed tree.

One module a format turns bytes into blocks; ``outline`` makes a tree of them and
``proposal`` writes it as a corpus file, which the corpus reader then reads: what a
person can correct is what is imported.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from roadmapfit.errors import InputError
from roadmapfit.readers.documents.blocks import DOCUMENT_LIMIT_BYTES, BlockKind, Reading
from roadmapfit.readers.documents.docx import read_docx
from roadmapfit.readers.documents.html import read_html
from roadmapfit.readers.documents.odt import read_odt
from roadmapfit.readers.documents.outline import Outline, build_outline
from roadmapfit.readers.documents.pdf import read_pdf
from roadmapfit.readers.documents.plain import read_markdown, read_text
from roadmapfit.readers.documents.pptx import read_pptx
from roadmapfit.readers.documents.proposal import READ_AS, Source, render_proposal
from roadmapfit.readers.files import Progress, load_bytes
from roadmapfit.readers.slugs import make_slug
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Outcome, Problem

DOCUMENT_SUFFIXES = (".pdf", ".docx", ".pptx", ".odt", ".html", ".htm")
"""The formats that are always read as documents."""

TEXT_SUFFIXES = (".md", ".txt")
"""The formats that are read as documents when asked to be."""

LOST_PAGE_CODES = ("page_damaged", "page_missing", "page_scanned", "nesting_deep")
"""Problems by which text of a page, or of a whole web page, is missing."""

_SLUG_CHARS = 60

__all__ = [
    "DOCUMENT_SUFFIXES",
    "LOST_PAGE_CODES",
    "READ_AS",
    "TEXT_SUFFIXES",
    "Proposal",
    "propose_document",
]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was understood of a document: the tree, the corpus file that says it, problems."""

    file: str
    content_hash: str
    outline: Outline
    markdown: str
    problems: tuple[Problem, ...]


def propose_document(
    path: Path,
    *,
    read_as: str = "roadmap",
    name: str = "",
    on_progress: Progress | None = None,
) -> Proposal:
    """Read a document and propose its tree.

    Parameters
    ----------
    path
        The file; its suffix says the format.
    read_as
        One of ``READ_AS``.
    name
        How the file is called in problems and in the proposal; its own name by default.
    on_progress
        Called with the pages read and in all, of a PDF; the other formats are read at
        once. What it raises stops the reading.

    Raises
    ------
    InputError
        ``read_as_unknown``, ``file_unreadable``, ``file_too_large``, ``file_blank``,
        ``document_wordless`` where nothing could be read, or what the format's reader
        raises.
    """
    if read_as not in READ_AS:
        raise InputError("read_as_unknown", found=read_as, known=", ".join(READ_AS))
    file = name or path.name
    raw = load_bytes(path, file=file, limit_bytes=DOCUMENT_LIMIT_BYTES)
    if not raw:
        raise InputError("file_blank", file=file, found="0")
    problems: list[Problem] = []
    fields = FieldReader(file, problems)
    reading = _read(path, raw, fields, on_progress)
    if not reading.blocks:
        reasons = sorted({problem.code for problem in problems})
        raise InputError("document_wordless", file=file, found=", ".join(reasons) or "–")
    n_notes = sum(block.kind is BlockKind.FOOTNOTE for block in reading.blocks)
    if n_notes:
        fields.report("footnotes_kept", Outcome.NOTED, found=str(n_notes))
    outline = build_outline(reading)
    fields.finish()
    content_hash = hashlib.sha256(raw).hexdigest()
    slug = make_slug(re.sub(r"\.\w{1,5}$", "", file))[:_SLUG_CHARS].strip("-")
    source = Source(file, content_hash, slug or f"document-{content_hash[:12]}")
    markdown = render_proposal(outline, source, read_as=read_as)
    return Proposal(file, content_hash, outline, markdown, tuple(problems))


_BY_BYTES: dict[str, Callable[..., Reading]] = {
    ".docx": read_docx,
    ".pptx": read_pptx,
    ".odt": read_odt,
    ".html": read_html,
    ".htm": read_html,
}
_BY_PATH: dict[str, Callable[..., Reading]] = {
    ".md": read_markdown,
    ".txt": read_text,
}


def _read(path: Path, raw: bytes, fields: FieldReader, on_progress: Progress | None) -> Reading:
    suffix = path.suffix.lower()
    if suffix == ".pdf":
        return read_pdf(path, fields=fields, on_progress=on_progress)
    if suffix in _BY_BYTES:
        return _BY_BYTES[suffix](raw, fields=fields)
    if suffix in _BY_PATH:
        return _BY_PATH[suffix](path, fields=fields)
    known = ", ".join((*DOCUMENT_SUFFIXES, *TEXT_SUFFIXES))
    raise InputError("type_unknown", path=fields.file, found=suffix or "–", known=known)
