"""The commands that only look: list, info."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.decisions import describe_recalibration
from roadmapfit.cli.naming import title_document
from roadmapfit.cli.problems import render_problem
from roadmapfit.cli.terminal import Column, Terminal, set_up
from roadmapfit.errors import RoadmapFitError
from roadmapfit.known_ids import check_documents
from roadmapfit.text import render_day, render_euros, render_number

if TYPE_CHECKING:
    from roadmapfit.encoder import Encoder
    from roadmapfit.records import Project
    from roadmapfit.workspace import Workspace

Rows = list[dict[str, Any]]


class What(StrEnum):
    """What ``list`` can list."""

    DOCUMENTS = "documents"
    ITEMS = "items"
    PROJECTS = "projects"
    ORGANISATIONS = "organisations"
    SOURCES = "sources"
    PROBLEMS = "problems"


def show_list(
    ctx: typer.Context,
    workspace: options.Workspace,
    what: Annotated[What, typer.Argument(help="cli.option.what", show_default=False)],
    *,
    document: Annotated[
        list[str] | None,
        typer.Option("--document", metavar="ID", help="cli.option.listed", show_default=False),
    ] = None,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """List what a workspace holds, with the ids that the other commands take."""
    terminal = set_up(ctx, as_json=as_json, lang=lang)
    if document and what is not What.ITEMS:
        raise typer.BadParameter(terminal.say("cli.usage.document_of_items"))
    opened = opening.open_at(workspace)
    if document:
        check_documents(opened.generation, document)
    columns, collect = _LISTS[what]
    rows = collect(terminal, opened)
    if document:
        rows = [row for row in rows if row["document_id"] in document]
    if as_json:
        terminal.write_json({str(what): [row["record"] for row in rows]})
        return
    terminal.write_table(columns, [row["cells"] for row in rows])


def info(
    ctx: typer.Context,
    workspace: options.Workspace,
    *,
    verify: Annotated[bool, typer.Option("--verify", help="cli.option.verify")] = False,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Say what a workspace holds, which encoder runs and whether the index is up to date."""
    terminal = set_up(ctx, as_json=as_json, lang=lang)
    opened = opening.open_at(workspace)
    if verify:
        _verify(opened.encoder)
    index = _describe_index(terminal, opened)
    content = {
        "workspace": str(workspace),
        "encoder": _describe_encoder(opened.encoder),
        "counts": opened.count(),
        "sources": [
            {"name": source.name, "added_at": source.added_at, "counts": dict(source.counts)}
            for source in opened.load_sources()
        ],
        "decisions": _describe_decisions(opened),
        "recalibration": _describe_recalibration(opened),
        "index": index,
        "bytes": {
            name: _measure_bytes(workspace / name)
            for name in ("corpus.sqlite", "vectors", "generations")
        },
        "verified": verify and index["problem"] is None,
    }
    if as_json:
        terminal.write_json(content)
    else:
        _tell_info(terminal, content)
    if index["problem"] is not None:
        raise typer.Exit(1)


def _verify(encoder: Encoder) -> None:
    """Compare the encoder's files with their checksums; an index is checked whenever it opens."""
    from roadmapfit.encoder import SentenceEncoder, verify_encoder

    if isinstance(encoder, SentenceEncoder):
        verify_encoder(encoder)


def _describe_encoder(encoder: Encoder) -> dict[str, str | int]:
    from roadmapfit.encoder import SentenceEncoder

    if isinstance(encoder, SentenceEncoder):
        return encoder.describe()
    return {
        "name": type(encoder).__name__,
        "dim": encoder.dim,
        "fingerprint": encoder.fingerprint,
    }


def _describe_decisions(workspace: Workspace) -> dict[str, int]:
    decisions = workspace.decisions()
    return {"n": len(decisions), "n_aligned": sum(each.is_aligned for each in decisions)}


def _describe_recalibration(workspace: Workspace) -> dict[str, Any] | None:
    kept = workspace.load_recalibration()
    if kept is None:
        return None
    return {**describe_recalibration(kept), "is_in_force": workspace.recalibration is not None}


