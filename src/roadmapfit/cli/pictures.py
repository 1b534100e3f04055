"""The commands behind the pictures: who can do what, and who worked with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.asked import Asked
from roadmapfit.cli.problems import write_csv
from roadmapfit.cli.terminal import Column, Terminal, set_up
from roadmapfit.known_ids import check_documents
from roadmapfit.text import render_share, shorten

if TYPE_CHECKING:
    from roadmapfit.competence_map import CompetenceMap
    from roadmapfit.consortium_network import Network
    from roadmapfit.workspace import Workspace

Item = Annotated[
    str | None, typer.Option("--item", metavar="ID", help="cli.option.map_item", show_default=False)
]
Territory = Annotated[
    str | None,
    typer.Option(
        "--territory", metavar="NAME", help="cli.option.map_territory", show_default=False
    ),
]
Document = Annotated[
    str | None,
    typer.Option("--document", metavar="ID", help="cli.option.map_document", show_default=False),
]
Organisation = Annotated[
    str | None,
    typer.Option(
        "--organisation", metavar="ID", help="cli.option.network_organisation", show_default=False
    ),
]


def show_map(
    ctx: typer.Context,
    workspace: options.Workspace,
    stdin: options.Stdin = None,
    *,
    project: options.Project = None,
    text: options.Text = None,
    file: options.File = None,
    item: Item = None,
    territory: Territory = None,
    document: Document = None,
    table: options.TableCsv = None,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Map who can do what: around a project, an item, or within a territory."""
    from roadmapfit.competence_map import map_item, map_project, map_territory

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    asked = Asked(stdin, project, text, file)
    n_ways = (item is not None) + (territory is not None)
    if n_ways > 1 or (territory is not None) != (document is not None):
        raise typer.BadParameter(terminal.say("cli.map_around"))
    if not n_ways:
        asked.check(terminal)
    opened = opening.open_at(workspace)
    if item is not None:
        shown = map_item(opened, item)
    elif territory is not None and document is not None:
        shown = map_territory(opened, territory, document)
    else:
        shown = map_project(opened, asked.prepare(opened))
    described = _describe_map(opened, shown)
    _write_table(table, described["organisations"], ("proofs",))
    if as_json:
        terminal.write_json(described)
        return
    _write_map(terminal, shown)


