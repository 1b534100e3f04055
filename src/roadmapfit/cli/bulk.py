"""The commands about many projects at once: portfolio, score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.problems import group_problems, tell_problems, write_csv
from roadmapfit.cli.progress import StageProgress
from roadmapfit.cli.terminal import Column, Terminal, set_up
from roadmapfit.known_ids import check_documents
from roadmapfit.text import render_euros, render_number, render_share

if TYPE_CHECKING:
    import pandas as pd

    from roadmapfit.bulk import ScoredText
    from roadmapfit.generation import Generation
    from roadmapfit.workspace import Workspace

# The columns of what is written, in their order; docs/command-line.md says what they hold.
PROJECT_FIELDS = (
    *("id", "acronym", "title", "year", "source", "programme", "leader", "kind", "place"),
    *("funding_eur", "n_members", "verdict", "item_id", "item_title", "document_id"),
    *("probability", "low", "high", "n_aligned", "n_examine", "is_orphan", "is_invented"),
)
PAIR_FIELDS = (
    *("project_id", "project_title", "item_id", "item_title", "document_id"),
    *("verdict", "probability", "low", "high"),
)
TEXT_FIELDS = ("row", "id", "title", "language", "n_words", "obstacle", "verdict")
SCORE_FIELDS = (
    *TEXT_FIELDS,
    *("n_aligned", "n_examine", "rank", "item_id", "item_title", "document_id"),
    *("item_verdict", "probability", "low", "high"),
)


class Verdict(StrEnum):
    """What ``--verdict`` takes."""

    ALIGNED = "aligned"
    EXAMINE = "examine"
    NOT_ALIGNED = "not_aligned"
    CANNOT_TELL = "cannot_tell"


class Sort(StrEnum):
    """What ``--sort`` takes."""

    FIT = "fit"
    NAME = "name"
    NEWEST = "newest"
    OLDEST = "oldest"
    FUNDING = "funding"


def portfolio(
    ctx: typer.Context,
    workspace: options.Workspace,
    *,
    document: Annotated[
        list[str] | None,
        typer.Option("--document", metavar="ID", help="cli.option.judged", show_default=False),
    ] = None,
    item: Annotated[
        list[str] | None,
        typer.Option("--item", metavar="ID", help="cli.option.judged_items", show_default=False),
    ] = None,
    search: Annotated[
        str, typer.Option("--search", metavar="WORDS", help="cli.option.search", show_default=False)
    ] = "",
    verdict: Annotated[
        list[Verdict] | None,
        typer.Option("--verdict", help="cli.option.verdict", show_default=False),
    ] = None,
    year: Annotated[
        list[int] | None,
        typer.Option("--year", metavar="YEAR", help="cli.option.year", show_default=False),
    ] = None,
    programme: Annotated[
        list[str] | None,
        typer.Option(
            "--programme", metavar="NAME", help="cli.option.programme", show_default=False
        ),
    ] = None,
    orphans: Annotated[bool, typer.Option("--orphans", help="cli.option.orphans")] = False,
    sort: Annotated[Sort, typer.Option("--sort", help="cli.option.sort")] = Sort.FIT,
    top: options.Top = 20,
    file: options.TableCsv = None,
    pairs_file: Annotated[
        Path | None,
        typer.Option(
            "--pairs",
            metavar="FILE.csv",
            help="cli.option.pairs",
            show_default=False,
            callback=options.check_output,
        ),
    ] = None,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Judge all projects of a workspace, against all items or some."""
    from roadmapfit.portfolio import (
        ORPHAN,
        ProjectFilter,
        ProjectTexts,
        judge_pairs,
        judge_projects,
        list_projects,
        list_target_items,
        select_projects,
    )

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    opened = opening.open_at(workspace)
    generation = opened.generation
    check_documents(generation, document or ())
    targets = [*(document or ()), *(item or ())] or [""]
    item_ids = list(
        dict.fromkeys(each for target in targets for each in list_target_items(generation, target))
    )
    wanted = ProjectFilter(
        text=search,
        years=tuple(str(each) for each in year or ()),
        programmes=tuple(programme or ()),
        verdicts=tuple(str(each) for each in verdict or ()),
        flags=(ORPHAN,) if orphans else (),
        sort=str(sort),
    )
    whole = list_projects(generation).join(judge_projects(opened, item_ids))
    texts = ProjectTexts(generation) if search.strip() else None
    found = select_projects(whole, wanted, texts=texts)
    rows = _describe_projects(generation, found)
    if file is not None:
        _write_rows(file, PROJECT_FIELDS, rows)
    if pairs_file is not None:
        pairs = judge_pairs(opened, item_ids)
        kept = pairs[pairs["project_id"].isin(found.index)]
        _write_rows(pairs_file, PAIR_FIELDS, _describe_pairs(generation, kept))
    if as_json:
        terminal.write_json({"n_projects": len(whole), "n_items": len(item_ids), "projects": rows})
        return
    _write_projects(terminal, rows[:top])
    terminal.write_line(
        "cli.portfolio_shown",
        n=render_number(min(top, len(rows)), terminal.language),
        n_found=render_number(len(rows), terminal.language),
        n_projects=render_number(len(whole), terminal.language),
        n_items=render_number(len(item_ids), terminal.language),
    )


