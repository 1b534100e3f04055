"""The commands that write: prepare, create, add, remove, build, index, demo."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roadmapfit.cli import importing, opening, options
from roadmapfit.cli.decisions import warn_of_idle
from roadmapfit.cli.documents import As
from roadmapfit.cli.progress import StageProgress
from roadmapfit.cli.terminal import Terminal, set_up
from roadmapfit.paths import corpora_dir
from roadmapfit.records import Organisation, Project, StrategyDocument
from roadmapfit.text import render_number

if TYPE_CHECKING:
    from roadmapfit.workspace import Workspace

DEMONSTRATION = "demonstration"


def prepare(
    ctx: typer.Context, *, as_json: options.Json = False, lang: options.Lang = None
) -> None:
    """Make the encoder ready, and say which one it is."""
    from roadmapfit.alignment_model import find_alignment_model
    from roadmapfit.errors import EncoderError

    terminal = set_up(ctx, as_json=as_json, lang=lang)
    started = time.monotonic()
    with StageProgress(terminal) as progress:
        progress("prepare", 0, 1)
        encoder, model = opening.load_parts()
        progress("prepare", 1, 1)
    try:
        has_model = model is not None or find_alignment_model(encoder.fingerprint).is_dir()
    except EncoderError:
        has_model = False
    content = {
        "encoder": getattr(encoder, "name", type(encoder).__name__),
        "fingerprint": encoder.fingerprint,
        "directory": _say_path(getattr(encoder, "directory", None)),
        "has_alignment_model": has_model,
        "duration_s": round(time.monotonic() - started, 1),
    }
    if as_json:
        terminal.write_json(content)
        return
    terminal.write_line("cli.prepared", **content)
    if not has_model:
        terminal.write_line("cli.no_alignment_model")


def create(
    ctx: typer.Context,
    workspace: options.Workspace,
    *,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Make an empty workspace."""
    terminal = set_up(ctx, as_json=as_json, lang=lang)
    created = opening.create_at(workspace)
    if as_json:
        terminal.write_json(
            {"workspace": str(workspace), "encoder": created.encoder.fingerprint, "created": True}
        )
    terminal.write_line("cli.created", workspace=workspace)


