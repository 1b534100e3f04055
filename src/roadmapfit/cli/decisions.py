"""The commands about what people decided: decide, decisions, recalibrate."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.problems import disarm
from roadmapfit.cli.terminal import Column, Terminal, set_up
from roadmapfit.errors import InputError
from roadmapfit.records import Decision
from roadmapfit.text import render_decision, render_number

if TYPE_CHECKING:
    from roadmapfit.generation import Generation
    from roadmapfit.recalibration import Recalibration
    from roadmapfit.workspace import Workspace

# As `add` reads them again.
CSV_HEADER = ("project_id", "item_id", "decision", "date", "note")


def decide(
    ctx: typer.Context,
    workspace: options.Workspace,
    *,
    project: Annotated[str, typer.Option(metavar="ID", help="cli.option.decided_project")],
    item: Annotated[str, typer.Option(metavar="ID", help="cli.option.decided_item")],
    aligned: Annotated[
        bool | None,
        typer.Option("--aligned/--not-aligned", help="cli.option.aligned", show_default=False),
    ] = None,
    note: Annotated[
        str, typer.Option(metavar="TEXT", help="cli.option.note", show_default=False)
    ] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="cli.option.withdraw")] = False,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Write down that people called a project aligned with an item, or not."""
    terminal = set_up(ctx, as_json=as_json, lang=lang)
    if (aligned is None) != withdraw or (withdraw and note):
        raise typer.BadParameter(terminal.say("cli.usage.decide_one"))
    opened = opening.open_at(workspace)
    if aligned is None:
        opened.withdraw_decision(project, item)
        if as_json:
            terminal.write_json({"project_id": project, "item_id": item, "withdrawn": True})
        terminal.write_line("cli.withdrawn", project=project, item=item)
        return
    decision = opened.decide(project, item, is_aligned=aligned, note=note, decided_on=date.today())
    if as_json:
        terminal.write_json(describe_decision(decision))
    terminal.write_line(
        "cli.decided", project=project, item=item, decision=say_decision(terminal, decision)
    )


def decisions(
    ctx: typer.Context,
    workspace: options.Workspace,
    *,
    file: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            metavar="FILE.csv",
            help="cli.option.csv",
            show_default=False,
            callback=options.check_output,
        ),
    ] = None,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """List what people decided, and what of it has no effect."""
    from roadmapfit.decided import list_without_effect

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    opened = opening.open_at(workspace)
    found = opened.decisions()
    idle = set(list_without_effect(opened))
    if file is not None:
        _write_csv(found, file)
    if as_json:
        described = [{**describe_decision(each), "has_effect": each not in idle} for each in found]
        terminal.write_json({"decisions": described})
        return
    generation = opened.generation if opened.is_built else None
    _write_decisions(terminal, generation, [each for each in found if each not in idle])
    if idle:
        terminal.write_line("cli.without_effect", n=render_number(len(idle), terminal.language))
        _write_decisions(terminal, generation, [each for each in found if each in idle])
    if file is not None:
        terminal.write_line("cli.decisions_written", n=len(found), file=file)


