"""Who carries a strategy and what other projects would change of it, as coverage writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from roadmapfit.cli.terminal import Column, Terminal
from roadmapfit.text import render_euros, render_number, render_share

if TYPE_CHECKING:
    from roadmapfit.concentration import Concentration
    from roadmapfit.coverage import PortfolioCoverage
    from roadmapfit.generation import Generation
    from roadmapfit.scenario import ItemShift

# The first so many leads are named together.
N_FIRST = 3


def measure_carriers(
    generation: Generation, measured: PortfolioCoverage
) -> dict[str, Concentration]:
    """Measure how few lead the aligned projects: by organisation and by its type."""
    from roadmapfit.concentration import measure_concentration
    from roadmapfit.portfolio import find_leader

    leaders = {
        project_id: leader
        for item in measured.items
        for project_id in item.project_ids
        if (leader := find_leader(generation, project_id)) is not None
    }
    ids = {project_id: leader.id for project_id, leader in leaders.items()}
    kinds = {project_id: str(leader.kind) for project_id, leader in leaders.items()}
    return {
        "leaders": measure_concentration(measured, lambda project_id: ids.get(project_id, "")),
        "kinds": measure_concentration(measured, lambda project_id: kinds.get(project_id, "")),
    }


def write_carriers(terminal: Terminal, carriers: Mapping[str, Concentration]) -> None:
    """Say how few lead the aligned projects, and draw their types."""
    leaders, kinds = carriers["leaders"], carriers["kinds"]
    if not leaders.n_projects:
        return
    language = terminal.language
    terminal.write_line(
        "cli.coverage_carriers",
        n=sum(each.n_projects > 0 for each in leaders.carriers),
        share=render_share(leaders.share_of_first(N_FIRST), language),
        first=N_FIRST,
        effective=render_number(leaders.n_effective, language, n_decimals=1),
    )
    terminal.write_table(
        (
            Column("cli.column.kind"),
            Column("cli.column.n_aligned", "right"),
            Column("cli.column.share", "right"),
            Column("cli.column.funding", "right"),
        ),
        [
            (
                terminal.say(f"kind.{each.name}"),
                render_number(each.n_projects, language),
                render_share(each.share, language),
                render_euros(each.funding_eur, language),
            )
            for each in kinds.carriers
        ],
    )


def write_shifts(terminal: Terminal, generation: Generation, shifts: Sequence[ItemShift]) -> None:
    """Say what the projects left out and put in change."""
    items = generation.strategy_items
    for each in shifts:
        if each.is_turned:
            terminal.write_line(
                "app.revision.turned",
                title=items[each.item_id].title,
                before=terminal.say(f"app.support.{each.support_before}"),
                after=terminal.say(f"app.support.{each.support_after}"),
            )
    if not shifts:
        terminal.write_line("app.scenario.no_shift")
        return
    language = terminal.language
    terminal.write_table(
        (
            Column("cli.column.item", ratio=1),
            Column("cli.column.before", "right"),
            Column("cli.column.after", "right"),
            Column("cli.column.funding_before", "right"),
            Column("cli.column.funding_after", "right"),
        ),
        [
            (
                items[each.item_id].title,
                render_number(each.before.n_aligned, language),
                render_number(each.after.n_aligned, language),
                render_euros(each.before.funding_eur, language),
                render_euros(each.after.funding_eur, language),
            )
            for each in shifts
        ],
    )


def describe_shift(shift: ItemShift) -> dict[str, Any]:
    """Say what changed of an item, for ``--json``."""
    return {
        "item_id": shift.item_id,
        "is_turned": shift.is_turned,
        "support_before": str(shift.support_before),
        "support_after": str(shift.support_after),
        "n_aligned_before": shift.before.n_aligned,
        "n_aligned_after": shift.after.n_aligned,
        "funding_eur_before": shift.before.funding_eur,
        "funding_eur_after": shift.after.funding_eur,
    }
