"""Who works towards an item already: the organisations in projects that are aligned with it."""

from __future__ import annotations

from roadmapfit.decided import correct_table
from roadmapfit.errors import WorkspaceError
from roadmapfit.workspace import Workspace


def list_carried(workspace: Workspace, item_id: str) -> dict[str, tuple[str, ...]]:
    """List the projects that are aligned with an item, by the organisations in them.

    Raises
    ------
    WorkspaceError
        If there is no such item.
    """
    generation = workspace.generation
    if item_id not in generation.items.ids:
        raise WorkspaceError("item_unknown", found=item_id)
    table = correct_table(workspace, generation.alignments)
    is_aligned = (table.item_rows == generation.items.ids.index(item_id)) & (
        table.probability >= workspace.model.calibrator.thresholds.aligned
    )
    carried: dict[str, list[str]] = {}
    for row in sorted(table.project_rows[is_aligned].tolist()):
        project_id = table.project_ids[row]
        for part in generation.participations.get(project_id, ()):
            if not part.has_ended:
                carried.setdefault(part.organisation_id, []).append(project_id)
    return {each: tuple(own) for each, own in carried.items()}
