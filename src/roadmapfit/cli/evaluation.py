"""The command that measures the product on data with ground truth: evaluate."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.progress import StageProgress
from roadmapfit.cli.terminal import Column, Terminal, set_up
from roadmapfit.errors import InputError
from roadmapfit.paths import cache_dir

if TYPE_CHECKING:
    from roadmapfit.evaluate.runner import Evaluation
    from roadmapfit.evaluate.sides import Parts, Tools

ALL_TASKS = "all"


class Split(StrEnum):
    """What ``--split`` takes."""

    TEST = "test"
    DEVELOPMENT = "development"
    ALL = "all"


def evaluate(
    ctx: typer.Context,
    task: Annotated[
        str | None, typer.Argument(metavar="TASK", help="cli.option.task", show_default=False)
    ] = None,
    *,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="cli.option.data", show_default=False),
    ] = None,
    queries: Annotated[
        Path | None,
        typer.Option("--queries", metavar="FILE", help="cli.option.queries", show_default=False),
    ] = None,
    system: Annotated[
        list[str] | None,
        typer.Option("--system", metavar="NAME", help="cli.option.system", show_default=False),
    ] = None,
    split: Annotated[Split, typer.Option("--split", help="cli.option.split")] = Split.TEST,
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="N", min=1, help="cli.option.limit", show_default=False),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", metavar="N", min=0, help="cli.option.seed", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="cli.option.out", show_default=False),
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option("--cache", metavar="DIR", help="cli.option.cache", show_default=False),
    ] = None,
    show_tasks: Annotated[bool, typer.Option("--list", help="cli.option.list_tasks")] = False,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Measure rankings and probabilities on data that people judged.

    Raises
    ------
    typer.BadParameter
        If task or data are missing, or the queries of one task are given to all.
    InputError
        If the data folder is not there, or the one task cannot be asked.
    typer.Exit
        With 1, if one of all tasks was refused.
    """
    terminal = set_up(ctx, as_json=as_json, lang=lang)
    if show_tasks:
        _list_tasks(terminal)
        return
    if task is None or data is None:
        raise typer.BadParameter(terminal.say("cli.usage.evaluate_what"))
    if task == ALL_TASKS and queries is not None:
        raise typer.BadParameter(terminal.say("cli.usage.queries_of_one_task"))

    from roadmapfit.evaluate.runner import SEED, Chosen, check_names, read_query_ids
    from roadmapfit.evaluate.sides import Tools
    from roadmapfit.evaluate.tasks import TASKS

    known = _list_names()
    # Consortia have windows in the place of splits: they are asked for by name.
    names = list(TASKS) if task == ALL_TASKS else [task]
    check_names(
        tasks=names,
        systems=system or (),
        known_tasks=known["task"],
        known_systems=known["system"],
    )
    if not data.is_dir():
        raise InputError("path_missing", path=str(data))
    settings: dict[str, Any] = {
        "systems": system or (),
        "chosen": Chosen(split) if queries is None else Chosen.FILE,
        "query_ids": () if queries is None else read_query_ids(queries),
        "limit": limit,
        "seed": SEED if seed is None else seed,
    }
    tools = Tools(load_parts=_load_parts, cache=cache or cache_dir() / "evaluate")
    evaluations: list[Evaluation] = []
    refused: dict[str, str] = {}
    for name in names:
        try:
            evaluation = _evaluate_one(terminal, name, data, tools, settings)
        except InputError as error:
            # Data of another folder may lack a part: the other tasks still run.
            if task != ALL_TASKS:
                raise
            refused[name] = error.render(terminal.language)
            terminal.fail(f"{name}: {refused[name]}")
            continue
        evaluations.append(evaluation)
        _tell(terminal, evaluation, out)
    if as_json:
        _write_json(terminal, evaluations, refused)
    if refused:
        raise typer.Exit(1)


def _evaluate_one(
    terminal: Terminal, name: str, data: Path, tools: Tools, settings: dict[str, Any]
) -> Evaluation:
    from roadmapfit.evaluate.consortium.runner import evaluate_consortia
    from roadmapfit.evaluate.consortium.sources import CONSORTIUM_TASKS
    from roadmapfit.evaluate.runner import evaluate_task
    from roadmapfit.evaluate.tasks import TASKS

    with StageProgress(terminal) as progress:
        progress("load_task", 0, 1)
        if name in CONSORTIUM_TASKS:
            consortia = CONSORTIUM_TASKS[name](data)
            progress("load_task", 1, 1)
            tools.on_stage = progress
            return evaluate_consortia(consortia, tools=tools, **settings)
        task = TASKS[name](data)
        progress("load_task", 1, 1)
        tools.on_stage = progress
        return evaluate_task(task, tools=tools, **settings)


def _tell(terminal: Terminal, evaluation: Evaluation, out: Path | None) -> None:
    """Print a task's tables, and write its files where they are wanted."""
    from roadmapfit.evaluate.report import render_evaluation, write_evaluation

    if not terminal.as_json:
        terminal.write_text(render_evaluation(evaluation, terminal.language) + "\n")
    if out is not None:
        write_evaluation(evaluation, out, language=terminal.language)
        terminal.write_line("cli.evaluation_written", directory=out / evaluation.task)


def _write_json(terminal: Terminal, evaluations: list[Evaluation], refused: dict[str, str]) -> None:
    from roadmapfit.evaluate.report import describe_evaluation

    terminal.write_json(
        {
            "tasks": {each.task: describe_evaluation(each) for each in evaluations},
            "refused": refused,
        }
    )


def _list_names() -> dict[str, list[str]]:
    """Name the tasks and the systems, each once."""
    from roadmapfit.evaluate.consortium.sources import CONSORTIUM_TASKS
    from roadmapfit.evaluate.consortium.systems import CONSORTIUM_SYSTEMS
    from roadmapfit.evaluate.systems import SYSTEMS
    from roadmapfit.evaluate.tasks import TASKS

    return {
        "task": [*TASKS, *CONSORTIUM_TASKS],
        "system": list(dict.fromkeys([*SYSTEMS, *CONSORTIUM_SYSTEMS])),
    }


def _list_tasks(terminal: Terminal) -> None:
    kinds = _list_names()
    rows = {
        kind: [(name, terminal.say(f"evaluate.{kind}.{name}")) for name in names]
        for kind, names in kinds.items()
    }
    if terminal.as_json:
        terminal.write_json({f"{kind}s": dict(own) for kind, own in rows.items()})
        return
    for kind, own in rows.items():
        terminal.write_table(
            (Column(f"cli.column.{kind}"), Column("cli.column.what", ratio=1)), own
        )
        terminal.write_text("")


def _load_parts() -> Parts:
    """Load the encoder and its alignment model, as a workspace would."""
    from roadmapfit.alignment_model import find_alignment_model, load_alignment_model

    encoder, model = opening.load_parts()
    if model is None:
        home = find_alignment_model(encoder.fingerprint)
        model = load_alignment_model(home, encoder_fingerprint=encoder.fingerprint)
    return encoder, model
