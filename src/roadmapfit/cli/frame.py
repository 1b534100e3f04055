"""What surrounds every command: help in two languages, one-line errors, exit codes.

====  ================================================
code  meaning
====  ================================================
0     done
1     a ``RoadmapFitError``, said in one line on stderr
2     a usage error
130   interrupted (Ctrl-C)
141   whoever read stdout has stopped reading
====  ================================================

Any other exception is a bug and keeps its traceback.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from roadmapfit.cli.terminal import Terminal, choose_language
from roadmapfit.cli.usage import say_usage_error
from roadmapfit.errors import InputError, RoadmapFitError
from roadmapfit.text import load_catalogue

USAGE, INTERRUPTED, PIPE_CLOSED = 2, 130, 141
# Where it lives is a matter of the version of typer.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]
# What writing to a disk that holds no more ends with.
_FULL = {errno.ENOSPC, errno.EDQUOT}


class Command(TyperCommand):
    """A command whose help texts are keys of the catalogues."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 (typer's own types)
        """Write the help in the language of the run."""
        _translate(self, ctx, language=ctx.find_root().obj.language)
        super().format_help(ctx, formatter)


class Group(TyperGroup):
    """All commands: the language is chosen first, and every command's end is handled."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: Any = None,  # noqa: ANN401 (typer's own types)
        **extra: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Open the run's terminal before anything is parsed."""
        terminal = Terminal(choose_language(args, os.environ))
        try:
            return super().make_context(info_name, args, parent, obj=terminal, **extra)
        except _UsageError as error:
            _fail_usage(terminal, error)

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write the help and the one-line helps of the commands in the run's language."""
        for command in (self, *self.commands.values()):
            _translate(command, ctx, language=ctx.obj.language)
        super().format_help(ctx, formatter)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        """Run a command and turn its end into an exit code.

        Raises
        ------
        typer.Exit
            With the code, after what is to be said has been said.
        OSError
            Any but a full disk under stdout.
        """
        terminal: Terminal = ctx.obj
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except RoadmapFitError as error:
            terminal.fail(error.render(terminal.language))
            raise typer.Exit(1) from error
        except _UsageError as error:
            _fail_usage(terminal, error)
        except KeyboardInterrupt as error:
            _tell_how_to_resume(terminal)
            raise typer.Exit(INTERRUPTED) from error
        except BrokenPipeError as error:
            # Python flushes stdout once more when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(PIPE_CLOSED) from error
        except OSError as error:
            if error.errno not in _FULL:
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            refused = InputError("stdout_refused", found=os.strerror(error.errno))
            terminal.fail(refused.render(terminal.language))
            raise typer.Exit(1) from error
        return result


def _fail_usage(terminal: Terminal, error: Exception) -> NoReturn:
    """Say a usage error in the language of the run, and end.

    Raises
    ------
    typer.Exit
        With the code of usage errors.
    Exception
        The error itself, if it is typer's way to show the help.
    """
    if type(error).__name__ == "NoArgsIsHelpError":
        raise error
    typer.echo(say_usage_error(terminal, error), err=True)
    raise typer.Exit(USAGE) from error


def _tell_how_to_resume(terminal: Terminal) -> None:
    if terminal.resume_command:
        said = terminal.say("cli.interrupted_resume", command=terminal.resume_command)
    else:
        said = terminal.say("cli.interrupted")
    typer.echo(f"\n{said}", err=True)


def _translate(command: Any, ctx: Any, *, language: str) -> None:  # noqa: ANN401
    """Put a language's words where a command and its parameters hold keys."""
    catalogue = load_catalogue(language)
    for name in ("help", "rich_help_panel"):
        key = getattr(command, name, None) or ""
        setattr(command, name, catalogue.get(key, key) or None)
    if command.epilog:
        command.epilog = command.epilog.replace("cli.examples", catalogue["cli.examples"])
    for parameter in command.get_params(ctx):
        if parameter.name == "help":
            parameter.help = catalogue["cli.option.help"]
        elif getattr(parameter, "help", None):
            parameter.help = catalogue.get(parameter.help, parameter.help)
