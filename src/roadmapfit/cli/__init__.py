"""The command line: a thin twin of the public API.

One module per group of commands; ``frame`` surrounds them all, ``terminal`` writes.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, Any

import typer

from roadmapfit.cli import (
    alignment,
    bulk,
    columns,
    corpus,
    decisions,
    directions,
    documents,
    duplicates,
    evaluation,
    fetching,
    history,
    launch,
    links,
    looking,
    organisations,
    others,
    partners,
    pictures,
    revision,
    sheets,
    strategies,
)
from roadmapfit.cli.frame import Command, Group

# By panel of the help: name, what runs, examples.
_COMMANDS: dict[str, tuple[tuple[str, Callable[..., Any], tuple[str, ...]], ...]] = {
    "cli.panel.corpus": (
        ("prepare", corpus.prepare, ("roadmapfit prepare",)),
        ("create", corpus.create, ("roadmapfit create workspaces/mine",)),
        (
            "add",
            corpus.add,
            (
                "roadmapfit add workspaces/mine corpora/demonstration",
                "roadmapfit add workspaces/mine cordis-HORIZONprojects-csv.zip "
                "--problems problems.csv",
                "roadmapfit add workspaces/mine cordis-2026-12.zip --name cordis.zip --dry-run",
                "roadmapfit add workspaces/mine plan.pdf appel.docx --as programme --dry-run",
            ),
        ),
        (
            "read",
            documents.read,
            (
                "roadmapfit read feuille-de-route.pdf --out feuille-de-route.md",
                "roadmapfit read projet.docx --as project --json",
            ),
        ),
        (
            "fetch",
            fetching.fetch,
            ("roadmapfit fetch", "roadmapfit fetch cordis-horizon --to exports"),
        ),
        (
            "columns",
            columns.columns,
            (
                "roadmapfit columns workspaces/mine projets.xlsx",
                'roadmapfit columns workspaces/mine projets.xlsx --set title="Nom du projet"',
            ),
        ),
        ("link", links.link, ("roadmapfit link workspaces/mine",)),
        (
            "links",
            links.links,
            (
                "roadmapfit links workspaces/mine --kind organisation",
                "roadmapfit links workspaces/mine --undo pic:999997930 siren:180089013",
            ),
        ),
        ("history", history.history, ("roadmapfit history workspaces/mine anr:ANR-21-CE05-0001",)),
        (
            "remove",
            corpus.remove,
            (
                "roadmapfit remove workspaces/mine demonstration",
                "roadmapfit remove workspaces/mine demonstration --undo",
                "roadmapfit remove workspaces/mine --project barghyd",
            ),
        ),
        ("build", corpus.build, ("roadmapfit build workspaces/mine",)),
        (
            "index",
            corpus.index,
            ("roadmapfit index workspaces/cordis cordis-HORIZONprojects-csv.zip",),
        ),
        ("demo", corpus.demo, ("roadmapfit demo workspaces/demonstration",)),
    ),
    "cli.panel.questions": (
        (
            "align",
            alignment.align,
            (
                "roadmapfit align workspaces/mine --project barghyd --why",
                "roadmapfit align workspaces/mine --file abstract.txt --top 5",
                "roadmapfit align workspaces/mine - --json < abstract.txt",
            ),
        ),
        (
            "revise",
            revision.revise,
            (
                "roadmapfit revise workspaces/mine --project barghyd --with barghyd-2.docx",
                "roadmapfit revise workspaces/mine --file abstract.txt --with shorter.txt --json",
            ),
        ),
        (
            "portfolio",
            bulk.portfolio,
            (
                "roadmapfit portfolio workspaces/mine --document pvf-phase-4 "
                "--csv projects.csv --pairs pairs.csv",
                "roadmapfit portfolio workspaces/mine --orphans --year 2024 --sort funding",
            ),
        ),
        (
            "score",
            bulk.score,
            ("roadmapfit score workspaces/mine ideas.xlsx --csv scores.csv",),
        ),
        (
            "coverage",
            strategies.coverage,
            (
                "roadmapfit coverage workspaces/mine --document pvf-phase-4",
                "roadmapfit coverage workspaces/mine --document pvf-phase-4 "
                "--without barghyd --with idea.txt",
            ),
        ),
        (
            "compare",
            strategies.compare,
            ("roadmapfit compare workspaces/mine pvf-phase-4 france-2030",),
        ),
        (
            "partners",
            partners.partners,
            (
                "roadmapfit partners workspaces/mine --project barghyd --why",
                'roadmapfit partners workspaces/mine --text "..." --member velhydre',
                "roadmapfit partners workspaces/mine --project barghyd --set 3 "
                "--most-of-kind 1 --budget 600000",
            ),
        ),
        (
            "carriers",
            directions.carriers,
            ("roadmapfit carriers workspaces/mine pvf-phase-4/hydrogene-traction --set 4",),
        ),
        (
            "organisation",
            organisations.organisation,
            ("roadmapfit organisation workspaces/mine velhydre",),
        ),
        (
            "neighbours",
            directions.neighbours,
            ("roadmapfit neighbours workspaces/mine pvf-phase-4",),
        ),
        (
            "similar",
            others.similar,
            ("roadmapfit similar workspaces/mine --file abstract.txt",),
        ),
        (
            "duplicates",
            duplicates.duplicates,
            ("roadmapfit duplicates workspaces/mine --csv duplicates.csv",),
        ),
        (
            "map",
            pictures.show_map,
            (
                "roadmapfit map workspaces/mine --project barghyd --csv map.csv",
                "roadmapfit map workspaces/mine --item pvf-phase-4/hydrogene-traction",
                "roadmapfit map workspaces/mine --territory Occitanie --document pvf-phase-4",
            ),
        ),
        (
            "network",
            pictures.show_network,
            (
                "roadmapfit network workspaces/mine --project barghyd",
                "roadmapfit network workspaces/mine --organisation velhydre --json",
                "roadmapfit network workspaces/mine --document pvf-phase-4",
            ),
        ),
        (
            "sheet",
            sheets.sheet,
            (
                "roadmapfit sheet workspaces/mine barghyd --out barghyd.docx",
                "roadmapfit sheet workspaces/mine barghyd --format html --out barghyd.html",
            ),
        ),
    ),
    "cli.panel.decisions": (
        (
            "decide",
            decisions.decide,
            (
                "roadmapfit decide workspaces/mine --project barghyd "
                "--item pvf-phase-4/hydrogene-traction --aligned",
                "roadmapfit decide workspaces/mine --project barghyd "
                "--item pvf-phase-4/hydrogene-traction --withdraw",
            ),
        ),
        (
            "decisions",
            decisions.decisions,
            ("roadmapfit decisions workspaces/mine --csv decisions.csv",),
        ),
        (
            "recalibrate",
            decisions.recalibrate,
            (
                "roadmapfit recalibrate workspaces/mine",
                "roadmapfit recalibrate workspaces/mine --forget",
            ),
        ),
    ),
    "cli.panel.looking": (
        (
            "list",
            looking.show_list,
            (
                "roadmapfit list workspaces/mine documents",
                "roadmapfit list workspaces/mine items --document pvf-phase-4",
            ),
        ),
        ("info", looking.info, ("roadmapfit info workspaces/mine --verify",)),
        (
            "app",
            launch.open_app,
            (
                "roadmapfit app workspaces/mine",
                "roadmapfit app workspaces/mine --port 8600 --no-browser",
            ),
        ),
    ),
    "cli.panel.measuring": (
        (
            "evaluate",
            evaluation.evaluate,
            (
                "roadmapfit evaluate --list",
                "roadmapfit evaluate cordis-topics --data ../shared/data --out results",
                "roadmapfit evaluate undp-ria --data ../shared/data --system bm25 --json",
                "roadmapfit evaluate all --data ../shared/data --limit 200",
            ),
        ),
    ),
}

app = typer.Typer(
    cls=Group,
    help="cli.help",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(value: bool) -> None:  # noqa: FBT001 (typer hands it over by position)
    if value:
        typer.echo(f"roadmapfit {version('roadmapfit')}")
        raise typer.Exit


@app.callback()
def _open(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="cli.option.version"
        ),
    ] = False,
) -> None:
    """Do nothing: every option belongs to a command."""


def _register() -> None:
    for panel, commands in _COMMANDS.items():
        for name, function, examples in commands:
            app.command(
                name,
                cls=Command,
                help=f"cli.help.{name}",
                epilog="\n".join(["cli.examples", *examples]),
                rich_help_panel=panel,
                context_settings={"help_option_names": ["-h", "--help"]},
            )(function)


_register()


def main() -> None:
    """Run the command line."""
    app(prog_name="roadmapfit")
