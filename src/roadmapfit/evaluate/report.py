"""What came of a task, as tables to read, as JSON, and as files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

from roadmapfit.errors import InputError
from roadmapfit.evaluate.reliability import render_reliability
from roadmapfit.evaluate.runner import RUN_DEPTH, Evaluation, Figure
from roadmapfit.evaluate.significance import (
    CONFIDENCE,
    N_PERMUTATIONS,
    N_RESAMPLES,
    TEST_NAME,
)
from roadmapfit.text import render_number, render_share, render_text

UNDEFINED = "–"


def render_evaluation(evaluation: Evaluation, language: str) -> str:
    """Lay a task's figures out as plain tables, with what is to be known beside them."""
    parts = [
        _render_heading(evaluation, language),
        _align_columns(_list_ranking(evaluation, language)),
    ]
    if evaluation.parts:
        parts += ["", _align_columns(_list_parts(evaluation, language))]
    if evaluation.calibration is not None:
        parts += ["", _render_calibration(evaluation, language)]
    notes = [
        render_text(f"evaluate.left_out.{each.reason}", language, system=each.system)
        for each in evaluation.left_out
    ]
    notes.append(
        render_text(
            "evaluate.method",
            language,
            confidence=render_share(CONFIDENCE, language),
            n_resamples=render_number(N_RESAMPLES, language),
            n_permutations=render_number(N_PERMUTATIONS, language),
            seed=evaluation.seed,
        )
    )
    return "\n".join([*parts, "", *notes])


def describe_evaluation(evaluation: Evaluation) -> dict[str, Any]:
    """Lay a task's figures out for JSON; an undefined number is ``nan``."""
    return {
        "task": evaluation.task,
        "split": str(evaluation.chosen),
        "has_split": evaluation.has_split,
        "n_queries": evaluation.n_queries,
        "n_judged": evaluation.n_judged,
        "n_candidates": evaluation.n_candidates,
        "encoder": evaluation.encoder or None,
        "seed": evaluation.seed,
        "main_measure": evaluation.main_measure,
        "interval": {
            "method": "percentile bootstrap over queries",
            "confidence": CONFIDENCE,
            "n_resamples": N_RESAMPLES,
        },
        "test": {"method": TEST_NAME, "n_permutations": N_PERMUTATIONS},
        "systems": _describe_figures(evaluation.figures),
        "comparisons": [asdict(each) for each in evaluation.comparisons],
        "parts": {part: _describe_figures(figures) for part, figures in evaluation.parts.items()},
        "n_in_parts": evaluation.n_in_parts,
        "calibration": evaluation.calibration,
        "left_out": [asdict(each) for each in evaluation.left_out],
    }


def write_evaluation(evaluation: Evaluation, directory: Path, *, language: str) -> None:
    """Write a task's table, JSON, runs, judgements and reliability diagrams.

    Parameters
    ----------
    evaluation
        Of one task.
    directory
        Gets a folder of the task's name: ``table.txt``, ``figures.json``,
        ``qrels.txt``, ``runs/<system>.run``, ``reliability-<part>.svg``. Files of
        those names are replaced.
    language
        Of the words.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    home = directory / evaluation.task
    figures = json.dumps(make_plain(describe_evaluation(evaluation)), indent=1, ensure_ascii=False)
    files = {
        "table.txt": render_evaluation(evaluation, language) + "\n",
        "figures.json": figures + "\n",
        "qrels.txt": _render_qrels(evaluation),
        **{f"runs/{name}.run": _render_run(evaluation, name) for name in evaluation.runs},
    }
    parts = evaluation.calibration["parts"] if evaluation.calibration else {}
    for part, measured in parts.items():
        named = render_text(f"evaluate.part.{part}", language)
        files[f"reliability-{part}.svg"] = render_reliability(
            measured["bins"],
            title=f"{evaluation.task}, {named}",
            ece=measured["ece"],
            language=language,
        )
    try:
        for name, content in files.items():
            path = home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise InputError("output_refused", path=str(home), found=error.strerror) from error


def _describe_figures(figures: dict[str, dict[str, Figure]]) -> dict[str, Any]:
    return {
        name: {measure: asdict(figure) for measure, figure in own.items()}
        for name, own in figures.items()
    }


def make_plain(value: Any) -> Any:  # noqa: ANN401 (anything that JSON can hold)
    """Put null where a number is undefined, for JSON has no such number."""
    if isinstance(value, dict):
        return {str(key): make_plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [make_plain(each) for each in value]
    if isinstance(value, float) and value != value:
        return None
    return value


def _render_heading(evaluation: Evaluation, language: str) -> str:
    split = str(evaluation.chosen)
    if not evaluation.has_split and split != "file":
        split = "none"
    return render_text(
        "evaluate.heading",
        language,
        task=evaluation.task,
        n_queries=render_number(evaluation.n_queries, language),
        split=render_text(f"evaluate.split.{split}", language),
        n_judged=render_number(evaluation.n_judged, language),
        n_candidates=render_number(evaluation.n_candidates, language),
    )


def _list_ranking(evaluation: Evaluation, language: str) -> list[list[str]]:
    """List the ranking table's rows, its heading first."""
    measures = list(next(iter(evaluation.figures.values())))
    measures.sort(key=lambda name: not name.startswith("matches"))
    ours = evaluation.ours
    main = evaluation.main_measure
    p = {
        (each.ours, each.against): each.p for each in evaluation.comparisons if each.measure == main
    }
    heading = [render_text("evaluate.column.system", language), *measures]
    heading += [
        render_text("evaluate.column.p", language, system=name, measure=main) for name in ours
    ]
    rows = []
    for name, own in evaluation.figures.items():
        figures = [_render_figure(own[measure], language) for measure in measures]
        tested = [_render_number(p.get((each, name)), language, n_decimals=4) for each in ours]
        rows.append([name, *figures, *tested])
    return [heading, *rows]


