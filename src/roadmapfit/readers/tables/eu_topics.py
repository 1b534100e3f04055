"""Topics of the EU Funding & Tenders portal as strategy items, one document a programme.

Two layouts: the portal's bulk file of grants and tenders (``grantsTenders.json``: titles
only, dates in milliseconds), and tables with one topic a row and its full text. Tenders
are not read: nobody aligns a project with a purchase.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict

from roadmapfit.readers.call_items import CallTopic, list_items
from roadmapfit.readers.headings import fold_heading
from roadmapfit.readers.tables.table import Table
from roadmapfit.records import (
    Batch,
    DocumentKind,
    Outcome,
    Reference,
    StrategyDocument,
)

SOURCE = "eu-topics"
TOPIC, TITLE, CALL, PROGRAMME = "topicId", "title", "callIdentifier", "programme"
ALIASES = {TOPIC: ("identifier",), PROGRAMME: ("frameworkProgramme",)}
_TENDER = "0"
_REFERENCE = Reference(
    id=SOURCE,
    title="EU Funding & Tenders Portal: topics of calls for proposals",
    location="https://ec.europa.eu/info/funding-tenders/opportunities/portal",
)


def read_eu_topics(table: Table, batch: Batch) -> None:
    """Read topics; a repeat of a code in one programme is refused, tenders are noted."""
    fields = table.fields
    topics: dict[str, dict[str, CallTopic]] = defaultdict(dict)
    titles: dict[str, str] = {}
    n_tenders = 0
    optional = (CALL, "callTitle", PROGRAMME, "description", "type")
    for row, values in table.records((TOPIC, TITLE), optional, aliases=ALIASES):
        if values["type"] == _TENDER:
            n_tenders += 1
            continue
        code = fields.line(values[TOPIC], row=row, field=TOPIC)
        title = fields.line(values[TITLE], row=row, field=TITLE)
        programme = fields.line(_read_programme(values[PROGRAMME]), row=row, field=PROGRAMME)
        slug = _slug(programme) or "other"
        if not code:
            fields.report("missing_field", Outcome.REFUSED, row=row, field=TOPIC, found=TOPIC)
        elif not title:
            fields.report("empty_title", Outcome.REFUSED, row=row, field=TITLE, found=code)
        elif code.lower() in topics[slug]:
            fields.report("repeated_id", Outcome.REFUSED, row=row, field=TOPIC, found=code)
        else:
            titles.setdefault(slug, programme)
            topics[slug][code.lower()] = CallTopic(
                title,
                fields.line(values[CALL], row=row, field=CALL),
                fields.paragraphs(values["description"], row=row, field="description"),
                fields.line(values["callTitle"], row=row, field="callTitle"),
            )
    if n_tenders:
        fields.report("tenders_left_out", Outcome.NOTED, field="type", found=str(n_tenders))
    for slug in sorted(titles):
        document_id = f"{SOURCE}-{slug}"
        batch.documents.append(_make_document(document_id, titles[slug]))
        batch.items += list_items(document_id, topics[slug], reference_id=SOURCE)


def _read_programme(text: str) -> str:
    """Read a programme's name, or the one in an object with an abbreviation beside it."""
    if not text.startswith("{"):
        return text
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return str(said.get("description") or said.get("abbreviation") or "")


def _make_document(document_id: str, programme: str) -> StrategyDocument:
    return StrategyDocument(
        id=document_id,
        kind=DocumentKind.PROGRAMME,
        title=f"EU Funding & Tenders – {programme or 'other programmes'}",
        owner="European Commission",
        language="en",
        series=document_id,
        source=SOURCE,
        references=(_REFERENCE,),
    )


def _slug(name: str) -> str:
    r"""Make a part of an id out of a name.

    Examples
    --------
    >>> _slug("Digital Europe (DIGITAL)")
    'digital-europe-digital'
    """
    return re.sub(r"[^a-z0-9]+", "-", fold_heading(name)).strip("-")[:60]