def _describe_index(terminal: Terminal, workspace: Workspace) -> dict[str, Any]:
    """Say which build is current; a damaged one is said, and does not hide the rest."""
    content: dict[str, Any] = {
        "generation": None,
        "n_passages": None,
        "is_up_to_date": False,
        "problem": None,
    }
    if not workspace.is_built:
        return content
    try:
        generation = workspace.generation
        content["generation"] = generation.directory.name
        content["n_passages"] = len(generation.index)
        content["is_up_to_date"] = workspace.is_up_to_date()
    except RoadmapFitError as error:
        content["problem"] = error.render(terminal.language)
    return content


def _tell_info(terminal: Terminal, content: Mapping[str, Any]) -> None:
    language = terminal.language
    encoder, index = content["encoder"], content["index"]
    terminal.write_line("cli.info.workspace", workspace=content["workspace"])
    settings = ", ".join(
        f"{name} {encoder[name]}"
        for name in ("dtype", "n_threads", "max_tokens")
        if name in encoder
    )
    terminal.write_line(
        "cli.info.encoder",
        name=encoder["name"],
        dim=encoder["dim"],
        fingerprint=encoder["fingerprint"],
        settings=settings or "–",
    )
    counts = ", ".join(
        terminal.say(f"cli.count.{name}", n=render_number(n, language))
        for name, n in content["counts"].items()
    )
    terminal.write_line("cli.info.counts", counts=counts)
    terminal.write_line(
        "cli.info.decisions",
        n=render_number(content["decisions"]["n"], language),
        n_aligned=render_number(content["decisions"]["n_aligned"], language),
    )
    if content["recalibration"] is not None:
        _tell_recalibration(terminal, content["recalibration"])
    if index["problem"] is not None:
        terminal.fail(index["problem"])
    elif index["generation"] is None:
        terminal.write_line("cli.info.not_built")
    else:
        key = "cli.info.up_to_date" if index["is_up_to_date"] else "cli.info.outdated"
        passages = render_number(index["n_passages"], language)
        terminal.write_line(
            "cli.info.index",
            generation=index["generation"],
            n_passages=passages,
            state=terminal.say(key),
        )
    sizes = {
        name.partition(".")[0]: render_number(n_bytes / 1e6, language, n_decimals=1)
        for name, n_bytes in content["bytes"].items()
    }
    terminal.write_line("cli.info.sizes", **sizes)
    if content["verified"]:
        terminal.write_line("cli.info.verified")


def _tell_recalibration(terminal: Terminal, recalibration: Mapping[str, Any]) -> None:
    is_in_force = recalibration["is_in_force"]
    terminal.write_line(
        "cli.info.recalibrated" if is_in_force else "cli.info.recalibration_outdated",
        n=render_number(recalibration["n_decisions"], terminal.language),
        day=render_day(date.fromisoformat(recalibration["fitted_on"]), terminal.language),
    )


def _measure_bytes(path: Path) -> int:
    """Add up the bytes of a file, or of a folder's files."""
    if path.is_file():
        return path.stat().st_size
    return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())


def _list_documents(terminal: Terminal, workspace: Workspace) -> Rows:
    generation = workspace.generation
    n_items: dict[str, int] = {}
    for item in generation.strategy_items.values():
        if not item.is_heading:
            n_items[item.document_id] = n_items.get(item.document_id, 0) + 1
    return [
        {
            "record": {
                "id": each.id,
                "kind": str(each.kind),
                "title": each.title,
                "owner": each.owner,
                "series": each.series,
                "edition": each.edition,
                "start_year": each.start_year,
                "end_year": each.end_year,
                "language": each.language,
                "is_invented": each.is_invented,
                "n_items": n_items.get(each.id, 0),
            },
            "cells": (
                each.id,
                terminal.say(f"cli.document_kind.{each.kind}"),
                terminal.mark_invented(each.title, is_invented=each.is_invented),
                render_number(n_items.get(each.id, 0), terminal.language),
            ),
        }
        for each in generation.documents.values()
    ]


def _list_items(terminal: Terminal, workspace: Workspace) -> Rows:
    generation = workspace.generation
    return [
        {
            "document_id": each.document_id,
            "record": {
                "id": each.id,
                "title": each.title,
                "document_id": each.document_id,
                "language": each.language,
                "text": each.text,
            },
            "cells": (each.id, each.title, title_document(terminal, generation, each.id)),
        }
        for each in generation.strategy_items.values()
        if not each.is_heading
    ]