def _list_parts(evaluation: Evaluation, language: str) -> list[list[str]]:
    """List the main measure of every system on each part, a part a row, after a heading."""
    systems = list(evaluation.figures)
    heading = [
        render_text("evaluate.column.queries", language, measure=evaluation.main_measure),
        render_text("evaluate.column.n_queries", language),
        *systems,
    ]
    rows = [heading]
    for part, n_queries in evaluation.n_in_parts.items():
        figures = evaluation.parts.get(part) or (evaluation.figures if part == "all" else {})
        values = [
            figures[name][evaluation.main_measure].value if figures else float("nan")
            for name in systems
        ]
        rows.append(
            [
                render_text(f"evaluate.consortium_part.{part}", language),
                render_number(n_queries, language),
                *(_render_number(value, language, n_decimals=3) for value in values),
            ]
        )
    return rows


def _render_calibration(evaluation: Evaluation, language: str) -> str:
    calibration = evaluation.calibration or {}
    columns = ("ece", "auc", "brier", "log_loss")
    heading = [
        render_text(f"evaluate.column.{name}", language)
        for name in ("part", "n_pairs", "n_aligned", *columns, "recall", "share_to_read")
    ]
    rows = [heading]
    for part, measured in calibration["parts"].items():
        recall = measured["recall_at_examine"]
        rows.append(
            [
                render_text(f"evaluate.part.{part}", language),
                render_number(measured["n_pairs"], language),
                render_number(measured["n_aligned"], language),
                *(_render_number(measured[name], language, n_decimals=3) for name in columns),
                UNDEFINED if recall is None else render_share(recall, language),
                render_share(measured["share_to_read"], language),
            ]
        )
    said = render_text(
        "evaluate.population",
        language,
        prevalence=render_share(calibration["prevalence"], language),
        examine=render_number(calibration["examine"], language, n_decimals=3),
        n_to_read=render_number(calibration["n_to_read"], language, n_decimals=1),
        n_to_choose_from=render_number(calibration["n_to_choose_from"], language),
    )
    return f"{_align_columns(rows)}\n{said}"


def _render_figure(figure: Figure, language: str) -> str:
    value, low, high = (
        _render_number(each, language, n_decimals=3)
        for each in (figure.value, figure.low, figure.high)
    )
    return render_text("evaluate.figure", language, value=value, low=low, high=high)


def _render_number(value: float | None, language: str, *, n_decimals: int) -> str:
    if value is None or value != value:
        return UNDEFINED
    return render_number(value, language, n_decimals=n_decimals)


def _align_columns(rows: Sequence[Sequence[str]]) -> str:
    """Set rows under each other, the first column to the left, the others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _render_qrels(evaluation: Evaluation) -> str:
    return "".join(
        f"{_name(query_id)} 0 {_name(candidate_id)} {gain}\n"
        for query_id, judged in evaluation.qrels.items()
        for candidate_id, gain in judged.items()
    )


def _render_run(evaluation: Evaluation, system: str) -> str:
    # TREC's tools go by the number alone and break ties their own way: the number is
    # what keeps our order, not a similarity.
    return "".join(
        f"{_name(query_id)} Q0 {_name(candidate_id)} {rank} {RUN_DEPTH + 1 - rank} {system}\n"
        for query_id, head in evaluation.runs[system].items()
        for rank, candidate_id in enumerate(head, start=1)
    )


def _name(text_id: str) -> str:
    """Write an id as TREC's files take it: without white space.

    Examples
    --------
    >>> _name("Chimie & environnement"), _name("cordis:101")
    ('Chimie%20&%20environnement', 'cordis:101')
    """
    return quote(text_id, safe="".join(chr(code) for code in range(33, 127) if chr(code) != "%"))
