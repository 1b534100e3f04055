"""Committees of the ANR's generic call as strategy items: a title each, in French."""

from __future__ import annotations

import re

from roadmapfit.readers.tables.anr_projects import COMMITTEES_ID
from roadmapfit.readers.tables.table import Table
from roadmapfit.records import (
    Batch,
    DocumentKind,
    Outcome,
    Reference,
    StrategyDocument,
    StrategyItem,
)

CODE, TITLE = "ces", "comite_fr"
ALIASES = {CODE: ("code comite", "comite"), TITLE: ("intitule du comite", "comité")}
_CODE_FORM = re.compile(r"CE\d\d", re.ASCII)
_REFERENCE = Reference(
    id="anr",
    title="Agence nationale de la recherche, comités d'évaluation de l'appel générique",
    location="https://anr.fr",
)


def read_anr_committees(table: Table, batch: Batch) -> None:
    """Read one document, "committees of the generic call", and an item a committee."""
    fields = table.fields
    taken: set[str] = set()
    for row, values in table.records((CODE, TITLE), aliases=ALIASES):
        code = values[CODE].upper()
        title = fields.line(values[TITLE], row=row, field=TITLE)
        if not _CODE_FORM.fullmatch(code):
            fields.report("bad_code", Outcome.REFUSED, row=row, field=CODE, found=code)
        elif code in taken:
            fields.report("repeated_id", Outcome.REFUSED, row=row, field=CODE, found=code)
        elif not title:
            fields.report("empty_title", Outcome.REFUSED, row=row, field=TITLE, found=code)
        else:
            taken.add(code)
            batch.items.append(
                StrategyItem(
                    id=f"{COMMITTEES_ID}/{code.lower()}",
                    document_id=COMMITTEES_ID,
                    title=title,
                    text="",
                    language="fr",
                    position=len(batch.items),
                    reference_ids=("anr",),
                )
            )
    if batch.items:
        year = re.search(r"20\d\d", " ".join((*table.header, fields.file)))
        batch.documents.append(
            StrategyDocument(
                id=COMMITTEES_ID,
                kind=DocumentKind.PROGRAMME,
                title="ANR – comités de l'appel à projets générique",
                owner="Agence nationale de la recherche",
                language="fr",
                series=COMMITTEES_ID,
                edition=year[0] if year else "",
                start_year=int(year[0]) if year else None,
                source="anr",
                references=(_REFERENCE,),
            )
        )
