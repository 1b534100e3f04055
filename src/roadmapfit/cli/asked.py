"""The project that a question is about: stored, pasted, in a file or on stdin."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from roadmapfit.cli.terminal import Terminal
from roadmapfit.errors import InputError

if TYPE_CHECKING:
    from roadmapfit.analysis import PreparedText
    from roadmapfit.workspace import Workspace

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Asked:
    """The four ways to name a project, as the command line gave them."""

    stdin: str | None
    project: str | None
    text: str | None
    file: Path | None

    def check(self, terminal: Terminal) -> None:
        """Refuse none, and more than one; before anything slow is loaded.

        Raises
        ------
        typer.BadParameter
            Naming the four ways.
        """
        if self.stdin not in (None, STDIN):
            raise typer.BadParameter(terminal.say("cli.usage.only_dash", found=self.stdin))
        given = (self.stdin, self.project, self.text, self.file)
        if sum(value is not None for value in given) != 1:
            raise typer.BadParameter(terminal.say("cli.usage.one_project"))

    def prepare(self, workspace: Workspace) -> PreparedText:
        """Cut and encode the project, or take it from the index."""
        from roadmapfit.analysis import prepare_project, prepare_text

        if self.project is not None:
            return prepare_project(workspace, self.project)
        if self.text is not None:
            return prepare_text(workspace, self.text)
        if self.stdin == STDIN or str(self.file) == STDIN:
            body = typer.get_binary_stream("stdin").read().decode("utf-8", errors="replace")
            return prepare_text(workspace, body)
        title, body = read_project(self.file or Path())
        return prepare_text(workspace, body, title=title)


def describe_asked(terminal: Terminal, prepared: PreparedText) -> dict[str, Any]:
    """Say what was read, for ``--json``."""
    return {
        "project_id": prepared.project_id,
        "language": prepared.language,
        "n_words": prepared.n_words,
        "obstacle": terminal.say(prepared.obstacle) if prepared.obstacle else None,
    }


def tell_asked(terminal: Terminal, prepared: PreparedText, workspace: Workspace) -> None:
    """Say which text the answer is about, and why there can be none."""
    heads = workspace.generation.project_heads
    label = heads[prepared.project_id].label if prepared.project_id else terminal.say("cli.pasted")
    terminal.write_line(
        "cli.asked", label=label, n_words=prepared.n_words, language=prepared.language
    )
    if prepared.obstacle:
        terminal.write_line("cli.obstacle", reason=terminal.say(prepared.obstacle))


def read_project(path: Path) -> tuple[str, str]:
    """Read the one project of a file: its title and its abstract.

    Raises
    ------
    InputError
        If the file cannot be read, or does not hold one project.
    """
    from roadmapfit.readers import read_project_path

    projects = read_project_path(path).projects
    if len(projects) != 1:
        raise InputError("not_one_project", path=str(path), found=len(projects))
    return projects[0].title, projects[0].abstract