def score(
    ctx: typer.Context,
    workspace: options.Workspace,
    table: Annotated[
        Path, typer.Argument(metavar="TABLE", help="cli.option.scored", show_default=False)
    ],
    *,
    top: options.Top = 20,
    file: options.TableCsv = None,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Judge a table of titles and abstracts that is not in the workspace."""
    from roadmapfit.bulk import score_texts
    from roadmapfit.readers.text_table import read_text_table

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    opening.check_exists(workspace)
    texts, problems = read_text_table(table)
    opened = opening.open_at(workspace)
    with StageProgress(terminal) as progress:
        scored = score_texts(
            opened, texts, on_progress=lambda done, total: progress("score", done, total)
        )
    if file is not None:
        rows = [row for each in scored for row in _lay_out(terminal, opened, each)]
        _write_rows(file, SCORE_FIELDS, rows)
    if as_json:
        terminal.write_json(
            {
                "file": table.name,
                "texts": [_describe_text(terminal, opened, each) for each in scored],
                "problems": group_problems(problems, language=terminal.language),
            }
        )
        return
    _write_scored(terminal, opened, scored[:top])
    tell_problems(terminal, problems)
    terminal.write_line(
        "cli.score_shown",
        n=render_number(min(top, len(scored)), terminal.language),
        whole=render_number(len(scored), terminal.language),
    )


def _write_rows(path: Path, names: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    """Write rows as CSV; what is unknown leaves its cell empty."""
    write_csv(path, names, [[_print(row.get(name)) for name in names] for row in rows])


def _print(cell: object) -> str:
    return "" if cell is None or cell != cell else str(cell)  # nan is unequal to itself


def _describe_projects(generation: Generation, table: pd.DataFrame) -> list[dict[str, Any]]:
    import pandas as pd

    described = []
    for row in table.reset_index().to_dict("records"):
        known = {str(name): None if pd.isna(value) else value for name, value in row.items()}
        known |= _name_item(generation, str(row["item_id"]))
        described.append({name: known[name] for name in PROJECT_FIELDS})
    return described


def _describe_pairs(generation: Generation, table: pd.DataFrame) -> Iterable[dict[str, Any]]:
    for row in table.to_dict("records"):
        title = generation.project_heads[str(row["project_id"])].title
        item = _name_item(generation, str(row["item_id"]))
        yield {**{str(name): value for name, value in row.items()}, "project_title": title, **item}


def _name_item(generation: Generation, item_id: str) -> dict[str, str]:
    """Name an item and its document; no item has empty names."""
    item = generation.strategy_items.get(item_id)
    title, document_id = (item.title, item.document_id) if item else ("", "")
    return {"item_title": title, "document_id": document_id}


def _describe_text(terminal: Terminal, workspace: Workspace, text: ScoredText) -> dict[str, Any]:
    return {
        **{name: getattr(text, name) for name in TEXT_FIELDS},
        "obstacle": terminal.say(text.obstacle) if text.obstacle else None,
        "verdict": str(text.verdict),
        "n_aligned": text.n_aligned,
        "n_examine": text.n_examine,
        "best": [
            {
                "item_id": each.item_id,
                **_name_item(workspace.generation, each.item_id),
                "verdict": str(each.verdict),
                "probability": each.probability,
                "low": each.low,
                "high": each.high,
            }
            for each in text.best
        ],
    }


def _lay_out(terminal: Terminal, workspace: Workspace, text: ScoredText) -> list[dict[str, Any]]:
    """Lay one text out as rows, one a best item; a text that cannot be judged has one."""
    described = _describe_text(terminal, workspace, text)
    best = described.pop("best") or [{}]
    return [
        {
            **described,
            "rank": number if one else None,
            **{name: value for name, value in one.items() if name != "verdict"},
            "item_verdict": one.get("verdict"),
        }
        for number, one in enumerate(best, start=1)
    ]


def _write_projects(terminal: Terminal, rows: Sequence[dict[str, Any]]) -> None:
    language = terminal.language
    terminal.write_table(
        (
            Column("cli.column.id"),
            Column("cli.column.title", ratio=1),
            Column("cli.column.year", "right"),
            Column("cli.column.funding", "right"),
            Column("cli.column.verdict"),
            Column("cli.column.probability", "right"),
            Column("cli.column.item", ratio=1),
            Column("cli.column.n_aligned", "right"),
        ),
        [
            (
                row["id"],
                terminal.mark_invented(row["title"], is_invented=row["is_invented"]),
                str(row["year"] or "–"),
                render_euros(row["funding_eur"], language),
                terminal.say(f"verdict.{row['verdict']}"),
                _say_share(row["probability"], language),
                row["item_title"] or "–",
                render_number(row["n_aligned"], language),
            )
            for row in rows
        ],
    )


def _write_scored(terminal: Terminal, workspace: Workspace, scored: Sequence[ScoredText]) -> None:
    language = terminal.language
    rows = [(text, text.best[0] if text.best else None) for text in scored]
    terminal.write_table(
        (
            Column("cli.column.row", "right"),
            Column("cli.column.title", ratio=1),
            Column("cli.column.verdict"),
            Column("cli.column.probability", "right"),
            Column("cli.column.item", ratio=1),
            Column("cli.column.n_aligned", "right"),
        ),
        [
            (
                str(text.row),
                text.title or text.id or "–",
                terminal.say(f"verdict.{text.verdict}"),
                _say_share(best.probability if best else None, language),
                _name_item(workspace.generation, best.item_id)["item_title"]
                if best
                else terminal.say(text.obstacle),
                render_number(text.n_aligned, language),
            )
            for text, best in rows
        ],
    )


def _say_share(value: float | None, language: str) -> str:
    return "–" if value is None else render_share(value, language)
