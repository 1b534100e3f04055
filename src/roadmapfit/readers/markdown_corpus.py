"""A corpus that people write: Markdown and YAML files, as ``docs/corpus-format.md`` says.

Files are read in the order of their paths, so that of two records with one id it is
always the same one that is kept. A file that cannot be read becomes a problem and never
stops the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from roadmapfit.errors import InputError
from roadmapfit.readers.corpus_documents import read_document
from roadmapfit.readers.corpus_folder import list_files
from roadmapfit.readers.corpus_forms import Corpus
from roadmapfit.readers.corpus_organisations import read_organisations
from roadmapfit.readers.corpus_projects import link_partners, read_project
from roadmapfit.readers.files import ByteMeter, Progress, load_text
from roadmapfit.readers.markdown_text import parse_sections
from roadmapfit.readers.plain_yaml import YamlMapping, parse_yaml
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Batch, DocumentKind, Outcome, Tally, Unit

_PROJECT_KIND = "project"


def read_corpus(folder: Path, *, on_progress: Progress | None = None) -> Batch:
    """Read all Markdown and YAML files of a folder and of the folders inside it.

    ``README.md`` files are left alone. Files of other types, hidden entries and links
    that lead outside are listed as problems; they are no part of the corpus and count as
    nothing lost.

    Raises
    ------
    InputError
        ``folder_unreadable``, or ``folder_empty`` where there is nothing to read.
    """
    batch = Batch()
    paths = list_files(folder, batch)
    if not paths:
        found = len({problem.file for problem in batch.problems})
        raise InputError("folder_empty", path=str(folder), found=found)
    n_unread = sum(problem.code == "file_unreadable" for problem in batch.problems)
    names = [path.relative_to(folder).as_posix() for path in paths]
    read = _read_files(paths, names, on_progress)
    unread = Tally(folder.name, n_rows=n_unread, n_refused=n_unread)
    read.tallies = [_add_up([unread, *read.tallies], name=folder.resolve().name)]
    batch.extend(read)
    return batch


def read_corpus_file(path: Path, *, on_progress: Progress | None = None) -> Batch:
    """Read one Markdown or YAML file as a corpus of its own.

    A project's partners are refused, for their organisations stand in other files: read
    the folder to get them.
    """
    return _read_files([path], [path.name], on_progress)


def read_corpus_text(text: str, *, name: str) -> Batch:
    """Read the text of one Markdown file that stands in no folder; as a corpus of its own."""
    corpus = Corpus()
    fields = FieldReader(name, corpus.batch.problems)
    with _refusals_listed(fields):
        _read_markdown(fields.printable(text, row=None, field=""), corpus, fields)
    return _finish(corpus, [fields])


def _read_files(paths: Sequence[Path], names: Sequence[str], on_progress: Progress | None) -> Batch:
    corpus = Corpus()
    sizes = [path.stat().st_size for path in paths]
    meter = ByteMeter(sum(sizes), on_progress)
    readers: list[FieldReader] = []
    for path, name, n_bytes in zip(paths, names, sizes, strict=True):
        fields = FieldReader(name, corpus.batch.problems)
        readers.append(fields)
        with _refusals_listed(fields):
            text = load_text(path, fields=fields)
            if path.suffix.lower() == ".md":
                _read_markdown(text, corpus, fields)
            else:
                read_organisations(text, corpus, fields)
        meter.advance(n_bytes)
    meter.finish()
    return _finish(corpus, readers)


def _finish(corpus: Corpus, readers: Sequence[FieldReader]) -> Batch:
    """Bring projects and organisations together, and count what each file brought."""
    link_partners(corpus)
    for fields in readers:
        fields.finish()
        corpus.batch.tallies.append(replace(fields.tally(), unit=Unit.ENTRIES))
    return corpus.batch


def _add_up(tallies: Sequence[Tally], *, name: str) -> Tally:
    """Make one count of those of several files."""
    return Tally(
        name,
        n_rows=sum(tally.n_rows for tally in tallies),
        n_refused=sum(tally.n_refused for tally in tallies),
        n_repeats=sum(tally.n_repeats for tally in tallies),
        unit=Unit.ENTRIES,
    )


@contextmanager
def _refusals_listed(fields: FieldReader) -> Iterator[None]:
    """List what refuses a whole file as a problem, so that the others are read."""
    try:
        yield
    except InputError as error:
        fields.n_rows += 1
        row = error.values.get("row")
        fields.report(
            error.code,
            Outcome.REFUSED,
            row=row if isinstance(row, int) else None,
            found=str(error.values["found"]),
        )


def _read_markdown(text: str, corpus: Corpus, fields: FieldReader) -> None:
    """Read the front matter, then the body that its ``kind`` calls for."""
    lines = text.split("\n")
    closing = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or closing is None:
        raise InputError("front_matter_missing", file=fields.file, row=1, found=lines[0][:80])
    front = parse_yaml("\n".join(lines[1:closing]), fields=fields, first_line=2)
    if not isinstance(front, YamlMapping):
        raise InputError("front_matter_missing", file=fields.file, row=2, found=lines[1][:80])
    sections = parse_sections(
        "\n".join(lines[closing + 1 :]),
        first_line=closing + 2,
        # A document that was read has lines of its own that begin like that.
        has_sources="source_hash" not in front.values or "references" in front.values,
    )
    kind = front.values.get("kind", "")
    if kind == _PROJECT_KIND:
        read_project(front, sections, corpus=corpus, fields=fields)
    elif kind in list(DocumentKind):
        known = DocumentKind(str(kind))
        read_document(front, sections, kind=known, corpus=corpus, fields=fields)
    else:
        fields.n_rows += 1
        row, found = front.lines.get("kind", 2), kind if isinstance(kind, str) else "…"
        fields.report("unknown_kind", Outcome.REFUSED, row=row, field="kind", found=found)
