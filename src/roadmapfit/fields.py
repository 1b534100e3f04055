"""Which texts of a record are read: one field each, before they are cut into passages."""

from __future__ import annotations

from collections.abc import Iterator

from roadmapfit.records import Organisation, OwnerKind, Project, StrategyDocument, StrategyItem
from roadmapfit.segment import FieldText
from roadmapfit.store import Store


def list_fields(corpus: Store) -> Iterator[FieldText]:
    """List the texts of all records: items first, then projects, then organisations."""
    documents = {document.id: document for document in corpus.load(StrategyDocument)}
    for item in corpus.load(StrategyItem):
        if not item.is_heading and item.document_id in documents:
            yield from list_item_fields(item, documents[item.document_id])
    for project in corpus.load(Project):
        yield from list_project_fields(project)
    for organisation in corpus.load(Organisation):
        yield from list_organisation_fields(organisation)


def list_item_fields(item: StrategyItem, document: StrategyDocument) -> list[FieldText]:
    """Name the texts of an item: its title and its body."""
    return [
        FieldText(
            owner_kind=OwnerKind.ITEM,
            owner_id=item.id,
            field=field,
            text=text,
            declared_language=item.language,
            document_id=item.document_id,
            year=document.start_year,
        )
        for field, text in (("title", item.title), ("text", item.text))
        if text.strip()
    ]


def list_project_fields(project: Project) -> list[FieldText]:
    """Name the texts of a project: its title and its abstract."""
    return [
        FieldText(
            owner_kind=OwnerKind.PROJECT,
            owner_id=project.id,
            field=field,
            text=text,
            declared_language=project.language,
            year=project.year,
        )
        for field, text in (("title", project.title), ("abstract", project.abstract))
        if text.strip()
    ]


def list_organisation_fields(organisation: Organisation) -> list[FieldText]:
    """Name the texts of an organisation: what it says it does and can do."""
    competences = "; ".join(organisation.competences)
    return [
        FieldText(
            owner_kind=OwnerKind.ORGANISATION,
            owner_id=organisation.id,
            field=field,
            text=text,
            declared_language=organisation.language,
        )
        for field, text in (("description", organisation.description), ("competences", competences))
        if text.strip()
    ]
