"""The command that opens the app: it becomes Streamlit."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from roadmapfit.cli import opening, options
from roadmapfit.cli.terminal import set_up
from roadmapfit.errors import InputError, RoadmapFitError

WORKSPACE_VARIABLE = "ROADMAPFIT_WORKSPACE"
INBOX_VARIABLE = "ROADMAPFIT_INBOX"
DEFAULT_PORT = 8501
# Streamlit, which begins to load index and models at once instead of at the first click.
SERVER = "roadmapfit.app.serve"


def open_app(
    ctx: typer.Context,
    workspace: options.Workspace,
    *,
    port: Annotated[
        int | None,
        typer.Option(
            "--port", metavar="N", min=1, max=65535, help="cli.option.port", show_default=False
        ),
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="cli.option.no_browser")] = False,
    inbox: Annotated[
        Path | None,
        typer.Option("--inbox", metavar="FOLDER", help="cli.option.inbox", show_default=False),
    ] = None,
    as_json: options.Json = False,
    lang: options.Lang = None,
) -> None:
    """Open the app on a workspace."""
    terminal = set_up(ctx, as_json=as_json, lang=lang)
    opening.check_exists(workspace)
    if inbox is not None and not inbox.is_dir():
        raise InputError("path_missing", path=str(inbox))
    script = find_script(Path(__file__).parent.parent)
    is_headless = no_browser or not _has_display(os.environ)
    command = [
        sys.executable,
        *("-m", SERVER, str(script)),
        f"--server.headless={str(is_headless).lower()}",
        # Streamlit takes the next free port when it may choose.
        *([f"--server.port={port}"] if port else []),
    ]
    if as_json:
        terminal.write_json(
            {
                "workspace": str(workspace.resolve()),
                "script": str(script),
                "port": port or DEFAULT_PORT,
                "opens_browser": not is_headless,
            }
        )
    replace_process(
        command,
        environment={
            **os.environ,
            WORKSPACE_VARIABLE: str(workspace.resolve()),
            **({INBOX_VARIABLE: str(inbox.resolve())} if inbox else {}),
        },
        keep_stdout=not as_json,
    )


def find_script(package: Path) -> Path:
    """Find what Streamlit runs: ``app.py`` of the checkout, else the packaged one.

    Parameters
    ----------
    package
        Where ``roadmapfit`` is installed, or lies in a checkout.

    Raises
    ------
    RoadmapFitError
        If there is none.
    """
    root = package.parent.parent
    in_checkout, packaged = root / "app.py", package / "app" / "main.py"
    if in_checkout.is_file() and (root / "pyproject.toml").is_file():
        return in_checkout
    if packaged.is_file():
        return packaged
    raise RoadmapFitError("package_data_missing", name="app", path=packaged)


def replace_process(
    command: Sequence[str], *, environment: Mapping[str, str], keep_stdout: bool
) -> NoReturn:
    """Become another program, so that Ctrl-C and signals reach it and nothing is in between."""
    sys.stdout.flush()
    sys.stderr.flush()
    if not keep_stdout:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.execve(command[0], list(command), dict(environment))


def _has_display(environment: Mapping[str, str]) -> bool:
    """Tell whether a browser can open.

    Examples
    --------
    >>> _has_display({"WAYLAND_DISPLAY": "wayland-0"})
    True
    """
    if sys.platform == "darwin":
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