def show_network(
    ctx: typer.Context,
    workspace: options.Workspace,
    stdin: options.Stdin = None,
    *,
    project: options.Project = None,
    text: options.Text = None,
    file: options.File = None,
    organisation: Organisation = None,
    document: Document = None,
    top: options.Top = 30,
    table: options.TableCsv = None,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Show who worked with whom: of a project, around an organisation, or for a strategy."""
    from roadmapfit.analysis import measure_portfolio
    from roadmapfit.consortium_network import (
        draw_organisation_network,
        draw_portfolio_network,
        draw_project_network,
        list_supporting,
    )

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    asked = Asked(stdin, project, text, file)
    if organisation is not None and document is not None:
        raise typer.BadParameter(terminal.say("cli.network_around"))
    if organisation is None and document is None:
        asked.check(terminal)
    opened = opening.open_at(workspace)
    if organisation is not None:
        shown = draw_organisation_network(opened, organisation)
    elif document is not None:
        check_documents(opened.generation, [document])
        shown = draw_portfolio_network(
            opened, list_supporting(measure_portfolio(opened, [document]))
        )
    else:
        shown = draw_project_network(opened, asked.prepare(opened))
    described = _describe_network(shown)
    _write_table(table, described["pairs"], ("project_ids",))
    if as_json:
        terminal.write_json(described)
        return
    _write_network(terminal, shown, top=top)


def _write_map(terminal: Terminal, shown: CompetenceMap) -> None:
    for number, landmark in enumerate(shown.landmarks, start=1):
        terminal.write_text(f"{number}. {landmark.text}")
    terminal.write_text("")
    terminal.write_table(
        (
            Column("cli.column.organisation", ratio=2),
            Column("cli.column.part"),
            Column("cli.column.n_projects", "right"),
            Column("cli.column.proves", ratio=1),
        ),
        [
            (
                terminal.mark_invented(
                    each.organisation.name, is_invented=each.organisation.is_invented
                ),
                terminal.say(f"app.part.{each.part}"),
                str(each.n_projects),
                ", ".join(
                    f"{proof.landmark + 1} ({render_share(proof.degree, terminal.language)})"
                    for proof in each.proofs
                ),
            )
            for each in shown.organisations
        ],
    )
    if shown.unplaced:
        names = ", ".join(each.name for each in shown.unplaced)
        terminal.write_line("cli.map_unplaced", names=names)


def _write_network(terminal: Terminal, shown: Network, *, top: int) -> None:
    names = [
        terminal.mark_invented(
            shorten(node.organisation.name, 60), is_invented=node.organisation.is_invented
        )
        for node in shown.nodes
    ]
    terminal.write_table(
        (
            Column("cli.column.organisation", ratio=1),
            Column("cli.column.with", ratio=1),
            Column("cli.column.together", "right"),
            Column("cli.column.last_year", "right"),
        ),
        [
            (
                names[link.one],
                names[link.two],
                str(link.n_projects),
                str(link.last_year or "–"),
            )
            for link in shown.links[:top]
        ],
    )
    if shown.alone:
        alone = ", ".join(node.organisation.name for node in shown.alone)
        terminal.write_line("cli.network_alone", names=alone)


def _describe_map(workspace: Workspace, shown: CompetenceMap) -> dict[str, Any]:
    load = workspace.generation.load_passages
    return {
        "landmarks": [
            {
                "id": each.id,
                "text": each.text,
                "openness": each.openness,
                "is_asked": each.is_asked,
                "x": each.x,
                "y": each.y,
            }
            for each in shown.landmarks
        ],
        "organisations": [
            {
                "organisation_id": each.organisation.id,
                "name": each.organisation.name,
                "kind": str(each.organisation.kind),
                "territory": each.organisation.territory,
                "country": each.organisation.country,
                "part": str(each.part),
                "n_projects": each.n_projects,
                "need_closed": each.need_closed,
                "x": each.x,
                "y": each.y,
                "proves": each.proofs[0].landmark + 1 if each.proofs else None,
                "degree": each.proofs[0].degree if each.proofs else None,
                "proofs": [
                    {
                        "landmark_id": shown.landmarks[proof.landmark].id,
                        "degree": proof.degree,
                        "passage": passage.text,
                        "owner_id": passage.owner_id,
                    }
                    for proof, passage in zip(
                        each.proofs, load([proof.row for proof in each.proofs]), strict=True
                    )
                ],
            }
            for each in shown.organisations
        ],
        "unplaced": [each.id for each in shown.unplaced],
        "n_left_out": shown.n_left_out,
    }


def _describe_network(shown: Network) -> dict[str, Any]:
    nodes = shown.nodes
    return {
        "organisations": [
            {
                "organisation_id": node.organisation.id,
                "name": node.organisation.name,
                "part": str(node.part),
                "n_projects": node.n_projects,
                "x": node.x,
                "y": node.y,
            }
            for node in nodes
        ],
        "pairs": [
            {
                "one_id": nodes[link.one].organisation.id,
                "one_name": nodes[link.one].organisation.name,
                "other_id": nodes[link.two].organisation.id,
                "other_name": nodes[link.two].organisation.name,
                "n_projects": link.n_projects,
                "last_year": link.last_year,
                "project_ids": list(link.project_ids),
            }
            for link in shown.links
        ],
        "alone": [node.organisation.id for node in shown.alone],
    }


def _write_table(
    path: Path | None, rows: Sequence[Mapping[str, Any]], left_out: Sequence[str]
) -> None:
    """Write rows without the columns that hold lists; without a path, nothing."""
    if path is None:
        return
    header = [name for name in rows[0] if name not in left_out] if rows else []
    cells = [["" if row[name] is None else str(row[name]) for name in header] for row in rows]
    write_csv(path, header, cells)