def _list_projects(terminal: Terminal, workspace: Workspace) -> Rows:
    return [
        {
            "record": _describe_project(each),
            "cells": (
                each.id,
                terminal.mark_invented(each.title, is_invented=each.is_invented),
                str(each.year or "–"),
                render_euros(each.funding_eur, terminal.language),
            ),
        }
        for each in workspace.generation.project_heads.values()
    ]


def _describe_project(project: Project) -> dict[str, Any]:
    return {
        "id": project.id,
        "title": project.title,
        "acronym": project.acronym,
        "year": project.year,
        "funding_eur": project.funding_eur,
        "total_cost_eur": project.total_cost_eur,
        "status": project.status,
        "programme": project.programme,
        "language": project.language,
        "is_invented": project.is_invented,
    }


def _list_organisations(terminal: Terminal, workspace: Workspace) -> Rows:
    generation = workspace.generation
    n_projects: dict[str, int] = {}
    for own in generation.participations.values():
        for organisation_id in {each.organisation_id for each in own}:
            n_projects[organisation_id] = n_projects.get(organisation_id, 0) + 1
    return [
        {
            "record": {
                "id": each.id,
                "name": each.name,
                "kind": str(each.kind),
                "country": each.country,
                "territory": each.territory,
                "is_invented": each.is_invented,
                "n_projects": n_projects.get(each.id, 0),
            },
            "cells": (
                each.id,
                terminal.mark_invented(each.name, is_invented=each.is_invented),
                terminal.say(f"kind.{each.kind}"),
                each.territory or each.country or "–",
                render_number(n_projects.get(each.id, 0), terminal.language),
            ),
        }
        for each in generation.organisations.values()
    ]


def _list_sources(terminal: Terminal, workspace: Workspace) -> Rows:
    return [
        {
            "record": {
                "name": each.name,
                "added_at": each.added_at,
                "counts": dict(each.counts),
            },
            "cells": (
                each.name,
                each.added_at,
                ", ".join(
                    terminal.say(f"cli.count.{name}", n=render_number(n, terminal.language))
                    for name, n in each.counts.items()
                    if n
                ),
            ),
        }
        for each in workspace.load_sources()
    ]


def _list_problems(terminal: Terminal, workspace: Workspace) -> Rows:
    return [
        {
            "record": {
                "file": each.file,
                "row": each.row,
                "field": each.field,
                "outcome": str(each.outcome),
                "code": each.code,
                "found": each.found,
            },
            "cells": (
                each.file,
                "–" if each.row is None else str(each.row),
                terminal.say(f"cli.outcome.{each.outcome}"),
                render_problem(each, terminal.language),
            ),
        }
        for each in workspace.load_problems()
    ]


_ID = Column("cli.column.id", ratio=1)
_LISTS: dict[What, tuple[tuple[Column, ...], Callable[[Terminal, Workspace], Rows]]] = {
    What.DOCUMENTS: (
        (
            _ID,
            Column("cli.column.kind"),
            Column("cli.column.title", ratio=2),
            Column("cli.column.n_items", "right"),
        ),
        _list_documents,
    ),
    What.ITEMS: (
        (_ID, Column("cli.column.title", ratio=1), Column("cli.column.document", ratio=1)),
        _list_items,
    ),
    What.PROJECTS: (
        (
            _ID,
            Column("cli.column.title", ratio=2),
            Column("cli.column.year", "right"),
            Column("cli.column.funding", "right"),
        ),
        _list_projects,
    ),
    What.ORGANISATIONS: (
        (
            _ID,
            Column("cli.column.organisation", ratio=2),
            Column("cli.column.kind"),
            Column("cli.column.place", ratio=1),
            Column("cli.column.n_projects", "right"),
        ),
        _list_organisations,
    ),
    What.SOURCES: (
        (
            Column("cli.column.source", ratio=1),
            Column("cli.column.added_at"),
            Column("cli.column.read", ratio=2),
        ),
        _list_sources,
    ),
    What.PROBLEMS: (
        (
            Column("cli.column.file", ratio=1),
            Column("cli.column.row", "right"),
            Column("cli.column.outcome"),
            Column("cli.column.problem", ratio=2),
        ),
        _list_problems,
    ),
}
