"""Who could carry an item of a strategy: its passages taken as the needs of a project."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from roadmapfit.analysis import PreparedText, load_item
from roadmapfit.carried import list_carried
from roadmapfit.partnering import find_partners
from roadmapfit.partners import PartnerFit
from roadmapfit.records import Organisation
from roadmapfit.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Carrier:
    """Who could carry an item.

    ``project_ids`` are those of its projects that are aligned with the item already.
    """

    fit: PartnerFit
    project_ids: tuple[str, ...]


def prepare_item(workspace: Workspace, item_id: str) -> PreparedText:
    """Take an item as if it were a project to be carried: each passage is a need.

    Raises
    ------
    WorkspaceError
        If there is no such item, or nothing of it can be aligned with.
    """
    generation = workspace.generation
    passages, _ = load_item(generation, item_id)
    row = generation.items.ids.index(item_id)
    return PreparedText(None, tuple(passages), generation.items.take([row]))


def find_carriers(
    workspace: Workspace,
    item_id: str,
    *,
    excluded_ids: Collection[str] = (),
    keep: Callable[[Organisation], bool] | None = None,
    newcomers: bool | None = None,
    n_partners: int = 20,
) -> list[Carrier]:
    """Rank who could carry an item, with the projects in which they already do.

    Parameters
    ----------
    workspace, item_id
        Where to look, and the item.
    excluded_ids, keep, newcomers, n_partners
        As ``find_partners`` takes them.

    Raises
    ------
    WorkspaceError
        If there is no such item.
    """
    fits = find_partners(
        workspace,
        prepare_item(workspace, item_id),
        member_ids=(),
        excluded_ids=excluded_ids,
        keep=keep,
        newcomers=newcomers,
        n_partners=n_partners,
    )
    carried = list_carried(workspace, item_id)
    return [Carrier(fit, carried.get(fit.organisation.id, ())) for fit in fits]