def add(
    ctx: typer.Context,
    workspace: options.Workspace,
    paths: options.Paths,
    *,
    source: Annotated[
        str | None,
        typer.Option("--name", metavar="SOURCE", help="cli.option.source_name", show_default=False),
    ] = None,
    read_as: As = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.option.dry_run")] = False,
    keep_good: options.KeepGood = False,
    problems: options.Problems = None,
    changes: Annotated[
        Path | None,
        typer.Option(
            "--changes",
            metavar="FILE.csv",
            help="cli.option.changes",
            show_default=False,
            callback=options.check_output,
        ),
    ] = None,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Read files and folders into the corpus."""
    terminal = set_up(ctx, as_json=as_json, lang=lang)
    importing.refuse_same_names(terminal, paths)
    if source is not None and len(paths) > 1:
        raise typer.BadParameter(terminal.say("cli.usage.one_source"))
    opened = opening.open_at(workspace)
    how = importing.Import(
        source_name=source,
        read_as=read_as,
        is_trial=dry_run,
        keep_good=keep_good,
        problems_file=problems,
        changes_file=changes,
    )
    sources = importing.add_all(terminal, opened, paths, how=how)
    if as_json:
        terminal.write_json({"workspace": str(workspace), "dry_run": dry_run, "sources": sources})
    if dry_run:
        terminal.write_line("cli.dry_run")
        return
    if all(importing.has_decisions_only(each["read"]) for each in sources):
        warn_of_idle(terminal, opened)  # they leave the index as it is
    else:
        terminal.write_line("cli.to_build", command=_command("build", workspace))


def remove(
    ctx: typer.Context,
    workspace: options.Workspace,
    source: Annotated[
        str | None,
        typer.Argument(metavar="[SOURCE]", help="cli.option.source", show_default=False),
    ] = None,
    *,
    document: Annotated[
        str | None,
        typer.Option(metavar="ID", help="cli.option.remove_document", show_default=False),
    ] = None,
    project: Annotated[
        str | None,
        typer.Option(metavar="ID", help="cli.option.remove_project", show_default=False),
    ] = None,
    organisation: Annotated[
        str | None,
        typer.Option(metavar="ID", help="cli.option.remove_organisation", show_default=False),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="cli.option.remove_undo")] = False,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Take a source, or one record, out of the corpus, or put a removed source back."""
    terminal = set_up(ctx, as_json=as_json, lang=lang)
    kinds = {StrategyDocument: document, Project: project, Organisation: organisation}
    named = {kind: record_id for kind, record_id in kinds.items() if record_id is not None}
    if len(named) + (source is not None) != 1:
        raise typer.BadParameter(terminal.say("cli.usage.remove_one"))
    if undo and source is None:
        raise typer.BadParameter(terminal.say("cli.usage.undo_source"))
    opened = opening.open_at(workspace)
    if undo and source is not None:
        _restore(terminal, opened, source, workspace)
        return
    if source is not None:
        n_removed = opened.remove_source(source)
    else:
        ((kind, record_id),) = named.items()
        n_removed = opened.remove_record(kind, record_id)
    removed = source or next(iter(named.values()))
    if as_json:
        terminal.write_json(
            {"workspace": str(workspace), "removed": removed, "n_removed": n_removed}
        )
    terminal.write_line("cli.removed", removed=removed, n_removed=n_removed)
    terminal.write_line("cli.to_build", command=_command("build", workspace))


def _restore(terminal: Terminal, opened: Workspace, source: str, path: Path) -> None:
    n_restored = opened.restore_source(source)
    if terminal.as_json:
        terminal.write_json({"workspace": str(path), "restored": source, "n_restored": n_restored})
    terminal.write_line("cli.restored", restored=source, n_restored=n_restored)
    terminal.write_line("cli.to_build", command=_command("build", path))


def build(
    ctx: typer.Context,
    workspace: options.Workspace,
    *,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Bring the index up to the corpus."""
    terminal = set_up(ctx, as_json=as_json, lang=lang)
    built = _build(terminal, opening.open_at(workspace), _command("build", workspace))
    if as_json:
        terminal.write_json({"workspace": str(workspace), **built})


def index(
    ctx: typer.Context,
    workspace: options.Workspace,
    paths: options.Paths,
    *,
    read_as: As = None,
    keep_good: options.KeepGood = False,
    problems: options.Problems = None,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Create the workspace if there is none, add the paths and build."""
    terminal = set_up(ctx, as_json=as_json, lang=lang)
    importing.refuse_same_names(terminal, paths)
    terminal.resume_command = _command("index", workspace, *paths)
    opened, is_new = opening.open_or_create(workspace)
    how = importing.Import(read_as=read_as, keep_good=keep_good, problems_file=problems)
    sources = importing.add_all(terminal, opened, paths, how=how)
    built = _build(terminal, opened, _command("build", workspace))
    if as_json:
        terminal.write_json(
            {"workspace": str(workspace), "created": is_new, "sources": sources, **built}
        )


def demo(
    ctx: typer.Context,
    workspace: options.Workspace,
    *,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Build the demonstration, or do nothing when it stands already."""
    terminal = set_up(ctx, as_json=as_json, lang=lang)
    resume = _command("demo", workspace)
    terminal.resume_command = resume
    opened, is_new = opening.open_or_create(workspace)
    # Reading it anew takes half a second and changes nothing when nothing changed; a
    # checksum of its files would not see that a new version reads them better.
    sources = importing.add_all(
        terminal, opened, [corpora_dir() / DEMONSTRATION], how=importing.Import(only_changes=True)
    )
    built = _build(terminal, opened, resume)
    if as_json:
        terminal.write_json(
            {"workspace": str(workspace), "created": is_new, "sources": sources, **built}
        )


def _build(terminal: Terminal, workspace: Workspace, resume: str) -> dict[str, Any]:
    """Build, tell what came of it, and return the same for ``--json``."""
    terminal.resume_command = resume
    started = time.monotonic()
    with StageProgress(terminal) as progress:
        manifest = workspace.build(on_progress=progress)
    terminal.resume_command = ""
    duration_s = round(time.monotonic() - started, 1)
    counts = dict(manifest.counts)
    if progress.was_called:
        names = ("items", "projects", "organisations", "passages")
        said = {
            f"n_{name}": render_number(counts.get(name, 0), terminal.language) for name in names
        }
        duration = render_number(duration_s, terminal.language, n_decimals=1)
        terminal.write_line("cli.built", **said, duration_s=duration)
    else:
        terminal.write_line("cli.up_to_date")
    return {
        "built": progress.was_called,
        "generation": workspace.generation.directory.name,
        "encoder": dict(manifest.encoder),
        "counts": counts,
        "duration_s": duration_s,
    }


def _command(name: str, *paths: Path) -> str:
    return shlex.join(["roadmapfit", name, *(str(path) for path in paths)])


def _say_path(path: Path | None) -> str:
    return "–" if path is None else str(path)
