"""What readers refused, repaired or noted: in groups for a person, in full for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from roadmapfit.cli.terminal import Column, Terminal
from roadmapfit.errors import InputError
from roadmapfit.records import Problem, Tally
from roadmapfit.text import render_number, render_text

if TYPE_CHECKING:
    from roadmapfit.store import RecordChange

# What a spreadsheet takes for the start of a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def group_problems(problems: Sequence[Problem], *, language: str) -> list[dict[str, Any]]:
    """Count problems by code and outcome, most frequent first, with the first of each."""
    grouped: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        grouped.setdefault((problem.code, str(problem.outcome)), []).append(problem)
    return [
        {
            "code": code,
            "outcome": outcome,
            "n": len(own),
            "first": render_problem(own[0], language),
            "first_place": _name_place(own[0]),
        }
        for (code, outcome), own in sorted(
            grouped.items(), key=lambda group: (-len(group[1]), group[0])
        )
    ]


def tell_problems(terminal: Terminal, problems: Sequence[Problem]) -> None:
    """Show problems in groups, unless stdout is kept for JSON."""
    groups = group_problems(problems, language=terminal.language)
    if not groups or terminal.as_json:
        return
    terminal.write_table(
        (
            Column("cli.column.count", "right"),
            Column("cli.column.outcome"),
            Column("cli.column.code"),
            Column("cli.column.first_problem", ratio=1),
        ),
        [
            (
                render_number(group["n"], terminal.language),
                terminal.say(f"cli.outcome.{group['outcome']}"),
                group["code"],
                f"{group['first_place']}: {group['first']}",
            )
            for group in groups
        ],
    )


def render_problem(problem: Problem, language: str) -> str:
    """Say a problem in words."""
    return render_text(
        f"problem.{problem.code}",
        language,
        file=problem.file,
        row=problem.row,
        field=problem.field,
        found=problem.found,
    )


def _name_place(problem: Problem) -> str:
    """Name file, line and field, as far as they are known."""
    row = "" if problem.row is None else f":{problem.row}"
    field = f" [{problem.field}]" if problem.field else ""
    return f"{problem.file}{row}{field}"


def write_report(
    problems: Sequence[Problem], tallies: Sequence[Tally], path: Path, *, language: str
) -> None:
    """Write how many rows of each table were read, then all problems, as CSV.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    header = ("file", "row", "field", "outcome", "code", "found", "message")
    counted = [
        (
            tally.file,
            "",
            "",
            "read",
            "tally",
            f"{tally.n_rows} / {tally.n_kept} / {tally.n_refused}",
            render_text(
                f"cli.tally.{tally.unit}",
                language,
                file=tally.file,
                n_rows=tally.n_rows,
                n_kept=tally.n_kept,
                n_refused=tally.n_refused,
            ),
        )
        for tally in tallies
    ]
    listed = [
        (
            problem.file,
            "" if problem.row is None else str(problem.row),
            problem.field,
            str(problem.outcome),
            problem.code,
            problem.found,
            render_problem(problem, language),
        )
        for problem in problems
    ]
    write_csv(path, header, [*counted, *listed])


def write_changes(changes: Sequence[tuple[str, RecordChange]], path: Path) -> None:
    """Write what an update did to each record, with its source, as CSV.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    rows = [
        (source, change.kind, change.record_id, change.outcome, " ".join(change.fields))
        for source, change in changes
    ]
    write_csv(path, ("source", "kind", "id", "outcome", "fields"), rows)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table that a spreadsheet opens as it stands.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    try:
        # The mark at the start is how a spreadsheet knows UTF-8.
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(header)
            writer.writerows([disarm(cell) for cell in row] for row in rows)
    except OSError as error:
        raise InputError("output_refused", path=str(path), found=error.strerror) from error


def disarm(cell: str) -> str:
    r"""Keep a spreadsheet from running a cell that comes from a file.

    Examples
    --------
    >>> disarm('=HYPERLINK("http://a")'), disarm("2024-03-01")
    ('\'=HYPERLINK("http://a")', '2024-03-01')
    """
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
