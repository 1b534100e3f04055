"""A strategy document of a corpus that people write, and the items its headings name."""

from __future__ import annotations

from roadmapfit.readers.corpus_forms import ID, SOURCE, Corpus, read_id, read_language
from roadmapfit.readers.markdown_text import Section
from roadmapfit.readers.plain_yaml import YamlForm, YamlMapping
from roadmapfit.readers.slugs import make_slug
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import (
    DocumentKind,
    Outcome,
    OwnerKind,
    PageMark,
    Reference,
    StrategyDocument,
    StrategyItem,
)

_DOCUMENT_KEYS = frozenset(
    {
        "kind",
        "id",
        "title",
        "owner",
        "series",
        "edition",
        "language",
        "start_year",
        "end_year",
        "territory",
        "invented",
        "references",
        "source_file",
        "source_hash",
    }
)


def read_document(
    front: YamlMapping,
    sections: list[Section],
    *,
    kind: DocumentKind,
    corpus: Corpus,
    fields: FieldReader,
) -> None:
    """Read a roadmap or programme into the corpus; every heading is an item."""
    form = YamlForm(front, fields, _DOCUMENT_KEYS)
    fields.n_rows += 1
    title = form.required("title")
    document_id = read_id(form, "document", corpus) if title else ""
    if not document_id:
        return
    references = _read_references(form)
    document = StrategyDocument(
        id=document_id,
        kind=kind,
        title=title,
        owner=form.required("owner", outcome=Outcome.NOTED),
        language=read_language(form),
        series=form.required("series", outcome=Outcome.NOTED) or document_id,
        edition=form.line("edition"),
        start_year=form.year("start_year"),
        end_year=form.year("end_year"),
        territory=form.line("territory"),
        summary=_section_text(sections[0], form.fields),
        is_invented=form.flag("invented"),
        source=SOURCE,
        references=references,
    )
    corpus.batch.documents.append(document)
    _known_sources(sections[0], references, form.fields)
    items = _read_items(document, sections[1:], form.fields)
    corpus.batch.items += [item for item, _ in items]
    corpus.batch.page_marks += [
        PageMark(OwnerKind.ITEM, item.id, "text", mark.start, mark.page, mark.is_ocr)
        for item, section in items
        for mark in section.page_marks
    ]


def _read_references(form: YamlForm) -> tuple[Reference, ...]:
    references: list[Reference] = []
    for key, value in form.entries("references").items():
        if not isinstance(value, YamlMapping):
            row = form.row("references")
            form.fields.report(
                "wrong_type", Outcome.REPAIRED, row=row, field="references", found=key
            )
            continue
        entry = YamlForm(value, form.fields, frozenset({"title", "location"}))
        title = entry.required("title", outcome=Outcome.NOTED)
        references.append(Reference(id=key, title=title, location=entry.line("location")))
    return tuple(references)


def _section_text(section: Section, fields: FieldReader) -> str:
    for line, title in section.deep_headings:
        fields.report("deep_heading", Outcome.NOTED, row=line, found=title)
    return fields.paragraphs(section.text, row=section.line, field="text")


def _known_sources(
    section: Section, references: tuple[Reference, ...], fields: FieldReader
) -> tuple[str, ...]:
    """Keep the source keys that the front matter defines; report the others."""
    known = {reference.id for reference in references}
    for key in section.source_keys:
        if key not in known:
            row = section.line
            fields.report(
                "unknown_reference", Outcome.REPAIRED, row=row, field="Sources", found=key
            )
    return tuple(key for key in section.source_keys if key in known)


def _read_items(
    document: StrategyDocument, sections: list[Section], fields: FieldReader
) -> list[tuple[StrategyItem, Section]]:
    items: list[tuple[StrategyItem, Section]] = []
    taken: set[str] = set()
    open_headings: list[tuple[int, str]] = []
    fields.n_rows += len(sections)
    for position, section in enumerate(sections):
        while open_headings and open_headings[-1][0] >= section.level:
            open_headings.pop()
        anchor = _read_anchor(section, taken, fields)
        if not anchor:
            continue
        item_id = f"{document.id}/{anchor}"
        text = _section_text(section, fields)
        following = sections[position + 1 : position + 2]
        has_children = bool(following) and following[0].level > section.level
        if not text and not has_children:
            row = section.line
            fields.report("empty_item", Outcome.NOTED, row=row, field="text", found=section.title)
        item = StrategyItem(
            id=item_id,
            document_id=document.id,
            title=fields.line(section.title, row=section.line, field="title"),
            text=text,
            language=document.language,
            position=len(items),
            parent_id=open_headings[-1][1] if open_headings else None,
            is_heading=has_children and not text,
            reference_ids=_known_sources(section, document.references, fields),
        )
        items.append((item, section))
        open_headings.append((section.level, item_id))
    return items


def _read_anchor(section: Section, taken: set[str], fields: FieldReader) -> str:
    """Give a section the name its author wrote, else one made from its title.

    Empty, and reported, where the heading has no words or its anchor is taken.
    """
    row = section.line
    if not section.title:
        fields.report("empty_title", Outcome.REFUSED, row=row, field="title")
        return ""
    anchor = section.anchor if section.anchor is not None else make_slug(section.title)
    if not ID.fullmatch(anchor):
        fields.report("bad_anchor", Outcome.REPAIRED, row=row, field="anchor", found=anchor)
        anchor = make_slug(anchor) or make_slug(section.title) or "item"
    if anchor in taken and section.anchor is not None:
        fields.report("repeated_anchor", Outcome.REFUSED, row=row, field="anchor", found=anchor)
        return ""
    stem, n_same = anchor, 1
    while anchor in taken:
        n_same += 1
        anchor = f"{stem}-{n_same}"
    taken.add(anchor)
    return anchor
