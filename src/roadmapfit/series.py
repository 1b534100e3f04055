"""Strategy documents as a reader looks for them: by kind, by series, by edition."""

from __future__ import annotations

from collections.abc import Iterable

from roadmapfit.records import DocumentKind, StrategyDocument


def list_series(
    documents: Iterable[StrategyDocument], kind: DocumentKind
) -> dict[str, list[StrategyDocument]]:
    """Group the documents of a kind by series, newest edition first, by title.

    Returns
    -------
    dict[str, list[StrategyDocument]]
        In the order of the newest editions' titles.
    """
    grouped: dict[str, list[StrategyDocument]] = {}
    for document in documents:
        if document.kind is kind:
            grouped.setdefault(document.series or document.id, []).append(document)
    for editions in grouped.values():
        editions.sort(key=_age, reverse=True)
    return dict(sorted(grouped.items(), key=lambda pair: pair[1][0].title.casefold()))


def list_latest_ids(documents: Iterable[StrategyDocument]) -> set[str]:
    """Name the newest edition of every roadmap, and every programme."""
    documents = list(documents)
    roadmaps = list_series(documents, DocumentKind.ROADMAP).values()
    programmes = {each.id for each in documents if each.kind is DocumentKind.PROGRAMME}
    return {editions[0].id for editions in roadmaps} | programmes


def _age(document: StrategyDocument) -> tuple[int, str, str]:
    return document.start_year or 0, document.edition, document.id