def recalibrate(
    ctx: typer.Context,
    workspace: options.Workspace,
    *,
    forget: Annotated[bool, typer.Option("--forget", help="cli.option.forget")] = False,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Fit probabilities to the workspace's decisions, and keep the fit only if it is better."""
    from roadmapfit.decided import recalibrate as fit

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    opened = opening.open_at(workspace)
    if forget:
        was_there = opened.forget_recalibration()
        if as_json:
            terminal.write_json({"workspace": str(workspace), "forgotten": was_there})
        terminal.write_line("cli.forgotten" if was_there else "cli.nothing_to_forget")
        return
    fitted = fit(opened)
    if as_json:
        terminal.write_json(
            {
                "workspace": str(workspace),
                "kept": fitted.is_better,
                "slope": fitted.slope,
                "intercept": fitted.intercept,
                **describe_recalibration(fitted),
            }
        )
        return
    _tell_recalibration(terminal, fitted)


def say_decision(terminal: Terminal, decision: Decision) -> str:
    """Say a decision with its day: "aligned, 3 March 2026"."""
    return render_decision(
        is_aligned=decision.is_aligned, day=decision.decided_on, language=terminal.language
    )


def describe_decision(decision: Decision) -> dict[str, Any]:
    """Lay a decision out for ``--json``."""
    return {
        "project_id": decision.project_id,
        "item_id": decision.item_id,
        "is_aligned": decision.is_aligned,
        "decided_on": _write_day(decision.decided_on) or None,
        "note": decision.note,
        "source": decision.source_name or None,
    }


def describe_recalibration(recalibration: Recalibration) -> dict[str, Any]:
    """Lay out, for ``--json``, what a correction was fitted on and what it is worth."""
    return {
        "n_decisions": recalibration.n_decisions,
        "n_aligned": recalibration.n_aligned,
        "n_projects": recalibration.n_projects,
        "log_loss_before": recalibration.log_loss_before,
        "log_loss_after": recalibration.log_loss_after,
        "fitted_on": recalibration.fitted_on.isoformat(),
    }


def warn_of_idle(terminal: Terminal, workspace: Workspace) -> None:
    """Say how many decisions have no effect, if there are any."""
    from roadmapfit.decided import list_without_effect

    n_idle = len(list_without_effect(workspace))
    if n_idle:
        terminal.write_line("cli.idle", n=render_number(n_idle, terminal.language))


def _tell_recalibration(terminal: Terminal, fitted: Recalibration) -> None:
    losses = {
        name: render_number(value, terminal.language, n_decimals=3)
        for name, value in (("before", fitted.log_loss_before), ("after", fitted.log_loss_after))
    }
    terminal.write_line(
        "cli.recalibration.measured",
        n=fitted.n_decisions,
        n_aligned=fitted.n_aligned,
        n_not_aligned=fitted.n_decisions - fitted.n_aligned,
        n_projects=fitted.n_projects,
        **losses,
    )
    if not fitted.is_better:
        terminal.write_line("cli.recalibration.refused")
        return
    terminal.write_line(
        "cli.recalibration.kept",
        slope=render_number(fitted.slope, terminal.language, n_decimals=2),
        intercept=render_number(fitted.intercept, terminal.language, n_decimals=2),
    )


def _write_decisions(
    terminal: Terminal, generation: Generation | None, found: Sequence[Decision]
) -> None:
    """Draw decisions as a table; what the index does not know goes by its id."""
    heads = generation.project_heads if generation else {}
    items = generation.strategy_items if generation else {}
    terminal.write_table(
        (
            Column("cli.column.decision"),
            Column("cli.column.project", ratio=1),
            Column("cli.column.item", ratio=1),
            Column("cli.column.note", ratio=1),
            Column("cli.column.source"),
        ),
        [
            (
                say_decision(terminal, each),
                heads[each.project_id].label if each.project_id in heads else each.project_id,
                items[each.item_id].title if each.item_id in items else each.item_id,
                each.note,
                each.source_name or terminal.say("cli.by_hand"),
            )
            for each in found
        ],
    )


def _write_csv(found: Sequence[Decision], path: Path) -> None:
    """Write decisions as CSV that a spreadsheet opens and ``add`` reads again.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    try:
        # The mark at the start is how a spreadsheet knows UTF-8.
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(CSV_HEADER)
            for each in found:
                said = "aligned" if each.is_aligned else "not aligned"
                cells = (
                    each.project_id,
                    each.item_id,
                    said,
                    _write_day(each.decided_on),
                    each.note,
                )
                writer.writerow([disarm(cell) for cell in cells])
    except OSError as error:
        raise InputError("output_refused", path=str(path), found=error.strerror) from error


def _write_day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
