"""What ``add``, ``index`` and ``demo`` share: inputs to the corpus, and what came of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from roadmapfit.cli.problems import group_problems, tell_problems, write_changes, write_report
from roadmapfit.cli.progress import StageProgress
from roadmapfit.cli.terminal import Terminal
from roadmapfit.errors import InputError
from roadmapfit.records import Problem, Tally
from roadmapfit.text import render_number

if TYPE_CHECKING:
    from roadmapfit.corpus import Addition
    from roadmapfit.store import RecordChange
    from roadmapfit.workspace import Workspace

_OUTCOMES = ("added", "changed", "gone")


@dataclass(frozen=True, slots=True)
class Import:
    """How inputs are added, and where reports of it go."""

    source_name: str | None = None
    read_as: str | None = None
    is_trial: bool = False
    keep_good: bool = False
    only_changes: bool = False
    problems_file: Path | None = None
    changes_file: Path | None = None


def add_all(
    terminal: Terminal, workspace: Workspace, paths: Sequence[Path], *, how: Import
) -> list[dict[str, Any]]:
    """Add each path and tell what came of it; return the same for ``--json``.

    A table with refused rows ends the run unless good rows are kept; the inputs before it
    stay added, and the reports are written with what was refused.
    """
    told: list[dict[str, Any]] = []
    problems: list[Problem] = []
    tallies: list[Tally] = []
    changes: list[tuple[str, RecordChange]] = []
    try:
        for path in paths:
            addition, counts = _add(terminal, workspace, path, how, problems, tallies)
            changes += [(addition.source_name, each) for each in addition.change.records]
            told.append(_describe_addition(terminal, addition, path, counts))
            change = addition.change
            if not how.only_changes or change.n_added or change.n_updated or change.n_removed:
                _tell_addition(terminal, addition, counts)
    finally:
        if how.problems_file is not None:
            write_report(problems, tallies, how.problems_file, language=terminal.language)
            terminal.write_line("cli.problems_written", n=len(problems), file=how.problems_file)
        if how.changes_file is not None:
            write_changes(changes, how.changes_file)
            terminal.write_line("cli.changes_written", n=len(changes), file=how.changes_file)
    return told


def has_decisions_only(counts: dict[str, int]) -> bool:
    """Tell whether an input brought decisions and nothing else."""
    return {name for name, n in counts.items() if n} == {"decisions"}


def refuse_same_names(terminal: Terminal, paths: Sequence[Path]) -> None:
    """Refuse two paths of one name: the second would replace what the first brought.

    Raises
    ------
    typer.BadParameter
        Naming the first name that comes twice.
    """
    names = [path.resolve().name for path in paths]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise typer.BadParameter(terminal.say("cli.usage.same_name", name=twice))


def _add(
    terminal: Terminal,
    workspace: Workspace,
    path: Path,
    how: Import,
    problems: list[Problem],
    tallies: list[Tally],
) -> tuple[Addition, dict[str, int]]:
    from roadmapfit.intake import refuse_losses
    from roadmapfit.store import count_records

    with StageProgress(terminal) as progress:
        reading = workspace.read(path, read_as=how.read_as, on_progress=progress.read)
    problems += reading.batch.problems
    tallies += reading.batch.tallies
    counts = count_records(reading.batch)
    if not how.keep_good:
        try:
            refuse_losses(reading.batch)
        except InputError:
            # What was refused and why is what the user has to know to go on.
            _tell_reading(terminal, reading.source_name, counts, reading.batch.tallies)
            tell_problems(terminal, reading.batch.problems)
            raise
    addition = workspace.add_reading(reading, source_name=how.source_name, is_trial=how.is_trial)
    return addition, counts


def _tell_reading(
    terminal: Terminal, source: str, counts: dict[str, int], tallies: Sequence[Tally]
) -> None:
    """Say what was read of an input, and how much of each table was kept."""
    read = ", ".join(
        terminal.say(f"cli.count.{name}", n=render_number(n, terminal.language))
        for name, n in counts.items()
        if n
    )
    terminal.write_line("cli.read", source=source, counts=read or "–")
    for tally in tallies:
        terminal.write_line(
            f"cli.tally.{tally.unit}",
            file=tally.file,
            n_rows=tally.n_rows,
            n_kept=tally.n_kept,
            n_refused=tally.n_refused,
        )


def _tell_addition(terminal: Terminal, addition: Addition, counts: dict[str, int]) -> None:
    change = addition.change
    _tell_reading(terminal, addition.source_name, counts, addition.tallies)
    terminal.write_line(
        "cli.changed",
        n_added=change.n_added,
        n_updated=change.n_updated,
        n_unchanged=change.n_unchanged,
        n_removed=change.n_removed,
    )
    for kind, n in _count_changes(change.records).items():
        if not terminal.as_json:
            terminal.write_detail("cli.changed_kind", kind=terminal.say(f"app.table.{kind}"), **n)
    tell_problems(terminal, addition.problems)


def _describe_addition(
    terminal: Terminal, addition: Addition, path: Path, counts: dict[str, int]
) -> dict[str, Any]:
    change = addition.change
    return {
        "source": addition.source_name,
        "path": str(path),
        "read": counts,
        "rows": [
            {
                "file": one.file,
                "unit": str(one.unit),
                "n": one.n_rows,
                "kept": one.n_kept,
                "refused": one.n_refused,
            }
            for one in addition.tallies
        ],
        "n_added": change.n_added,
        "n_updated": change.n_updated,
        "n_unchanged": change.n_unchanged,
        "n_removed": change.n_removed,
        "changes": _count_changes(change.records),
        "problems": group_problems(addition.problems, language=terminal.language),
    }


def _count_changes(changes: Sequence[RecordChange]) -> dict[str, dict[str, int]]:
    """Count what was added, changed and gone, by kind of record."""
    counted = Counter((change.kind, change.outcome) for change in changes)
    kinds = dict.fromkeys(change.kind for change in changes)
    return {
        kind: {f"n_{outcome}": counted[kind, outcome] for outcome in _OUTCOMES} for kind in kinds
    }
