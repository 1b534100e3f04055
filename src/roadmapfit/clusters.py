"""Which cluster a project belongs to: the one that its source names, else the nearest."""

from __future__ import annotations

from roadmapfit.calibrate import Verdict
from roadmapfit.generation import Generation
from roadmapfit.portfolio import judge_projects
from roadmapfit.records import DocumentKind
from roadmapfit.workspace import Workspace


def find_clusters(workspace: Workspace) -> dict[str, str]:
    """Name each project's cluster, by the project's id.

    It is the owner of the roadmap whose item the source declares; where none is
    declared, the owner of the roadmap with the item that the project fits best, if that
    deserves at least to be examined. Projects without either are left out, so that a
    project counts in one cluster at the most.
    """
    generation = workspace.generation
    owners = _list_owners(generation)
    clusters = {
        project.id: declared
        for project in generation.project_heads.values()
        if (declared := _find_declared(project.declared_item_ids, owners))
    }
    if owners:
        judged = judge_projects(workspace, list(owners))
        is_fit = judged["verdict"].isin([str(Verdict.ALIGNED), str(Verdict.EXAMINE)])
        for project_id, item_id in judged.loc[is_fit, "item_id"].items():
            clusters.setdefault(str(project_id), owners[item_id])
    return clusters


def has_clusters(generation: Generation) -> bool:
    """Whether there is a roadmap at all that a project could be near."""
    return any(each.kind is DocumentKind.ROADMAP for each in generation.documents.values())


def _list_owners(generation: Generation) -> dict[str, str]:
    """Name the cluster of each item that a project can be aligned with."""
    documents = generation.documents
    return {
        item.id: documents[item.document_id].owner
        for item in generation.strategy_items.values()
        if not item.is_heading and documents[item.document_id].kind is DocumentKind.ROADMAP
    }


def _find_declared(item_ids: tuple[str, ...], owners: dict[str, str]) -> str:
    return next((owners[each] for each in item_ids if each in owners), "")
